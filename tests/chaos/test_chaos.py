"""Tests those parts of the harness that need no server: python3 -m unittest discover tests/chaos"""
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import node_faults
import programs
import report
import schedule


def kinds(seed, count, brokers, nodes=0):
    return [fault.kind for one in schedule.rounds(seed, count, brokers, nodes=nodes) for moment in one.moments for fault in moment]


class Schedule(unittest.TestCase):
    def test_one_seed_one_schedule(self):
        self.assertEqual(list(schedule.rounds('7', 200, 3)), list(schedule.rounds('7', 200, 3)))
        self.assertNotEqual(list(schedule.rounds('7', 200, 3)), list(schedule.rounds('8', 200, 3)))

    def test_as_many_as_asked_for(self):
        for count in (1, 5, 6, 100):
            self.assertEqual(len(kinds(1, count, 1)), count)

    def test_every_kind_comes(self):
        cards = sum(kind.cards for kind in schedule.KINDS.values())
        drawn = Counter(kinds(1, 2 * cards, 3)) + Counter(kinds(1, 2 * cards, 3, nodes=3))
        self.assertEqual(set(drawn), set(schedule.KINDS))

    def test_what_one_broker_cannot_do(self):
        self.assertFalse({kind for kind in kinds(1, 300, 1) if schedule.KINDS[kind].brokers > 1})

    def test_a_cluster_has_faults_of_its_own(self):
        self.assertFalse({kind for kind in kinds(1, 300, 1) if schedule.KINDS[kind].nodes == 'with'})
        self.assertFalse({kind for kind in kinds(1, 300, 1, nodes=3) if schedule.KINDS[kind].nodes == 'without'})

    def test_faults_together_have_different_targets(self):
        moments = [moment for one in schedule.rounds(3, 500, 3) for moment in one.moments]
        self.assertTrue(any(len(moment) == 2 for moment in moments))
        for moment in moments:
            targets = [word for fault in moment for word in schedule.KINDS[fault.kind].target.split()]
            self.assertEqual(len(targets), len(set(targets)))
            self.assertTrue(len(moment) == 1 or schedule.ALONE not in targets)

    def test_conflicts_need_records_that_stay(self):
        self.assertLessEqual(schedule.MOVES_RECORDS, set(schedule.KINDS))
        for one in schedule.rounds(4, 1000, 3):
            drawn = {fault.kind for moment in one.moments for fault in moment}
            self.assertFalse('conflicting records' in drawn and drawn & schedule.MOVES_RECORDS)

    def test_each_kind_has_its_function(self):
        self.assertEqual(set(node_faults.FAULTS), set(schedule.KINDS))


class Percentiles(unittest.TestCase):
    def test_percentile(self):
        self.assertEqual(report.percentile([3], 0.99), 3)
        self.assertEqual(report.percentile([3, 1, 2], 0.5), 2)
        self.assertEqual(report.percentile(range(1, 201), 0.99), 198)


class Bugs(unittest.TestCase):
    def test_the_patches_apply(self):
        patches = sorted(programs.BUGS.glob('*.patch'))
        self.assertTrue(patches)
        for patch in patches:
            with self.subTest(patch.name), tempfile.TemporaryDirectory() as copy:
                programs.copy_sources(Path(copy))
                done = subprocess.run(['patch', '--strip=1', '--fuzz=0', '--input', patch], cwd=copy, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_there_is_all_that_the_programs_are_made_of(self):
        with tempfile.TemporaryDirectory() as copy:
            programs.copy_sources(Path(copy))
            done = subprocess.run(['make', '-n', 'programs', 'BUILD=build'], cwd=copy, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == '__main__':
    unittest.main()

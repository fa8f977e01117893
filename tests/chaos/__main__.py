"""Injects many faults, and verifies the results after each round: see docs/CHAOS.md.

schedule.py is the pure part. Each fault is a function in faults.py. checks.py has the conditions that must hold.
"""
import argparse
import contextlib
import itertools
import random
import shutil
import signal
import sys
import time
import traceback
from concurrent import futures
from pathlib import Path

import checks
import programs
import schedule
import waiting
from faults import NoEffect
from kafka_wire import Refused
from node_faults import FAULTS
from pipeline import Pipeline, Wrong
from report import Report
from stack import ROOT, Failed, Stack, run

TEMPLATE = '''
CREATE SCHEMA chaos;
CREATE SEQUENCE chaos.hits;
CREATE TABLE chaos.filler (text text);
-- What a fault does within a statement of the consumer; a sequence counts outside of the transaction that fails.
CREATE FUNCTION chaos.strike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('chaos.hits');
    CASE TG_ARGV[0]
        WHEN 'disk' THEN INSERT INTO chaos.filler VALUES ('no room');
        WHEN 'lock' THEN PERFORM set_config('lock_timeout', '300ms', true);
        WHEN 'sleep' THEN PERFORM pg_sleep(60);
        ELSE RAISE EXCEPTION 'chaos' USING ERRCODE = TG_ARGV[0];
    END CASE;
    RETURN NULL;
END $$;
'''


def say(*words):
    print(*words, flush=True)


class Trial:
    """Rounds of faults on one stack."""

    def __init__(self, settings, brokers):
        self.settings, self.brokers, self.report = settings, brokers, Report()
        self.where = f'before the first round with {brokers} broker(s)'
        self.logs = settings.build / 'chaos' / f'{brokers}-brokers'
        self.logs.mkdir(parents=True)
        self.stack = Stack(settings.build / f'chaos-stack-{brokers}', brokers, self.logs, settings.toxiproxy, settings.nodes)
        self.programs = settings.programs

    def all_rounds(self):
        try:
            self.start()
            for one in the_rounds(self.settings, self.brokers):
                self.where = f'round {one.number} with {self.brokers} broker(s)'
                self.round(one)
        finally:
            self.stack.down()
        self.stack.remove()

    def start(self):
        say(f'starting {self.brokers} broker(s) and Postgres')
        self.stack.up()
        for server in ['postgres', *self.stack.nodes]:
            self.stack.query('postgres', 'CREATE DATABASE chaos_template', server)
            run(self.programs.root / 'scripts/migrate', env=self.stack.postgres_env(server) | {'PGDATABASE': 'chaos_template'})
            self.stack.query('chaos_template', TEMPLATE, server)
        self.usual = self.undisturbed()

    @contextlib.contextmanager
    def pipeline(self, name):
        p = Pipeline(self.stack, self.programs, self.settings.data, self.logs / name, f'chaos-{name}')
        try:
            yield p
        finally:
            p.close()

    def undisturbed(self):
        """The results of a run without any fault."""
        usual = {}
        with self.pipeline('undisturbed') as p:
            self.finish(p, usual)
            consumer = p.consumers[0]
            usual |= {'memory': consumer.memory(), 'files': consumer.files(), 'backends': 1}
            p.end_consumers()
            usual['database'] = p.database
            self.prove(p, usual)
        return usual

    def finish(self, p, usual):
        """One complete replay without a fault. After it, all records in the topic are applied."""
        p.end_producer()
        p.start_producer()
        if not p.consumers:
            p.wait(30, lambda: self.stack.partitions(p.topic), 'there is a topic')
            p.add_consumer()
        p.wait(120, lambda: p.producer.status is not None, 'the producer is done')
        checks.right(p.producer.status == 0, f'the last, undisturbed replay ended with status {p.producer.status}; see {p.producer.log}')
        self.drain = checks.drained(p)
        if usual:
            checks.consumers_are_as_before(p, usual)

    def prove(self, p, usual):
        checks.no_offset_is_ahead(p)
        checks.nothing_is_left(p)
        checks.only_planted(p)
        checks.verified(p, usual)
        checks.invariants_hold(p)

    def round(self, one):
        began = time.monotonic()
        with self.pipeline(f'{one.number:03}') as p:
            p.produce()
            p.wait(30, lambda: self.stack.partitions(p.topic), 'there is a topic')
            for _ in range(one.consumers):
                p.add_consumer()
            p.await_work(time.time())
            for moment in one.moments:
                self.moment(p, moment)
            self.finish(p, self.usual)
            p.end_consumers()
            self.prove(p, self.usual)
            events, records = checks.events_of(p)
        self.report.rounds += 1
        self.report.drain.append(self.drain)
        self.report.events += events
        self.report.records += records
        self.report.replays += p.replays
        self.stack.drop_database(p.database)
        self.stack.wire.delete_topic(p.topic)
        if not self.settings.keep:
            shutil.rmtree(p.folder)
        say(f'ok  {self.where}: {self.report.faults} faults so far, {len(p.consumers) or one.consumers} consumers to begin with,'
            f' {records:,} records, drained in {self.drain:.1f} s, {time.monotonic() - began:.0f} s in all')

    def moment(self, p, moment):
        """Injects the faults, holds them, removes them, and waits until every partition makes progress."""
        p.note('--- ' + ' + '.join(f'{fault.kind} ({fault.hold} s)' for fault in moment))
        injected_at, in_force = time.time(), []
        try:
            for fault in moment:
                self.inject(p, fault, in_force)
            ends_at = time.monotonic() + max(fault.hold for fault in moment)
            waiting.until(3600, lambda: time.monotonic() >= ends_at, 'it has lasted as long as it should', p.meanwhile)
            if not any(schedule.KINDS[fault.kind].target == schedule.ALONE for fault in moment):
                checks.no_offset_is_ahead(p)
            recovered = None
            if len(moment) == 1 and in_force and schedule.KINDS[moment[0].kind].since == 'injected':
                recovered = self.recovery(p, moment, injected_at)
        except BaseException:
            for _, injected in in_force:
                with contextlib.suppress(Exception):
                    injected.gen.close()
            raise
        took_effect = [fault for fault, injected in reversed(in_force) if self.heal(p, fault, injected)]
        recovered = recovered or self.recovery(p, moment, time.time())
        p.note(f'recovered after {recovered:.1f} s')
        if len(took_effect) == 1:
            self.report.recovery[took_effect[0].kind].append(recovered)
        elif took_effect:
            self.report.together.append(recovered)

    def inject(self, p, fault, in_force):
        self.report.tried[fault.kind] += 1
        injected = FAULTS[fault.kind](p, random.Random(fault.seed))
        try:
            injected.__enter__()
        except (NoEffect, Failed, Refused) as reason:
            if not isinstance(reason, NoEffect) and not in_force:
                raise
            p.note(f'no effect: {fault.kind}: {reason}')  # or another one that is in force keeps us from making it
        else:
            in_force.append((fault, injected))
            p.note(f'in force: {fault.kind}')

    def heal(self, p, fault, injected):
        """Whether the fault took effect."""
        try:
            injected.__exit__(None, None, None)
        except NoEffect as reason:
            p.note(f'no effect: {fault.kind}: {reason}')
            return False
        self.report.injected[fault.kind] += 1
        return True

    def recovery(self, p, moment, since):
        """Seconds from that moment until all partitions have applied records that were appended after it."""
        try:
            return p.await_work(since) - since
        except waiting.TimedOut as error:
            raise Wrong(f'no recovery from {" + ".join(fault.kind for fault in moment)}: {error}; applied {p.positions()}') from error


def settings_from(arguments):
    parser = argparse.ArgumentParser(prog='chaos', description='Faults, and the proof that nothing is lost and nothing counted twice.')
    parser.add_argument('--faults', type=int, default=20, help='how many in all (%(default)s)')
    parser.add_argument('--seed', default='1', help='the same seed, the same schedule (%(default)s)')
    parser.add_argument('--brokers', default='1,3', help='1, 3, or both in turn (%(default)s)')
    parser.add_argument('--nodes', type=int, default=0, help='a cluster of so many, and faults of its own (%(default)s: one database)')
    parser.add_argument('--part', default='1/1', help='2/3: the second, fifth, … of the rounds; several runs share them (%(default)s)')
    parser.add_argument('--build', type=Path, required=True, help='where the programs are, and where logs and data go')
    parser.add_argument('--toxiproxy', type=Path, required=True)
    parser.add_argument('--orders', type=int, default=5000, help='in the files that are replayed (%(default)s)')
    parser.add_argument('--bug', help='plants one of tests/chaos/bugs: the proof has to fail')
    parser.add_argument('--only', help='faults whose names contain this')
    parser.add_argument('--keep', action='store_true', help='the logs of rounds that went well too')
    parser.add_argument('--schedule', action='store_true', help='prints what would be done')
    settings = parser.parse_args(arguments)
    settings.brokers = [int(number) for number in settings.brokers.split(',')]
    settings.build = settings.build.resolve()
    return settings


def the_rounds(settings, brokers):
    """Each stack gets its share of the faults. Rounds are independent, so several runs can share them."""
    share = -(-settings.faults // len(settings.brokers))
    part, parts = map(int, settings.part.split('/'))
    return itertools.islice(schedule.rounds(settings.seed, share, brokers, settings.only, settings.nodes), part - 1, None, parts)


def prepare(settings):
    shutil.rmtree(settings.build / 'chaos', ignore_errors=True)
    settings.data = settings.build / 'chaos' / 'data'
    settings.data.mkdir(parents=True)
    run(settings.build / 'generate-orders', '--orders', settings.orders, settings.data)
    root, build = ROOT, settings.build
    if settings.bug:
        root = programs.with_bug(settings.bug, settings.build)
        build = root / 'build'
    settings.programs = programs.Programs(root, build, settings.data)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    settings = settings_from(sys.argv[1:])
    if settings.schedule:
        for brokers in settings.brokers:
            for one in the_rounds(settings, brokers):
                say(f'{brokers} broker(s), round {one.number}, {one.consumers} consumers:',
                    '; '.join(' + '.join(f'{fault.kind} ({fault.hold} s)' for fault in moment) for moment in one.moments))
        return 0
    try:
        prepare(settings)
    except Failed as error:
        say(f'could not begin: {error}')
        return 2
    trials = [Trial(settings, brokers) for brokers in settings.brokers]
    try:
        errors = side_by_side([trial.all_rounds for trial in trials])
    except (SystemExit, KeyboardInterrupt):
        say('\n'.join(in_all(trials).lines()))
        say(f'interrupted, in {" and ".join(trial.where for trial in trials)}, seed {settings.seed}')
        raise
    report = in_all(trials)
    say('\n'.join(report.lines()))
    for trial, error in zip(trials, errors):
        if error:
            say_why(settings, trial, error)
    if any(errors):
        return 1 if any(isinstance(error, Wrong) for error in errors) else 2
    slow = report.too_slow()
    for kind, p99, limit in slow:
        say(f'TOO SLOW: {kind}: p99 {p99:.1f} s, limit {limit:g} s')
    verdict = 'too slow' if slow else 'all held' if report.faults else 'NOTHING TOOK EFFECT'
    say(f'{verdict}, seed {settings.seed}')
    return 0 if verdict == 'all held' else 1


def side_by_side(tasks):
    """The exception of each, or None. The first exception ends the others."""
    with futures.ThreadPoolExecutor(len(tasks)) as pool:
        running = [pool.submit(task) for task in tasks]
        try:
            futures.wait(running, return_when=futures.FIRST_EXCEPTION)
        finally:
            waiting.halt.set()
    errors = [one.exception() for one in running]
    return [None if isinstance(error, waiting.Halted) else error for error in errors]


def in_all(trials):
    report = Report()
    for trial in trials:
        report.add(trial.report)
    return report


def say_why(settings, trial, error):
    if not isinstance(error, (Wrong, Failed, Refused, waiting.TimedOut, ValueError)):
        traceback.print_exception(error)
    verdict = 'FAILED' if isinstance(error, Wrong) else 'could not go on'
    say(f'{verdict} after {trial.report.faults} faults there, in {trial.where}, seed {settings.seed}: {error}')
    say(f'logs: {trial.logs}; data: ORDER_VAR={trial.stack.folder} scripts/up; once more: make chaos'
        f' FAULTS={settings.faults} SEED={settings.seed} BROKERS={",".join(map(str, settings.brokers))}'
        + (f' NODES={settings.nodes}' if settings.nodes else '')
        + (f' BUG={settings.bug}' if settings.bug else ''))


sys.exit(main())

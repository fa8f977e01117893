"""Reports which faults were tried, which took effect, and how long recovery took."""
import math
from collections import Counter, defaultdict

from checks import DRAIN_LIMIT
from schedule import KINDS

ENOUGH = 10  # recoveries of a kind; the slowest of fewer is no 99th percentile


def percentile(values, share):
    """The percentile by nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


class Report:
    def __init__(self):
        self.tried, self.injected = Counter(), Counter()
        self.recovery, self.drain = defaultdict(list), []
        self.rounds = self.events = self.records = self.replays = 0
        self.together = []

    def add(self, other):
        """What was done on another stack."""
        self.tried += other.tried
        self.injected += other.injected
        for kind, times in other.recovery.items():
            self.recovery[kind] += times
        self.drain += other.drain
        self.together += other.together
        self.rounds += other.rounds
        self.events += other.events
        self.records += other.records
        self.replays += other.replays

    @property
    def faults(self):
        return self.injected.total()

    def too_slow(self):
        """[(kind, p99, limit)]"""
        measured = [(kind, times, KINDS[kind].limit) for kind, times in self.recovery.items()] + [('drain', self.drain, DRAIN_LIMIT)]
        p99 = [(kind, percentile(times, 0.99), limit) for kind, times, limit in measured if len(times) >= ENOUGH]
        return [one for one in p99 if one[1] > one[2]]

    def lines(self):
        yield f'{"fault":<56} {"tried":>5} {"injected":>8}   {"recovery p50":>12} {"p99":>7} {"max":>7} {"limit":>7}'
        for kind in KINDS:
            yield self.line(kind, f'{self.tried[kind]:>5} {self.injected[kind]:>8}', self.recovery[kind], KINDS[kind].limit)
        yield self.line('all', f'{self.tried.total():>5} {self.faults:>8}', [t for times in self.recovery.values() for t in times])
        yield self.line('two faults together', f'{"":>5} {len(self.together):>8}', self.together)
        yield self.line('drain at the end of a round', f'{"":>5} {self.rounds:>8}', self.drain, DRAIN_LIMIT)
        yield (f'{self.rounds} rounds, {self.faults} faults; {self.events:,} events applied once, of {self.records:,} records received;'
               f' {self.replays} replays undisturbed to their end')

    def line(self, name, counts, times, limit=None):
        figures = ''
        if times:
            figures = ' '.join(f'{t:>6.1f}s' for t in (percentile(times, 0.5), percentile(times, 0.99), max(times)))
            figures = f'{"":>5}{figures} {f"{limit:g}s" if limit else "":>7}'
        return f'{name:<56} {counts}   {figures}'.rstrip()

"""Computes the schedule from the seed alone: the same seed gives the same faults in the same order.

    for one in schedule.rounds(seed=1, faults=100, brokers=1):
        one.consumers               # to begin with
        for moment in one.moments:  # faults that are in force together
            moment[0].kind, moment[0].seed, moment[0].hold

Kinds are drawn from a pack of cards, so each one occurs as often as its number of cards says, and every one occurs.
"""
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    target: str              # in words: faults that are in force together have none in common
    hold: tuple = (0, 0)     # seconds that it lasts, at least and at most
    cards: int = 2
    brokers: int = 1         # how many it takes
    since: str = 'healed'    # from when its recovery counts; injected: it has to come before the fault is healed
    limit: float = 60        # seconds that recovery may take, in 99 of 100 cases
    nodes: str = 'without'   # whether it is for a cluster: with, without, or any


SESSION, POLL_INTERVAL = 4, 8  # the consumers' session.timeout.ms and max.poll.interval.ms, in seconds
ALONE = 'everything'  # nothing else is done meanwhile

ANY = {'nodes': 'any'}
NODES = {'nodes': 'with', 'limit': 10 + 2}  # as long as with one server, and 2 s

KINDS = {
    'consumer killed': Kind('consumers', cards=4, since='injected', limit=SESSION + 5, **ANY),
    'all consumers killed': Kind('consumers', (0, 2), limit=SESSION + 5, **ANY),
    'consumer terminated': Kind('consumers', (0, 2), 3, **ANY),
    'consumer paused for a moment': Kind('consumers', (0.5, SESSION - 2), **ANY),
    'consumer paused beyond its session': Kind('consumers kafka', (SESSION + 2, SESSION + 4), 4, **ANY),
    'consumer stuck beyond max.poll.interval': Kind('consumers kafka', (POLL_INTERVAL + 2, POLL_INTERVAL + 3)),
    'consumers killed in mid-statement, successor meets it': Kind(ALONE, cards=3, limit=SESSION + 10),
    'consumer added': Kind('consumers', **ANY),
    'consumer removed': Kind('consumers', **ANY),
    'producer killed': Kind('producer', (0, 1), 3, **ANY),
    'producer terminated': Kind('producer', (0, 1), **ANY),
    'producer paused': Kind('producer', (1, 5), **ANY),
    'broker killed': Kind('kafka', (0, 4), 3, limit=30, **ANY),
    'broker terminated': Kind('kafka', (0, 3), limit=30, **ANY),
    'broker paused': Kind('kafka', (2, 8), limit=30, **ANY),
    'leader killed': Kind('kafka', (0, 4), 4, brokers=3, since='injected', limit=30),
    'coordinator killed': Kind('kafka', (0, 4), brokers=3, since='injected', limit=30),
    'two of three brokers killed': Kind('kafka', (2, 6), brokers=3, limit=30),
    'Postgres stopped in immediate mode': Kind('postgres', (0, 4), 3, limit=10),
    'Postgres killed': Kind('postgres', (0, 2), limit=10),
    'Postgres restarted': Kind('postgres', (0, 1), limit=10),
    'backends terminated in mid-statement': Kind('postgres', cards=4),
    'statement cancelled': Kind('postgres'),
    'max_connections exhausted': Kind('postgres', (1, 4)),
    'disk full': Kind('postgres', (1, 4)),
    'lock timeout': Kind('postgres', (1, 3)),
    'statement timeout': Kind('postgres', cards=1),
    'serialization failure': Kind('postgres', (1, 3)),
    'deadlock': Kind('postgres'),
    'Kafka slow (latency)': Kind('kafka network', (2, 5), **ANY),
    'Kafka connections reset': Kind('kafka network', (1, 4), **ANY),
    'Kafka behind a black hole': Kind('kafka network', (2, 8), **ANY),
    'Kafka cut off in mid-message': Kind('kafka network', (1, 4)),
    'Kafka unreachable': Kind('kafka network', (1, 4), **ANY),
    'Postgres slow (latency)': Kind('postgres network', (2, 5)),
    'Postgres connections reset': Kind('postgres network', (1, 4)),
    'Postgres behind a black hole': Kind('postgres network', (2, 8)),
    'Postgres cut off in mid-message': Kind('postgres network', (1, 4)),
    'Postgres unreachable': Kind('postgres network', (1, 4)),
    'Postgres connections closed slowly': Kind('postgres network', (1, 3)),
    'partitions added': Kind(ALONE),
    'topic deleted and made again': Kind(ALONE),
    'offsets set back': Kind(ALONE, **ANY),
    'offsets set back to the beginning': Kind(ALONE, **ANY),
    'offsets set to random points': Kind(ALONE, **ANY),
    'offsets deleted': Kind(ALONE, **ANY),
    'database restored, consumers running': Kind(ALONE, cards=2),
    'database restored, consumers stopped': Kind(ALONE, cards=2),
    'database emptied': Kind(ALONE),
    'partitions cut back, consumers running': Kind(ALONE),
    'partitions cut back, consumers stopped': Kind(ALONE),
    'partition cut back, equal append times': Kind(ALONE),
    'brokers restored, consumers running': Kind(ALONE, cards=1),
    'brokers restored, consumers stopped': Kind(ALONE, cards=1),
    'unclean leader election': Kind(ALONE, brokers=3),
    'brokers cut off from each other': Kind(ALONE, (4, 10), brokers=3),
    "brokers' clocks set back": Kind(ALONE, (0, 2)),
    'topic recreated longer, consumers running': Kind(ALONE),
    'topic recreated shorter, consumers running': Kind(ALONE),
    'database restored to before a recreation': Kind(ALONE),
    'transactions, some aborted': Kind(ALONE),
    'topic compacted': Kind(ALONE),
    'records deleted ahead, consumers running': Kind(ALONE),
    'records deleted ahead, consumers stopped': Kind(ALONE),
    'events retired': Kind(ALONE),
    'poison records': Kind('records kafka postgres', **ANY),
    'conflicting records': Kind('records kafka postgres'),
    'clock shifted': Kind('consumers', (2, 4)),
    'node killed in mid-batch': Kind('postgres', (0, 4), 12, **NODES),
    'node stopped in immediate mode': Kind('postgres', (0, 4), 3, **NODES),
    'front killed': Kind('postgres', (1, 4), 3, **NODES),
    'node slow (latency)': Kind('postgres network', (2, 5), 3, **NODES),
    'node behind a black hole': Kind('postgres network', (2, 8), 3, **NODES),
    'node unreachable': Kind('postgres network', (1, 4), 3, **NODES),
    'disk of a node full': Kind('postgres', (1, 4), 3, **NODES),
    'node refuses a statement': Kind('postgres', (1, 3), 3, **NODES),
    'node restored, consumers running': Kind(ALONE, cards=4, **NODES),
    'node restored, consumers stopped': Kind(ALONE, cards=4, **NODES),
}

# A record conflicts only if the right one precedes it in every log and is not retired. So no round combines conflicts with these.
MOVES_RECORDS = {
    'partitions added', 'topic deleted and made again', 'topic recreated longer, consumers running', 'topic recreated shorter, consumers running',
    'database restored to before a recreation', 'partitions cut back, consumers running', 'partitions cut back, consumers stopped',
    'brokers restored, consumers running', 'brokers restored, consumers stopped', 'unclean leader election', 'topic compacted',
    'records deleted ahead, consumers running', 'records deleted ahead, consumers stopped', 'events retired'}

MOMENTS = 5  # in a round
TOGETHER = 0.3  # the share of moments with two faults


@dataclass(frozen=True)
class Fault:
    kind: str
    seed: int
    hold: float


@dataclass(frozen=True)
class Round:
    number: int
    consumers: int
    moments: tuple


def rounds(seed, faults, brokers, only=None, nodes=0):
    """Rounds with this number of faults in all. `only` restricts them to kinds whose names contain it."""
    dice = random.Random(f'{seed} {brokers}')
    kinds_here = [name for name, kind in KINDS.items()
                  if kind.brokers <= brokers and kind.nodes in ('any', 'with' if nodes else 'without') and (only or '') in name]
    if not kinds_here:
        raise ValueError(f'no fault is called {only} with {brokers} broker(s) and {nodes} node(s)')
    pack, number = [], 0
    while faults > 0:
        number += 1
        moments, kinds = [], set()
        while faults > 0 and len(moments) < MOMENTS:
            moment = [_draw(dice, pack, kinds_here, kinds, [])]
            if faults > 1 and not only and dice.random() < TOGETHER and KINDS[moment[0].kind].target != ALONE:
                moment.append(_draw(dice, pack, kinds_here, kinds, [ALONE, *KINDS[moment[0].kind].target.split()]))
            moments.append(tuple(moment))
            faults -= len(moment)
        yield Round(number, dice.randint(1, 4), tuple(moments))


def _draw(dice, pack, kinds_here, kinds, taken):
    """The first card that fits the cards chosen so far. If no card fits, adds a new pack."""
    while True:
        for place, name in enumerate(pack):
            kind = KINDS[name]
            clash = name == 'conflicting records' and kinds & MOVES_RECORDS
            clash = clash or (name in MOVES_RECORDS and 'conflicting records' in kinds)
            if not clash and not set(kind.target.split()) & set(taken):
                del pack[place]
                kinds.add(name)
                return Fault(name, dice.getrandbits(32), round(dice.uniform(*kind.hold), 1))
        new = [name for name in kinds_here for _ in range(KINDS[name].cards)]
        dice.shuffle(new)
        pack.extend(new)

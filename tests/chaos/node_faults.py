"""Faults of a cluster: of one of its nodes, or of its front."""
import contextlib

from faults import both, consumers_stopped, dump, expect, fault, network, no_room, seen, trigger, truncated_and
from log_faults import FAULTS

__all__ = ['FAULTS']


def node_ends(number, in_mid_batch):
    """In the middle of a batch: the node's statement is running, and the other nodes commit theirs."""
    def node_ended(p, dice):
        node = dice.choice(p.nodes)
        with trigger(node, 'sleep') if in_mid_batch else contextlib.nullcontext() as hit:
            if in_mid_batch:
                seen(p, 20, hit, 'a statement of the node was hit')
            p.stack.stop(node.server, number)
            expect(not p.stack.runs(node.server), 'it runs')
            try:
                yield
            finally:
                p.stack.start(node.server)
    return node_ended


fault('node killed in mid-batch')(node_ends('KILL', True))
fault('node stopped in immediate mode')(node_ends('QUIT', False))


@fault('front killed')
def front_killed(p, _dice):
    """Consumers need the front only when they start."""
    p.stack.stop('postgres', 'KILL')
    expect(not p.stack.runs('postgres'), 'it runs')
    try:
        yield
    finally:
        p.stack.start('postgres')


def node_routes(p, dice):
    return [dice.choice(p.nodes).server]


fault('node slow (latency)')(network(node_routes, *both('latency', latency=400, jitter=200), works=lambda seconds: seconds is None or seconds > 0.3))
fault('node behind a black hole')(network(node_routes, *both('timeout', timeout=0)))
fault('node unreachable')(network(node_routes))


@fault('disk of a node full')
def disk_full(p, dice):
    with no_room(p, dice.choice(p.nodes)) as hit:
        seen(p, 20, hit, 'a statement was hit')
        yield


@fault('node refuses a statement')
def refused(p, dice):
    with trigger(dice.choice(p.nodes), '40001') as hit:
        seen(p, 20, hit, 'a statement was hit')
        yield


def dump_of_before(p, node, dice):
    """Of one node only; the others continue."""
    progress = lambda: int(node.query('SELECT coalesce(sum(next_offset), 0) FROM orders.partition_progress'))
    rows = dump(node)
    at_least = progress() + dice.randint(100, 2000)
    seen(p, 60, lambda: progress() >= at_least, 'more is applied')
    return rows


@fault('node restored, consumers running')
def restored_under_them(p, dice):
    node = dice.choice(p.nodes)
    truncated_and(node, dump_of_before(p, node, dice))
    yield


@fault('node restored, consumers stopped')
def restored_without_them(p, dice):
    node = dice.choice(p.nodes)
    rows = dump_of_before(p, node, dice)
    with consumers_stopped(p):
        truncated_and(node, rows)
    yield

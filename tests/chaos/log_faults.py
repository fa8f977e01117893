"""Faults after which Kafka's log is a different one, or has offsets without a record. As in faults.py.

A consumer that took such a log for the old one would skip records, and later replays would hide that. So each log gets marks:
poison records. The recovery is complete only when all of them are quarantined.
"""
import contextlib
import time

import waiting
from faults import FAULTS, consumers_stopped, dump, expect, fault, seen, truncated_and, without_kafka
from kafka_wire import Refused
from pipeline import Wrong
from producing import Producer
from stack import PARTITIONS, run

__all__ = ['FAULTS']


def demand(p, seconds, condition, what):
    """That the product does it."""
    try:
        p.wait(seconds, condition, what)
    except waiting.TimedOut as error:
        raise Wrong(str(error)) from error


@contextlib.contextmanager
def unseen(p, running):
    """The consumers see all changes together afterwards: meanwhile they are stopped, or run without reaching a broker."""
    p.end_producer()
    with without_kafka(p), contextlib.ExitStack() as stack:
        stack.callback(p.produce)
        if running:
            stack.callback(p.stack.network.heal)
            for broker in p.stack.brokers:
                p.stack.network.refuse(broker)
        else:
            stack.enter_context(consumers_stopped(p))
        yield p.settled()


def marks(p, dice, count):
    return [f'{p.topic} mark {dice.getrandbits(64):x} {{' for _ in range(count)]


def append(p, partition, values):
    """Past the network's faults."""
    run('kcat', '-P', '-b', p.stack.env['KAFKA_BROKERS'], '-t', p.topic, '-p', partition, '-K', '\t', '-X', 'acks=all',
        input=''.join(f'{value[-12:]}\t{value}\n' for value in values), limit=60)


def must_be_read(p, values):
    p.planted |= set(values)
    p.awaited |= set(values)


def mark(p, dice, partitions):
    for partition in partitions:
        values = marks(p, dice, dice.randint(1, 20))
        append(p, partition, values)
        must_be_read(p, values)


def ends(p):
    return p.wait(30, lambda: p.stack.ends(p.topic, p.stack.partitions(p.topic)), 'Kafka tells the ends')


def all_applied(p):
    """Of the current topic, which may have had more partitions before."""
    positions = p.positions()
    return all(positions.get(partition, 0) == end for partition, end in ends(p).items())


def grow(p, least):
    """Until each partition reaches at least that offset."""
    for _ in range(10):
        if all(end >= least.get(partition, 0) for partition, end in ends(p).items()):
            return
        p.directly()
    expect(False, 'the partitions stay shorter than they were')


def read_beyond(p, partitions, offsets):
    seen(p, 60, lambda: all(p.positions().get(partition, 0) > offsets[partition] for partition in partitions), 'more is applied')


# --- logs that lost their last records


def cut_back(running):
    def log_cut_back(p, dice):
        """All brokers lose power, before the changes to these partitions' files since the copy reached the disks."""
        partitions = sorted(p.stack.partitions(p.topic))
        yield from back_to_copy(p, dice, running, dice.sample(partitions, dice.randint(1, len(partitions))))
    return log_cut_back


def restored(running):
    def brokers_restored(p, dice):
        """With all that they have, the group's offsets too."""
        yield from back_to_copy(p, dice, running, sorted(p.stack.partitions(p.topic)), whole=True)
    return brokers_restored


def back_to_copy(p, dice, running, partitions, whole=False):
    folders = ['.'] if whole else [f'{p.topic}-{partition}' for partition in partitions]
    p.stack.copy(folders)
    read_beyond(p, partitions, ends(p))
    with unseen(p, running) as read:
        p.stack.put_back(folders)
        left = ends(p)
        expect(all(left[partition] < read[partition] for partition in partitions), f'nothing that was read is lost: {left}, read {read}')
        mark(p, dice, partitions)
        grow(p, read)
    yield


for where, running in (('running', True), ('stopped', False)):
    fault(f'partitions cut back, consumers {where}')(cut_back(running))
    fault(f'brokers restored, consumers {where}')(restored(running))


@fault('partition cut back, equal append times')
def cut_back_equal_times(p, dice):
    """Other records have the times and the offsets of the lost ones."""
    partition = dice.choice(sorted(p.stack.partitions(p.topic)))
    p.stack.wire.change_configs(p.topic, {'message.timestamp.type': 'CreateTime'})
    try:
        p.end_producer()
        at = int(time.time() * 1000)
        demand(p, 60, lambda: p.positions().get(partition, 0) == ends(p)[partition], 'all is applied')
        folder = f'{p.topic}-{partition}'
        p.stack.copy([folder])
        count, cut_to = dice.randint(1, 20), ends(p)[partition]
        lost = marks(p, dice, count)
        p.former |= set(lost)
        append_at(p, partition, lost, at)
        demand(p, 60, lambda: p.positions()[partition] == cut_to + count, 'all is applied')
        with unseen(p, dice.random() < 0.5) as read:
            p.stack.put_back([folder])
            expect(ends(p)[partition] == cut_to, 'nothing that was read is lost')
            other = marks(p, dice, count + dice.randint(0, 3))
            append_at(p, partition, other, at)
            must_be_read(p, other)
            (line,) = p.stack.records(p.topic, partition, read[partition] - 1, '%o %T', '-c', 1)
            expect(line == f'{read[partition] - 1} {at}', f'its last record is {line}, not at {at}')
    finally:
        p.stack.wire.change_configs(p.topic, {'message.timestamp.type': 'LogAppendTime'})
        if not p.produces:
            p.produce()
    yield


def append_at(p, partition, values, milliseconds):
    with Producer(p.stack.env['KAFKA_BROKERS']) as producer:
        for value in values:
            producer.send(p.topic, partition, value, milliseconds)
        producer.flush()


@fault('unclean leader election')
def unclean_election(p, dice):
    """Of two replicas, the one that has the read records is lost, while the other is behind."""
    leaders = p.stack.partitions(p.topic)
    leader = dice.choice(sorted(set(leaders.values())))
    follower = dice.choice([name for name in p.stack.brokers if name != leader])
    partitions = [partition for partition, name in leaders.items() if name == leader]
    node = lambda name: p.stack.brokers.index(name) + 1
    replicas = lambda: [p.stack.replicas(p.topic)[partition] for partition in partitions]
    expect(p.stack.in_sync(), 'not all replicas are in sync')
    configs = ['unclean.leader.election.enable', 'min.insync.replicas']
    p.stack.wire.change_configs(p.topic, dict(zip(configs, ['true', '1'])))
    try:
        p.stack.wire.reassign(p.topic, {partition: [node(leader), node(follower)] for partition in partitions})
        two = {leader, follower}
        seen(p, 30, lambda: all(set(all_) == set(in_sync) == two for all_, in_sync in replicas()), 'they have two replicas')
        with without_kafka(p):
            p.stack.stop(follower, 'KILL')
            seen(p, 30, lambda: all(in_sync == [leader] for _, in_sync in replicas()), 'one of them is out of sync')
            read_beyond(p, partitions, ends(p))
            with unseen(p, dice.random() < 0.5) as read:
                p.stack.stop(leader, 'KILL')
                p.stack.start(follower)
                seen(p, 60, lambda: all(p.stack.partitions(p.topic).get(partition) == follower for partition in partitions), 'the other one leads')
                left = ends(p)
                expect(all(left[partition] < read[partition] for partition in partitions), f'nothing that was read is lost: {left}, read {read}')
                mark(p, dice, partitions)
                grow(p, read)
            yield
    finally:
        p.stack.start(leader, follower)
        p.stack.wire.reassign(p.topic, {partition: [1, 2, 3] for partition in partitions})
        p.stack.wire.change_configs(p.topic, dict.fromkeys(configs))
    seen(p, 60, p.stack.in_sync, 'all replicas are in sync again')


@fault('brokers cut off from each other')
def links_cut(p, dice):
    links = p.stack.links
    expect(not links.missing, f'links cannot be cut: {links.missing}')
    one = dice.choice(p.stack.brokers)
    lost = dice.choice(['all', 'sent', 'received'])
    with without_kafka(p):
        try:
            for other in p.stack.brokers:
                if other != one and lost != 'received':
                    links.cut(one, other)
                if other != one and lost != 'sent':
                    links.cut(other, one)
            seen(p, 10, lambda: links.dropped() > 0, 'packets are lost')
            yield
        finally:
            links.heal()


# --- other topics by the same name


def made_again(p, dice, least):
    """The topic is recreated, with marks, and at least that long."""
    p.stack.wire.delete_topic(p.topic)
    seen(p, 30, lambda: not p.stack.partitions(p.topic), 'it is gone')
    p.forget_records()

    def made():
        with contextlib.suppress(Refused):  # a broker that still knows of the former one
            p.stack.wire.create_topic(p.topic, PARTITIONS, {'retention.ms': '-1', 'message.timestamp.type': 'LogAppendTime'})
        return len(p.stack.partitions(p.topic)) == PARTITIONS and all(p.stack.partitions(p.topic).values())
    seen(p, 30, made, 'it is there again')
    mark(p, dice, range(PARTITIONS))
    grow(p, least)


def recreated(longer):
    def topic_recreated(p, dice):
        with unseen(p, True) as read:
            made_again(p, dice, read if longer else {})
            now = ends(p)
            expect(all((end >= read.get(partition, 0)) == longer for partition, end in now.items()), f'it ends at {now}, was read to {read}')
        yield
    return topic_recreated


fault('topic recreated longer, consumers running')(recreated(True))
fault('topic recreated shorter, consumers running')(recreated(False))


@fault('database restored to before a recreation')
def restored_to_before(p, dice):
    rows = dump(p)
    at = p.positions()
    with unseen(p, False):
        made_again(p, dice, at)
    p.end_producer()
    demand(p, 60, lambda: not p.missing() and all_applied(p), 'the new topic is read')
    with consumers_stopped(p):
        truncated_and(p, rows)
        p.awaited |= p.planted
    p.produce()
    yield


# --- offsets without a record


@fault('transactions, some aborted')
def transactions(p, dice):
    p.end_producer()
    p.may_be_absent = True
    demand(p, 60, lambda: all_applied(p), 'all is applied')
    before, absent = sum(ends(p).values()), p.counted('absent')
    committed = 0
    with Producer(p.stack.env['KAFKA_BROKERS'], f'{p.topic}-{dice.getrandbits(32):x}') as producer:
        for is_aborted in [False, True, *(dice.random() < 0.5 for _ in range(3))]:
            values = marks(p, dice, dice.randint(1, 50))
            producer.begin()
            for value in values:
                producer.send(p.topic, dice.randrange(PARTITIONS), value)
            producer.flush()
            if is_aborted:
                producer.abort()
            else:
                producer.commit()
                committed += len(values)
                must_be_read(p, values)
    # The brokers may write the last markers after they have answered. Each marker is the last offset of a partition.
    demand(p, 30, lambda: not p.missing() and all_applied(p), 'the lag is 0 behind the last markers')
    without_record = lambda: sum(ends(p).values()) - before - committed
    demand(p, 30, lambda: p.counted('absent') == absent + without_record() > absent, 'every offset without a record is counted as absent')
    p.produce()
    yield


@fault('topic compacted')
def compacted(p, dice):
    """Of the records that are ahead of the consumers only the last one of each key is left."""
    p.may_be_absent = True
    changes = {'cleanup.policy': 'compact', 'segment.ms': '500', 'min.cleanable.dirty.ratio': '0.01', 'max.compaction.lag.ms': '1000'}
    with unseen(p, dice.random() < 0.5) as read:
        p.directly()
        p.stack.wire.change_configs(p.topic, changes)
        try:
            left = lambda: sum(len(p.stack.records(p.topic, partition, offset, '%o')) for partition, offset in read.items())

            def has_holes():
                mark(p, dice, sorted(read))  # a record that is appended ends an old segment: only those are compacted
                return left() < sum(ends(p).values()) - sum(read.values())
            seen(p, 30, has_holes, 'records are gone')
        finally:
            p.stack.wire.change_configs(p.topic, dict.fromkeys(changes))
        before = p.counted('absent')
    yield
    demand(p, 60, lambda: p.counted('absent') > before, 'offsets are counted as absent')


def deleted(running):
    def records_deleted(p, dice):
        """Ahead of the consumers."""
        p.may_be_deleted = True
        with unseen(p, running) as read:
            p.directly()
            grow(p, {partition: offset + 10 for partition, offset in read.items()})
            now, leaders, expected = ends(p), p.stack.partitions(p.topic), 0
            for partition in dice.sample(sorted(read), dice.randint(1, len(read))):
                low = dice.randint(read[partition] + 1, now[partition])
                host, port = p.stack.addresses[leaders[partition]].split(':')
                p.stack.wire.delete_records((host, int(port)), p.topic, partition, low)
                seen(p, 10, lambda: p.stack.keeps_start(p.topic, partition, low), f'partition {partition} begins at {low} for good')
                expected += low - read[partition]
            p.forget_records()
            mark(p, dice, sorted(read))
            before = p.counted('deleted')
        yield
        demand(p, 30, lambda: p.counted('deleted') == before + expected, f'{expected} more records are counted as deleted')
        if p.query('SELECT bool_and(complete) FROM orders.pipeline_status') != 'f':
            raise Wrong('records were deleted before they were read, and all is complete')
    return records_deleted


fault('records deleted ahead, consumers running')(deleted(True))
fault('records deleted ahead, consumers stopped')(deleted(False))


@fault("brokers' clocks set back")
def clocks_set_back(p, dice):
    brokers = dice.sample(p.stack.brokers, dice.randint(1, len(p.stack.brokers)))
    newest = lambda: {partition: int(line) for partition in p.stack.partitions(p.topic)
                      for line in p.stack.records(p.topic, partition, -1, '%T')}

    def restart(shift):
        for broker in brokers:
            p.stack.set_clock(broker, shift)
            p.stack.stop(broker, 'KILL')
        p.stack.start(*brokers)
    before = p.wait(30, newest, 'there are records')
    with without_kafka(p):
        try:
            restart(-3600 * dice.randint(1, 72))
            seen(p, 60, lambda: any(at < before.get(partition, 0) - 1800_000 for partition, at in newest().items()), 'times go back')
            mark(p, dice, sorted(p.stack.partitions(p.topic)))
            demand(p, 60, lambda: not p.missing(), 'what has earlier times is read')
            yield
        finally:
            restart(0)

"""One function for each kind of fault. It injects the fault, checks that it took effect, yields while it lasts, and removes
it:

    @fault('producer paused')
    def producer_paused(p, dice):
        p.producer.send(signal.SIGSTOP)
        effect(p.wait(5, lambda: p.producer.state() == 'T', …))
        yield
        p.producer.send(signal.SIGCONT)

p is the pipeline, dice are the fault's own. NoEffect says that it did not come about; then it is not counted.
"""
import contextlib
import ctypes
import json
import os
import platform
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

import checks
import waiting
from kafka_wire import Refused
from pipeline import GROUP, Wrong
from schedule import SESSION
from stack import PARTITIONS, WORKER, run

FAULTS = {}


class NoEffect(Exception):
    pass


def fault(*names):
    def add(function):
        for name in names:
            FAULTS[name] = contextlib.contextmanager(function)
        return function
    return add


def expect(effect, what):
    if not effect:
        raise NoEffect(what)


def seen(p, seconds, condition, what):
    try:
        p.wait(seconds, condition, what)
    except waiting.TimedOut as error:
        raise NoEffect(str(error)) from error


# --- consumers


@fault('consumer killed')
def consumer_killed(p, dice):
    p.end_consumer(dice.choice(p.consumers), signal.SIGKILL)
    p.add_consumer()
    yield


@fault('all consumers killed')
def all_consumers_killed(p, _dice):
    count = len(p.consumers)
    for consumer in list(p.consumers):
        p.end_consumer(consumer, signal.SIGKILL)
    yield
    for _ in range(count):
        p.add_consumer()


@fault('consumer terminated')
def consumer_terminated(p, dice):
    p.end_consumer(dice.choice(p.consumers))
    yield
    p.add_consumer()


@fault('consumer paused for a moment', 'consumer paused beyond its session')
def consumer_paused(p, dice):
    consumer = dice.choice(p.consumers)
    before = len(consumer.text())
    consumer.send(signal.SIGSTOP)
    seen(p, 5, lambda: consumer.state() == 'T', 'it is stopped')
    since = time.monotonic()
    yield
    long = time.monotonic() - since > SESSION
    consumer.send(signal.SIGCONT)
    if long:
        seen(p, 30, lambda: consumer.logged(' partitions lost', before) or consumer.logged(' assigned ', before), 'it has lost its partitions')


PTRACE_DETACH, PTRACE_SYSCALL, PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 17, 24, 0x4206, 0x4207, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


@fault('consumer stuck beyond max.poll.interval')
def consumer_stuck(p, dice):
    """Stops only the main thread, while it sends to the database. librdkafka's threads continue with heartbeats. (Stopped within a poll,
    it would count as polling.)"""
    consumer = dice.choice(p.consumers)
    seen(p, 10, lambda: consumer.logged(' assigned '), 'it has partitions')
    before = len(consumer.text())
    expect(libc.ptrace(PTRACE_SEIZE, consumer.pid, None, None) == 0, 'it cannot be traced')
    libc.ptrace(PTRACE_INTERRUPT, consumer.pid, None, None)
    _, status = os.waitpid(consumer.pid, WALL)
    try:
        ends_at = time.monotonic() + 20
        while not sends(consumer.pid):
            expect(os.WIFSTOPPED(status), 'it ended')
            expect(time.monotonic() < ends_at, 'it sends nothing to the database')
            stopped_by = os.WSTOPSIG(status)
            libc.ptrace(PTRACE_SYSCALL, consumer.pid, None, stopped_by if stopped_by != signal.SIGTRAP else None)
            _, status = os.waitpid(consumer.pid, WALL)
        yield
    finally:
        libc.ptrace(PTRACE_DETACH, consumer.pid, None, None)
    # It left by itself, or a rebalance went on without it.
    out = lambda: consumer.logged('maximum poll interval', before) or consumer.logged('the group has moved on', before)
    seen(p, 10, out, 'it is out of the group')


def sends(pid):
    """Whether the main thread is stopped just before it sends."""
    system_call = Path(f'/proc/{pid}/syscall').read_text().split()[0]
    return system_call == {'x86_64': '44', 'aarch64': '206'}[platform.machine()]  # sendto, which libpq alone calls in that thread


@fault('consumers killed in mid-statement, successor meets it')
def mid_statement(p, _dice):
    """The statements wait for a lock, and continue after their senders are killed."""
    count = len(p.consumers)
    waiting_ones = "state = 'active' AND wait_event_type = 'Lock'"
    with locked(p, 'SELECT FROM orders.partition_progress FOR UPDATE'):
        seen(p, 10, lambda: p.backends(waiting_ones), 'a statement waits')
        for consumer in list(p.consumers):
            p.end_consumer(consumer, signal.SIGKILL)
        orphans = p.backends()  # whether they wait yet or not
        successor = p.add_consumer()

        def waits_behind_them():
            waiting = p.backends(waiting_ones)
            return successor.logged(' assigned ') and waiting - orphans and waiting & orphans

        try:
            seen(p, 9, waits_behind_them, 'the successor waits behind them')
        finally:
            for _ in range(count - 1):
                p.add_consumer()
    yield


@fault('consumer added')
def consumer_added(p, _dice):
    expect(len(p.consumers) < 4, 'there are enough')
    consumer = p.add_consumer()
    seen(p, 30, lambda: consumer.logged(' assigned '), 'it belongs to the group')
    yield


@fault('consumer removed')
def consumer_removed(p, dice):
    expect(len(p.consumers) > 1, 'there is one only')
    p.end_consumer(dice.choice(p.consumers))
    yield


@fault('clock shifted')
def clock_shifted(p, dice):
    """The clock of one consumer jumps while it runs."""
    file = p.folder / 'clock'
    file.write_text('+0')
    p.end_consumer(dice.choice(p.consumers))
    env = {'FAKETIME_TIMESTAMP_FILE': str(file), 'FAKETIME_NO_CACHE': '1', 'FAKETIME_DONT_FAKE_MONOTONIC': '1',
           'LD_PRELOAD': p.programs.shifted_clock()}
    consumer = p.add_consumer(env=env)
    seen(p, 30, lambda: consumer.logged(' assigned '), 'it belongs to the group')
    hours = dice.choice([-48, -1, 1, 48])
    file.write_text(f'{hours:+d}h')
    yield
    p.end_consumer(consumer)  # its last lines carry its time
    p.add_consumer()
    hour = time.strftime('%Y-%m-%dT%H', time.gmtime(time.time() + hours * 3600))
    expect(hour in consumer.text(), f'its log has no line of {hour}')


# --- the producer


@fault('producer killed')
def producer_killed(p, _dice):
    p.end_producer(signal.SIGKILL)
    try:
        expect(p.producer.status == -signal.SIGKILL, 'it was done already')
        yield
    finally:
        p.produce()


@fault('producer terminated')
def producer_terminated(p, _dice):
    p.end_producer()
    try:
        expect(p.producer.status == 75, 'it was done already')
        yield
    finally:
        p.produce()


@fault('producer paused')
def producer_paused(p, _dice):
    producer = p.producer
    producer.send(signal.SIGSTOP)
    seen(p, 5, lambda: producer.state() == 'T', 'it is stopped')
    yield
    producer.send(signal.SIGCONT)


# --- brokers


@contextlib.contextmanager
def without_kafka(p):
    p.kafka_is_faulty = True
    try:
        yield
    finally:
        p.kafka_is_faulty = False


def broker_ends(number):
    def broker_ended_by(p, dice):
        name = dice.choice(p.stack.brokers)
        with without_kafka(p):
            p.stack.stop(name, number)
            expect(not p.stack.runs(name), 'it runs')
            yield
            p.stack.start(name)
    return broker_ended_by


fault('broker killed')(broker_ends('KILL'))
fault('broker terminated')(broker_ends('TERM'))


@fault('broker paused')
def broker_paused(p, dice):
    pid = p.stack.pid(dice.choice(p.stack.brokers))
    with without_kafka(p):
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


@fault('leader killed')
def leader_killed(p, dice):
    partition = dice.choice(sorted(p.stack.partitions(p.topic)))
    yield from leader_ends(p, p.stack.partitions(p.topic)[partition], p.topic, partition)


@fault('coordinator killed')
def coordinator_killed(p, _dice):
    yield from leader_ends(p, p.stack.partitions('__consumer_offsets')[0], '__consumer_offsets', 0)


def leader_ends(p, name, topic, partition):
    expect(name and p.stack.in_sync(), 'not all replicas are in sync')
    with without_kafka(p):
        p.stack.stop(name, 'KILL')
        try:
            seen(p, 30, lambda: p.stack.partitions(topic).get(partition) not in (name, None), 'another one leads')
            yield
        finally:
            p.stack.start(name)


@fault('two of three brokers killed')
def two_brokers_killed(p, dice):
    names = dice.sample(p.stack.brokers, 2)
    with without_kafka(p):
        for name in names:
            p.stack.stop(name, 'KILL')
        expect(not any(p.stack.runs(name) for name in names), 'they run')
        yield
        p.stack.start(*names)


# --- Postgres


def postgres_ends(number):
    def postgres_ended(p, _dice):
        p.stack.stop('postgres', number)
        expect(not p.stack.runs('postgres'), 'it runs')
        yield
        p.stack.start('postgres')
    return postgres_ended


fault('Postgres stopped in immediate mode')(postgres_ends('QUIT'))
fault('Postgres restarted')(postgres_ends('INT'))
fault('Postgres killed')(postgres_ends('KILL'))


def in_statement(function):
    """In the middle of a consumer's statement, one to three times."""
    def strike(p, dice):
        sql = (f"SELECT count({function}(pid)) FROM pg_stat_activity WHERE usename = '{WORKER}' AND state = 'active'"
               f" AND datname = current_database() AND query LIKE '%apply_batch%'")
        for _ in range(dice.randint(1, 3)):
            seen(p, 20, lambda: p.query(sql) != '0', 'a statement is at work')
        yield
    return strike


fault('backends terminated in mid-statement')(in_statement('pg_terminate_backend'))
fault('statement cancelled')(in_statement('pg_cancel_backend'))


@fault('max_connections exhausted')
def connections_exhausted(p, _dice):
    crowd = []

    def session():
        crowd.append(subprocess.Popen(['psql', '-XAtq'], env=p.stack.env | {'PGUSER': WORKER, 'PGPASSWORD': WORKER, 'PGAPPNAME': 'crowd',
                                      'PGDATABASE': p.database}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
        return crowd[-1].poll() is not None

    def full():
        """No connection is free, and no consumer has one."""
        p.query(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{WORKER}' AND application_name <> 'crowd'")
        for _ in range(5):
            session()
        return p.query(f"SELECT count(*) FILTER (WHERE application_name = 'crowd') >= 20 AND count(*) FILTER (WHERE application_name <> 'crowd') = 0"
                       f" FROM pg_stat_activity WHERE usename = '{WORKER}'") == 't'

    try:
        seen(p, 20, full, 'all connections are used up')
        refused = subprocess.run(['psql', '-XAtq', '-c', 'SELECT 1'], env=p.stack.env | {'PGUSER': WORKER, 'PGPASSWORD': WORKER},
                                 capture_output=True, text=True, check=False)
        expect('connection slots' in refused.stderr or 'too many' in refused.stderr, f'one more is let in: {refused.stderr}')
        yield
    finally:
        for one in crowd:
            one.kill()
            one.communicate()


@contextlib.contextmanager
def trigger(p, what):
    """chaos.strike does `what` in each statement that inserts events. Its counter is not rolled back."""
    p.query(f"SELECT setval('chaos.hits', 1, false); CREATE OR REPLACE TRIGGER chaos BEFORE INSERT ON orders.processed_events"
            f" FOR EACH STATEMENT EXECUTE FUNCTION chaos.strike('{what}')")
    try:
        yield lambda: p.query('SELECT is_called FROM chaos.hits') == 't'
    finally:
        p.query('DROP TRIGGER chaos ON orders.processed_events')


@contextlib.contextmanager
def locked(p, statement):
    """A session of the harness holds what this statement locks."""
    holder = subprocess.Popen(['psql', '-XAtq', '-d', p.database], env=p.stack.env | {'PGAPPNAME': 'holder'}, stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        holder.stdin.write(f'BEGIN; {statement};\n'.encode())
        holder.stdin.flush()
        sql = ("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder' AND datname = current_database()"
               " AND state = 'idle in transaction'")
        p.wait(60, lambda: p.query(sql) == '1', 'the locks are ours')
        yield holder
    finally:
        holder.communicate()


def raised(sqlstate):
    def strike(p, _dice):
        with trigger(p, sqlstate) as hit:
            seen(p, 20, hit, 'a statement was hit')
            yield
    return strike


fault('serialization failure')(raised('40001'))  # at read committed the server has no reason of its own to say so


@fault('deadlock')
def deadlock(p, _dice):
    """When the cycle closes, the consumer has waited longer, so the server cancels the consumer's statement."""
    found = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    before = p.query(found)
    with locked(p, "SET deadlock_timeout = '1h'; LOCK TABLE orders.event_type_counts IN EXCLUSIVE MODE") as holder:
        seen(p, 20, lambda: p.backends("state = 'active' AND wait_event_type = 'Lock'"), 'a statement waits')
        holder.stdin.write(b'SELECT FROM orders.partition_progress FOR UPDATE;\n')
        holder.stdin.flush()
        seen(p, 10, lambda: p.query(found) != before, 'the server has found a deadlock')
        p.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder' AND datname = current_database()")
    yield


@fault('disk full')
def disk_full(p, _dice):
    """A table's file is /dev/full: the kernel refuses to extend it, as on a disk without room."""
    with no_room(p, p) as hit:
        seen(p, 20, hit, 'a statement was hit')
        yield


@contextlib.contextmanager
def no_room(p, database):
    file = p.stack.folder / database.server / database.query("SELECT pg_relation_filepath('chaos.filler')")
    room = file.with_name(file.name + '.room')
    file.rename(room)
    file.symlink_to('/dev/full')
    try:
        with trigger(database, 'disk') as hit:
            yield hit
    finally:
        file.unlink()
        room.rename(file)


@fault('lock timeout')
def lock_timeout(p, _dice):
    """The real error, but sooner than after 10 s."""
    with trigger(p, 'lock') as hit, locked(p, 'LOCK TABLE orders.event_type_counts IN EXCLUSIVE MODE'):
        seen(p, 20, hit, 'a statement was hit')
        yield


@fault('statement timeout')
def statement_timeout(p, _dice):
    """The real error, after the real 30 s."""
    with trigger(p, 'sleep') as hit:
        seen(p, 20, hit, 'a statement was hit')
        cancelled = lambda: p.query('SELECT last_value FROM chaos.hits') != '1'
        seen(p, 60, cancelled, 'it was cancelled after its 30 s, and tried again')
        yield


# --- the network


def kafka_routes(p, dice):
    return dice.choice([[name] for name in p.stack.brokers] + [p.stack.brokers])


def postgres_routes(_p, _dice):
    return ['postgres']


def hits(p, route, works):
    """Whether what a client sees by this route is as it should be while the toxic is on. `works`: the time that an answer
    takes, and None if there is none."""
    began = time.monotonic()
    try:
        with socket.create_connection(('127.0.0.1', p.stack.network.routes[route][0]), timeout=1.5) as connection:
            connection.settimeout(1.5)
            if route.startswith('postgres'):
                connection.sendall(struct.pack('>ii', 8, 80877103))  # may we use TLS?
            else:
                body = struct.pack('>hhi', 18, 0, 1) + struct.pack('>h', -1)  # which versions do you speak?
                connection.sendall(struct.pack('>i', len(body)) + body)
            answered = connection.recv(1) != b''
    except OSError:
        answered = False
    return works(time.monotonic() - began if answered else None)


def network(routes_of, *toxics, works=lambda seconds: seconds is None):
    def disturbed(p, dice):
        routes = routes_of(p, dice)
        expect(sum(p.stack.network.connections(route) for route in routes) > 0, 'no program is connected there')
        with without_kafka(p):
            try:
                for route in routes:
                    for kind, stream, attributes in toxics:
                        p.stack.network.add(route, kind, stream, **{k: v(dice) if callable(v) else v for k, v in attributes.items()})
                    if not toxics:
                        p.stack.network.refuse(route)
                    expect(hits(p, route, works), f'{route} answers as ever')
                yield
            finally:
                p.stack.network.heal()
    return disturbed


both = lambda kind, **attributes: [(kind, stream, attributes) for stream in ('upstream', 'downstream')]

for server, routes in (('Kafka', kafka_routes), ('Postgres', postgres_routes)):
    fault(f'{server} slow (latency)')(network(routes, *both('latency', latency=400, jitter=200),
                                              works=lambda seconds: seconds is None or seconds > 0.3))
    fault(f'{server} connections reset')(network(routes, *both('reset_peer', timeout=0)))
    fault(f'{server} behind a black hole')(network(routes, *both('timeout', timeout=0)))
    fault(f'{server} unreachable')(network(routes))


def cut(routes_of):
    """After so many bytes of an answer the connection is closed."""
    def cut_off(p, dice):
        routes = routes_of(p, dice)
        before = {route: peers(p, route) for route in routes}
        expect(any(before.values()), 'no program is connected there')
        with without_kafka(p):
            for route in routes:
                p.stack.network.add(route, 'limit_data', dice.choice(['upstream', 'downstream']), bytes=dice.randint(50, 5000))
            try:
                seen(p, 15, lambda: any(before[route] - peers(p, route) for route in routes), 'a connection was cut')
                yield
            finally:
                p.stack.network.heal()
    return cut_off


def peers(p, route):
    """The local ends of the programs' connections there."""
    lines = run('ss', '-Htn', 'state', 'established', f'( dport = :{p.stack.network.routes[route][0]} )').splitlines()
    return {line.split()[2] for line in lines}


fault('Kafka cut off in mid-message')(cut(kafka_routes))
fault('Postgres cut off in mid-message')(cut(postgres_routes))


@fault('Postgres connections closed slowly')
def closed_slowly(p, _dice):
    p.stack.network.add('postgres', 'slow_close', 'downstream', delay=2000)
    try:
        sql = (f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{WORKER}' AND datname = current_database()")
        seen(p, 20, lambda: p.query(sql) != '0', 'there is a session to end')
        yield
    finally:
        p.stack.network.heal()


# --- what Kafka and the database have been through


@contextlib.contextmanager
def consumers_stopped(p):
    """Also, no offset may be ahead of the database."""
    count = len(p.consumers)
    p.end_consumers()
    checks.no_offset_is_ahead(p)
    try:
        yield
    finally:
        for _ in range(count):
            p.add_consumer()


@fault('partitions added')
def partitions_added(p, dice):
    count = len(p.stack.partitions(p.topic)) + dice.randint(1, 2)
    p.stack.wire.create_partitions(p.topic, count)
    seen(p, 20, lambda: len(p.stack.partitions(p.topic)) == count, 'they are there')
    p.end_producer()  # a producer looks for partitions when it starts
    p.produce()
    yield


@fault('topic deleted and made again')
def topic_made_again(p, _dice):
    with consumers_stopped(p):
        p.end_producer()
        p.stack.wire.delete_topic(p.topic)
        seen(p, 30, lambda: not p.stack.partitions(p.topic), 'it is gone')
        p.forget_records()
        with without_kafka(p):  # to a broker that has not heard of it yet, the producer's topic is gone once more
            p.produce()
            seen(p, 30, lambda: len(p.stack.partitions(p.topic)) == PARTITIONS, 'it is there again')
    yield


def offsets(change):
    """change returns the new offsets; None deletes them. The group must be empty: a killed member stays in it until its session times out."""
    def changed(p, dice):
        with consumers_stopped(p):
            before = p.committed()
            expect(before, 'there are none')
            after = change(before, p.stack.ends(p.topic, before), dice)

            def accepted():
                try:
                    if after is None:
                        p.stack.wire.delete_offsets(GROUP, p.topic, before)
                    else:
                        p.stack.wire.commit(GROUP, p.topic, after)
                except Refused:
                    return False
                return True
            seen(p, 20, accepted, 'the group takes them')
            expect(p.committed() == (after or {}) != before, 'they are as they were')
        yield
    return changed


fault('offsets set back')(offsets(lambda before, ends, dice: {p: max(0, n - dice.randint(1, 3000)) for p, n in before.items()}))
fault('offsets set back to the beginning')(offsets(lambda before, ends, dice: dict.fromkeys(before, 0)))
fault('offsets set to random points')(offsets(lambda before, ends, dice: {p: dice.randint(0, ends[p]) for p in before}))
fault('offsets deleted')(offsets(lambda before, ends, dice: None))

TABLES = ("SELECT string_agg(oid::regclass::text, ', ' ORDER BY relname <> 'partition_progress', relname) FROM pg_class"
          " WHERE relnamespace = 'orders'::regnamespace AND relkind = 'r' AND relname !~ '^(schema_|lifecycle$|cluster$|nodes$)'")
SUM = 'SELECT coalesce(sum(next_offset), 0) FROM orders.partition_progress;'


def truncated_and(p, sql):
    """In one transaction, even while consumers run. It locks the progress first, as apply_batch does. Returns the positions before and
    after."""
    tables = p.query(TABLES)
    output = p.query(f'SET lock_timeout = 0; BEGIN; LOCK TABLE orders.partition_progress; {SUM} TRUNCATE {tables};\n{sql}\n{SUM} COMMIT;')
    before, *_, after = [int(line) for line in output.splitlines() if line.isdigit()]
    expect(after < before, f'progress was {before} and is {after}')


def dump(p):
    return run('pg_dump', '--data-only', '--schema=orders', '--exclude-table=orders.schema_*', '--exclude-table=orders.lifecycle',
               '--exclude-table=orders.cluster', '--exclude-table=orders.nodes',
               '-d', p.database, env=p.stack.postgres_env(p.server))


def dump_of_before(p, dice):
    rows = dump(p)
    at_least = p.progress() + dice.randint(100, 5000)
    seen(p, 60, lambda: p.progress() >= at_least, 'more is applied')
    return rows


@fault('database restored, consumers running')
def restored_under_them(p, dice):
    truncated_and(p, dump_of_before(p, dice))
    yield


@fault('database restored, consumers stopped')
def restored_without_them(p, dice):
    rows = dump_of_before(p, dice)
    with consumers_stopped(p):
        truncated_and(p, rows)
    yield


@fault('database emptied')
def emptied(p, _dice):
    truncated_and(p, '')
    yield


@fault('events retired')
def retired(p, dice):
    """All events are applied, so those before a day can be retired. The next replays send them again."""
    every = len({event['eventId'] for event in p.programs.events()})
    known = 'SELECT (SELECT count(*) FROM orders.processed_events) + (SELECT events FROM orders.horizon)'
    seen(p, 90, lambda: int(p.query(known)) == every, 'all events are applied')
    day = dice.choice(p.query('SELECT DISTINCT event_day FROM orders.event_day_counts ORDER BY 1').split()[1:])
    how = dice.choice([[], ['--no-shrink']])
    run(p.programs.root / 'scripts/retire', '--before', day, *how, env=p.stack.env | {'PGDATABASE': p.database})
    expect(p.query('SELECT sum(events) > 0 FROM orders.retired_counts') == 't', f'nothing is from before {day}')
    yield
    seen(p, 60, lambda: p.query('SELECT sum(retired) > 0 FROM orders.partition_progress') == 't', 'they come again')


# --- records


def send(p, records):
    """Sends each record to the partition of its key, as the producer does: order is kept only within a partition."""
    lines = ''.join(f'{key}\t{value}\n' for key, value in records)
    run('kcat', '-P', '-b', p.stack.env['KAFKA_BROKERS'], '-t', p.topic, '-K', '\t', '-X', 'acks=all',
        '-X', 'topic.partitioner=murmur2_random', input=lines, limit=60)


@fault('poison records')
def poison(p, dice):
    values = [f'{p.topic} poison {dice.getrandbits(64):x} {{"eventId":' for _ in range(dice.randint(1, 20))]
    send(p, [(f'{dice.getrandbits(32):x}', value) for value in values])
    p.planted.update(values)
    yield
    quarantined = lambda: int(p.query(f"SELECT count(*) FROM orders.quarantined_records WHERE topic = '{p.topic}'")) > 0
    seen(p, 60, quarantined, 'they are quarantined')


@fault('conflicting records')
def conflicts(p, dice):
    """Known events with another payload: the first one stays."""
    known = set(p.query(f'SELECT order_id FROM orders.processed_events WHERE mod(hashtext(order_id), 50) = {dice.randrange(50)}').split())
    chosen = [event for event in p.programs.events() if event['orderId'] in known and event['eventType'] == 'ORDER_PLACED'][:10]
    expect(chosen, 'nothing is applied yet')
    records = []
    for event in chosen:
        changed = event | {'payload': event['payload'] | {'city': f'chaos {dice.getrandbits(32):x}'}}
        records.append((event['orderId'], json.dumps(changed, separators=(',', ':'), ensure_ascii=False)))
    send(p, records)
    p.conflicts.update((event['eventId'], key) for event, (key, _) in zip(chosen, records))
    yield
    seen(p, 60, lambda: p.query('SELECT count(*) FROM orders.event_conflicts') != '0', 'they are noticed')

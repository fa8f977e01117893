"""The pipeline under test in one round: a topic, a database, consumers, and a producer that keeps replaying.

Every wait calls `meanwhile`. It restarts the producer after each replay, and detects a program that ended although the
harness did not end it.
"""
import os
import signal
import subprocess
import time

import waiting
from kafka_wire import Refused
from programs import AS_OF
from schedule import POLL_INTERVAL, SESSION
from stack import PARTITIONS, WORKER, Failed, run

GROUP = 'order-aggregator'
RATE = 1500  # events a second: what the machine can take with room for everything else
FILES = '/proc/{}/fd'


class Wrong(Exception):
    """The product broke its promise."""


class Program:
    def __init__(self, name, command, env, log):
        self.name, self.log, self.shown = name, log, 0
        self.output = open(log, 'ab')
        self.process = subprocess.Popen([str(word) for word in command], env=env, stdin=subprocess.DEVNULL,
                                        stdout=self.output, stderr=self.output)

    @property
    def pid(self):
        return self.process.pid

    @property
    def status(self):
        """None while it runs; negative: the signal that ended it."""
        return self.process.poll()

    def send(self, number):
        self.process.send_signal(number)

    def state(self):
        """A letter of proc(5), or X if the process has ended, which may happen at any moment."""
        try:
            with open(f'/proc/{self.pid}/stat', encoding='utf8', errors='replace') as file:
                return file.read().rpartition(')')[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return 'X'

    def memory(self):
        with open(f'/proc/{self.pid}/status', encoding='utf8') as file:
            return next(int(line.split()[1]) for line in file if line.startswith('VmRSS'))

    def files(self):
        return len(os.listdir(FILES.format(self.pid)))

    def logged(self, words, since=0):
        return words in self.text()[since:]

    def text(self):
        return self.log.read_text(encoding='utf8', errors='replace')

    def await_end(self, limit):
        waiting.until(limit, lambda: self.status is not None, f'{self.name} ends')
        self.output.close()


class Node:
    """A database of a cluster, asked directly."""

    def __init__(self, stack, database, server):
        self.stack, self.database, self.server = stack, database, server

    def query(self, sql):
        return self.stack.query(self.database, sql, self.server)


class Pipeline:
    def __init__(self, stack, programs, data, folder, name):
        self.stack, self.programs, self.data, self.folder = stack, programs, data, folder
        self.topic, self.database = name, name.replace('-', '_')
        self.consumers, self.producer, self.count = [], None, 0
        self.produces, self.kafka_is_faulty, self.producer_met_fault = False, False, False
        self.planted, self.former, self.conflicts = set(), set(), set()  # poison records, those that are gone, conflicts
        self.awaited = set()  # poison records that have to be read before a recovery is complete
        self.may_be_absent = self.may_be_deleted = False
        self.replays = 0
        folder.mkdir(parents=True)
        self.server = 'postgres'
        self.nodes = [Node(stack, self.database, server) for server in stack.nodes]
        stack.make_database(self.database, programs.root / 'scripts')

    def query(self, sql):
        return self.stack.query(self.database, sql)

    def rows(self, sql):
        return [line.split('|') for line in self.query(sql).splitlines()]

    def wait(self, seconds, condition, what):
        def holds():
            try:
                return condition()
            except (Failed, Refused):  # whoever is asked may be away by a fault that is in force
                return None
        return waiting.until(seconds, holds, what, self.meanwhile)

    def note(self, words):
        with open(self.folder / 'faults.log', 'a', encoding='utf8') as file:
            print(time.strftime('%H:%M:%S'), words, file=file)

    # --- programs

    def start(self, kind, command, env=None):
        self.count += 1
        name = f'{kind}-{self.count}'
        return Program(name, command, self.stack.programs_env | {'PGDATABASE': self.database} | (env or {}), self.folder / f'{name}.log')

    def add_consumer(self, prefix=(), env=None):
        options = ['--topic', self.topic, '--batch-size', 1000, '-X', f'session.timeout.ms={SESSION * 1000}',
                   '-X', 'heartbeat.interval.ms=1000', '-X', f'max.poll.interval.ms={POLL_INTERVAL * 1000}',
                   '-X', 'topic.metadata.refresh.interval.ms=2000']
        consumer = self.start('consumer', [*prefix, self.programs.consumer, *options], env)
        self.consumers.append(consumer)
        return consumer

    def end_consumer(self, consumer, number=signal.SIGTERM):
        consumer.send(number)
        self.await_consumer(consumer, number)

    def await_consumer(self, consumer, number=signal.SIGTERM):
        self.consumers.remove(consumer)
        try:
            consumer.await_end(20)
        except waiting.TimedOut as error:
            consumer.process.kill()
            raise Wrong(f'{consumer.name} does not end within 20 s of SIGTERM; see {consumer.log}') from error
        if consumer.status != (0 if number == signal.SIGTERM else -number):
            raise Wrong(f'{consumer.name} ended with status {consumer.status} after signal {number}; see {consumer.log}')

    def end_consumers(self):
        """All at once."""
        for consumer in self.consumers:
            consumer.send(signal.SIGTERM)
        for consumer in list(self.consumers):
            self.await_consumer(consumer)

    def start_producer(self, *options):
        common = ['--topic', self.topic, f'--create-topic={PARTITIONS}', '-X', 'topic.metadata.refresh.interval.ms=2000']
        self.producer_met_fault = self.kafka_is_faulty
        self.producer = self.start('producer', [self.programs.producer, AS_OF, *common, *options, self.data])

    def produce(self):
        """Again and again, from now on."""
        self.produces = True
        self.start_producer('--rate', RATE, '--duplicates', '0.02', '--seed', self.count)

    def end_producer(self, number=signal.SIGTERM):
        self.produces = False
        if self.producer and self.producer.status is None:
            self.producer.send(number)
            self.producer.await_end(20)
            self.judge_producer(0, 75 if number == signal.SIGTERM else -number)

    def judge_producer(self, *expected):
        """Judges the status of a producer that has ended. Faults may explain it."""
        producer, allowed = self.producer, set(expected)
        if self.producer_met_fault or self.kafka_is_faulty:
            allowed.add(69)
        if not producer.text():
            allowed.add(-signal.SIGTERM)  # before it had begun
        if producer.status not in allowed:
            raise Wrong(f'{producer.name} ended with status {producer.status}: {last_line(producer)}; see {producer.log}')

    def meanwhile(self):
        for consumer in self.consumers:
            if consumer.status is not None:
                raise Wrong(f'{consumer.name} ended by itself, status {consumer.status}: '
                            f'{last_line(consumer)}; see {consumer.log}')
        self.producer_met_fault |= self.kafka_is_faulty
        if not self.produces or self.producer.status is None:
            return
        self.judge_producer(0)
        self.replays += self.producer.status == 0
        self.producer.output.close()
        self.produce()

    def forget_records(self):
        """They are gone, and may not have been read before."""
        self.former |= self.planted
        self.planted = set()
        self.awaited = set()

    def directly(self, *options):
        """One replay at full speed, which bypasses the network's faults."""
        run(self.programs.producer, AS_OF, '--topic', self.topic, *options, self.data, env=self.stack.env)

    def close(self):
        """Whatever became of it."""
        for program in [*self.consumers, self.producer]:
            if program and program.status is None:
                program.process.kill()
                program.process.wait()

    # --- how far it is

    def logs(self, column):
        """{partition: column of its current log}: the one that was read last."""
        sql = (f'SELECT DISTINCT ON (kafka_partition) kafka_partition, {column} FROM orders.partition_progress'
               f" WHERE (consumer_group, topic) = ('{GROUP}', '{self.topic}')"
               ' ORDER BY kafka_partition, last_batch_at DESC NULLS LAST, log DESC')
        return {int(p): value for p, value in self.rows(sql)}

    def positions(self):
        """{partition: next offset}"""
        return {p: int(offset) for p, offset in self.logs('next_offset').items()}

    def progress(self):
        return sum(self.positions().values())

    def counted(self, column):
        return sum(int(number) for number in self.logs(column).values())

    def works_since(self, moment):
        """Each partition has applied a record that was appended after that moment, and nothing that was sent is missing.
        (A recreated topic may have fewer partitions.)"""
        applied = self.logs('extract(epoch FROM coalesce(seam_time, to_timestamp(0)))')
        return all(float(applied.get(partition, 0)) > moment for partition in self.partitions) and not self.missing()

    def missing(self):
        """Of the poison records that have to be read."""
        self.awaited -= self.quarantined() if self.awaited else set()
        return self.awaited

    def quarantined(self):
        return set(self.query("SELECT convert_from(payload, 'UTF8') FROM orders.quarantined_records").splitlines())

    def await_work(self, moment, limit=60):
        """When all partitions had applied records that were appended after that moment."""
        self.partitions = self.wait(30, lambda: self.stack.partitions(self.topic), 'there is a topic')
        try:
            self.wait(limit, lambda: self.works_since(moment), 'all partitions are read and applied')
        except waiting.TimedOut as error:
            raise waiting.TimedOut(f'{error}; not read: {sorted(self.awaited)[:3]}') from error
        return time.time()

    def settled(self):
        """The positions, once they no longer change and no running statement can change them."""
        last = []

        def rests():
            last.append((self.backends("state = 'active'"), self.positions()))
            return len(last) > 5 and all(look == (set(), last[-1][1]) for look in last[-6:])
        self.wait(30, rests, 'nothing moves')
        return last[-1][1]

    def committed(self):
        return self.stack.wire.committed(GROUP, self.topic, self.stack.partitions(self.topic))

    def backends(self, condition='true'):
        """Process ids of the consumers' sessions, with all nodes of a cluster."""
        sql = f"SELECT pid FROM pg_stat_activity WHERE usename = '{WORKER}' AND datname = current_database() AND {condition}"
        return {int(pid) for database in self.nodes or [self] for pid in database.query(sql).split()}


def last_line(program):
    """The last error of it, else what it said last."""
    lines = program.text().strip().splitlines()
    errors = [line for line in lines if ' ERROR ' in line]
    return (errors or lines or ['(it said nothing)'])[-1][:300]

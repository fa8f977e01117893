"""The few requests to a broker for which no tool is fast enough: a group's offsets, topics and partitions. Kafka's own tools
take seconds to start, and the harness reads offsets all the time.

    wire = Wire([('127.0.0.1', 9092)])
    wire.committed('group', 'topic', range(6))     # {partition: offset}; those without one are left out

The format is that of https://kafka.apache.org/protocol, in versions before the compact ones.
"""
import itertools
import socket
import struct

OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR, CREATE_TOPICS, DELETE_TOPICS, DELETE_RECORDS = 8, 9, 10, 19, 20, 21
CREATE_PARTITIONS, CHANGE_CONFIGS, REASSIGN, OFFSET_DELETE = 37, 44, 45, 47
TOPIC = 2


class Refused(Exception):
    """The broker's answer is an error code; or there is no broker to answer."""


def text(value):
    data = value.encode()
    return struct.pack('>h', len(data)) + data


def array(items):
    items = list(items)
    return struct.pack('>i', len(items)) + b''.join(items)


def compact_text(value):
    data = value.encode()
    return bytes([len(data) + 1]) + data  # a length below 127


def compact_array(items):
    items = list(items)
    return bytes([len(items) + 1]) + b''.join(items)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from('>' + form, self.data, self.at)
        self.at += struct.calcsize('>' + form)
        return values[0] if len(values) == 1 else values

    def text(self):
        length = max(self.take('h'), 0)
        self.at += length
        return self.data[self.at - length:self.at].decode()

    def check(self):
        code = self.take('h')
        if code:
            raise Refused(f'error code {code}')


class Wire:
    def __init__(self, brokers):
        self.brokers = brokers
        self.correlation = itertools.count(1)

    def ask(self, broker, key, version, body):
        correlation = next(self.correlation)
        request = struct.pack('>hhi', key, version, correlation) + text('chaos') + body
        try:
            with socket.create_connection(broker, timeout=5) as connection:
                connection.sendall(struct.pack('>i', len(request)) + request)
                with connection.makefile('rb') as stream:
                    (length,) = struct.unpack('>i', stream.read(4))
                    return Reader(stream.read(length)[4:])
        except (OSError, struct.error) as error:
            raise Refused(f'no answer from {broker}: {error}') from error

    def ask_any(self, key, version, body):
        for broker in self.brokers:
            try:
                return self.ask(broker, key, version, body)
            except Refused as error:
                last = error
        raise last

    def coordinator(self, group):
        answer = self.ask_any(FIND_COORDINATOR, 0, text(group))
        answer.check()
        answer.take('i')
        host = answer.text()
        return host, answer.take('i')

    def committed(self, group, topic, partitions):
        body = text(group) + array([text(topic) + array(struct.pack('>i', p) for p in partitions)])
        answer = self.ask(self.coordinator(group), OFFSET_FETCH, 1, body)
        offsets = {}
        answer.take('i')
        answer.text()
        for _ in range(answer.take('i')):
            partition, offset = answer.take('iq')
            answer.text()
            answer.check()
            if offset >= 0:
                offsets[partition] = offset
        return offsets

    def commit(self, group, topic, offsets):
        """Only while the group has no members."""
        partitions = array(struct.pack('>iq', p, offset) + text('') for p, offset in offsets.items())
        body = text(group) + struct.pack('>i', -1) + text('') + struct.pack('>q', -1) + array([text(topic) + partitions])
        answer = self.ask(self.coordinator(group), OFFSET_COMMIT, 2, body)
        answer.take('i')
        answer.text()
        for _ in range(answer.take('i')):
            answer.take('i')
            answer.check()

    def delete_offsets(self, group, topic, partitions):
        body = text(group) + array([text(topic) + array(struct.pack('>i', p) for p in partitions)])
        self.ask(self.coordinator(group), OFFSET_DELETE, 0, body).check()

    def create_topic(self, topic, partitions, configs):
        values = array(text(name) + text(value) for name, value in configs.items())
        body = array([text(topic) + struct.pack('>ih', partitions, -1) + array([]) + values]) + struct.pack('>i?', 10000, False)
        answer = self.ask_any(CREATE_TOPICS, 4, body)
        answer.take('ii')
        answer.text()
        answer.check()

    def delete_topic(self, topic):
        answer = self.ask_any(DELETE_TOPICS, 1, array([text(topic)]) + struct.pack('>i', 10000))
        answer.take('ii')
        answer.text()
        answer.check()

    def create_partitions(self, topic, count):
        body = array([text(topic) + struct.pack('>ii', count, -1)]) + struct.pack('>i?', 10000, False)
        answer = self.ask_any(CREATE_PARTITIONS, 0, body)
        answer.take('ii')
        answer.text()
        answer.check()

    def delete_records(self, leader, topic, partition, offset):
        """All before this offset."""
        body = array([text(topic) + array([struct.pack('>iq', partition, offset)])]) + struct.pack('>i', 10000)
        answer = self.ask(leader, DELETE_RECORDS, 0, body)
        answer.take('ii')
        answer.text()
        answer.take('iiq')
        answer.check()

    def change_configs(self, topic, changes):
        """{name: value}; None: the broker's default again."""
        configs = array(text(name) + struct.pack('>b', 0 if value else 1) + (text(value) if value else struct.pack('>h', -1))
                        for name, value in changes.items())
        answer = self.ask_any(CHANGE_CONFIGS, 0, array([struct.pack('>b', TOPIC) + text(topic) + configs]) + b'\0')
        answer.take('ii')
        answer.check()

    def reassign(self, topic, replicas):
        """{partition: node ids}, the preferred leader first."""
        no_tags = b'\0'
        partitions = compact_array(struct.pack('>i', p) + compact_array(struct.pack('>i', node) for node in nodes) + no_tags
                                   for p, nodes in replicas.items())
        body = no_tags + struct.pack('>i', 10000) + compact_array([compact_text(topic) + partitions + no_tags]) + no_tags
        answer = self.ask_any(REASSIGN, 0, body)
        answer.take('b')  # the header's tags
        answer.take('i')
        answer.check()

"""Joins a group before anybody else, so leads it, and hands out to each other member partition 0 of two topics, of which the
member has asked for one.

    foreign_leader.py HOST:PORT GROUP TOPIC OTHER_TOPIC     until SIGTERM

Prints "leads" once it alone is a member, and "handed out" for each time that it did.
"""
import pathlib
import signal
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'chaos'))
from kafka_wire import Wire, array, text  # noqa: E402

JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP = 11, 12, 13, 14
SESSION_MS = 6000
REBALANCE_MS = 3000  # below the time that Wire waits for an answer
REBALANCE_IN_PROGRESS = 27


def sized(data):
    return struct.pack('>i', len(data)) + data


def assignment(topics):
    return struct.pack('>h', 0) + array(text(topic) + array([struct.pack('>i', 0)]) for topic in topics) + struct.pack('>i', -1)


class Leader:
    def __init__(self, broker, group, topic, other):
        self.wire, self.group, self.topics = Wire([broker]), group, (topic, other)
        self.broker = self.wire.coordinator(group)
        self.member, self.generation = '', -1

    def ask(self, key, version, body):
        return self.wire.ask(self.broker, key, version, text(self.group) + body)

    def join(self):
        """The members."""
        subscription = struct.pack('>h', 0) + array([text(self.topics[0])]) + struct.pack('>i', -1)
        answer = self.ask(JOIN_GROUP, 2, struct.pack('>ii', SESSION_MS, REBALANCE_MS) + text(self.member) + text('consumer')
                          + array([text('range') + sized(subscription)]))
        answer.take('i')
        answer.check()
        self.generation = answer.take('i')
        answer.text()
        leader = answer.text()
        self.member = answer.text()
        members = []
        for _ in range(answer.take('i')):
            members.append(answer.text())
            metadata = answer.take('i')
            answer.at += metadata
        if leader != self.member:
            sys.exit(f'{leader} leads the group')
        return members

    def hand_out(self, members):
        parts = array(text(member) + sized(assignment(() if member == self.member else self.topics)) for member in members)
        answer = self.ask(SYNC_GROUP, 1, struct.pack('>i', self.generation) + text(self.member) + parts)
        answer.take('i')
        answer.check()

    def stay(self):
        """Until somebody joins or leaves."""
        code = 0
        while code == 0:
            time.sleep(0.2)
            answer = self.ask(HEARTBEAT, 1, struct.pack('>i', self.generation) + text(self.member))
            answer.take('i')
            code = answer.take('h')
        if code != REBALANCE_IN_PROGRESS:
            sys.exit(f'error code {code}')

    def leave(self):
        self.ask(LEAVE_GROUP, 1, text(self.member))


def main():
    host, port = sys.argv[1].rsplit(':', 1)
    leader = Leader((host, int(port)), *sys.argv[2:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while True:
            members = leader.join()
            leader.hand_out(members)
            print('leads' if len(members) == 1 else 'handed out', flush=True)
            leader.stay()
    finally:
        leader.leave()


main()

"""Conditions that must hold after any fault. Each check raises Wrong with the reason."""
import re
import subprocess
import time

import waiting
from kafka_wire import Refused
from pipeline import Wrong
from programs import AS_OF
from stack import Failed

DRAIN_LIMIT = 120
MEMORY_MORE = 32 * 1024  # kB above that of an undisturbed consumer: malloc keeps some of what it had
FILES_MORE = 12


def right(condition, why):
    if not condition:
        raise Wrong(why)


def no_offset_is_ahead(p):
    """The group's offsets never pass the database's. They are read first, because the database's may advance meanwhile."""
    try:
        committed = p.committed()
        applied = p.positions()
    except (Refused, Failed):
        return  # nobody to ask at the moment
    for partition, offset in committed.items():
        right(offset <= applied.get(partition, 0), f'offsets committed before they were applied: partition {partition} is committed'
              f' to {offset}, applied to {applied.get(partition, "nothing")}')


def drained(p):
    """Everything is applied and committed in time. Returns how long it took."""
    began = time.monotonic()
    ends = p.wait(30, lambda: p.stack.ends(p.topic, p.stack.partitions(p.topic)), 'Kafka tells the ends')
    ends = {partition: end for partition, end in ends.items() if end > 0}

    def applied():
        return {partition: offset for partition, offset in p.positions().items() if partition in ends}
    try:
        p.wait(DRAIN_LIMIT, lambda: applied() == ends, 'all is applied')
        p.wait(30, lambda: p.committed() == ends, 'all is committed')
    except waiting.TimedOut as error:
        raise Wrong(f'{error}: {ends} are the ends, {applied()} applied, {p.committed()} committed') from error
    return time.monotonic() - began


def consumers_are_as_before(p, usual):
    """Sessions, memory and files of the running programs. The others have left nothing behind."""
    try:
        sessions = len(p.consumers) * (len(p.nodes) or 1)
        waiting.until(20, lambda: len(p.backends()) == sessions, 'each consumer has one session a node')
    except waiting.TimedOut as error:
        raise Wrong(f'{error}: {len(p.backends())} sessions of {len(p.consumers)} consumers') from error
    for consumer in p.consumers:
        right(consumer.memory() <= usual['memory'] + MEMORY_MORE,
              f'{consumer.name} has {consumer.memory()} kB of memory, an undisturbed one {usual["memory"]} kB')
        right(consumer.files() <= usual['files'] + FILES_MORE,
              f'{consumer.name} has {consumer.files()} open files, an undisturbed one {usual["files"]}')
    zombies = [program.name for program in [*p.consumers, p.producer] if program.status is None and program.state() == 'Z']
    right(not zombies, f'zombies: {zombies}')


def nothing_is_left(p):
    try:
        waiting.until(20, lambda: not p.backends(), 'no session is left')
    except waiting.TimedOut as error:
        raise Wrong(f'{error}: {len(p.backends())} sessions leaked') from error


def invariants_hold(p):
    broken = p.query('SELECT format(\'log %s partition %s: received=%s applied=%s duplicate=%s redelivered=%s quarantined=%s retired=%s absent=%s deleted=%s'
                     ' first=%s next=%s\', log, kafka_partition, received, applied, duplicate, redelivered, quarantined, retired, absent, deleted,'
                     ' first_offset, next_offset) FROM orders.partition_progress'
                     ' WHERE received <> applied + duplicate + redelivered + quarantined + retired'
                     ' OR applied + duplicate + quarantined + retired + absent + deleted <> next_offset - first_offset'
                     + ('' if p.may_be_absent else ' OR absent <> 0') + ('' if p.may_be_deleted else ' OR deleted <> 0'))
    right(not broken, f'the invariants do not hold: {broken}')


def only_planted(p):
    """The quarantine has exactly the planted records that are still in the topic. The same holds for conflicts."""
    found = p.quarantined()
    right(found <= p.planted | p.former, f'quarantined, but not planted: {sorted(found - p.planted - p.former)[:3]}'
          f'{p.query("SELECT DISTINCT reason FROM orders.quarantined_records LIMIT 5")}')
    right(p.planted <= found, f'planted, but not quarantined: {sorted(p.planted - found)[:3]}')
    found = set(tuple(row) for row in p.rows('SELECT DISTINCT event_id, order_id FROM orders.event_conflicts'))
    right(found == p.conflicts, f'conflicts: {len(found)} found, {len(p.conflicts)} planted, '
          f'{sorted(found ^ p.conflicts)[:3]} differ')
    p.query('DELETE FROM orders.event_conflicts')  # verify would fail for these


def verified(p, usual):
    env = p.stack.env | {'PGDATABASE': p.database}
    scripts = p.programs.root / 'scripts'  # that of other sources would find a planted bug in the schema's text
    verify = subprocess.run([scripts / 'verify', '--topic', p.topic, AS_OF, '--orders', p.data],
                            env=env, capture_output=True, text=True, check=False)
    (p.folder / 'verify.log').write_text(verify.stdout + verify.stderr)
    wrong = [' '.join(line.split()) for line in verify.stdout.splitlines() if re.match('FAILED| {12}.*expected', line)]
    right(verify.returncode == 0, f'verify fails: {"; ".join(wrong[:4])}; {verify.stderr.strip()[-300:]}')
    digest = subprocess.run([scripts / 'digest'], env=env, capture_output=True, text=True, check=True).stdout.strip()
    horizon = p.query('SELECT before FROM orders.horizon')
    since = ['--since', horizon] if horizon else []
    undisturbed = subprocess.run([scripts / 'digest', *since], env=env | {'PGDATABASE': usual['database']},
                                 capture_output=True, text=True, check=True).stdout.strip()
    right(digest == undisturbed, f'the digest{" since " + horizon if horizon else ""} is {digest}, that of the undisturbed run {undisturbed}')


def events_of(p):
    """Distinct events, and records that consumers received."""
    return [int(n) for n in p.rows('SELECT (SELECT count(*) FROM orders.processed_events) + (SELECT events FROM orders.horizon),'
                                   ' (SELECT sum(received) FROM orders.partition_progress)')[0]]

"""The servers: a native stack of its own (scripts/up), and toxiproxy between it and the programs.

    stack = Stack(folder, brokers=3, logs=folder)
    stack.up()
    stack.query('postgres', 'SELECT 1')     # directly; so is all else that the harness itself asks
    stack.programs_env                      # by toxiproxy: for the programs
    stack.network.add('postgres', 'latency', latency=500)

The brokers have one listener more, whose advertised address is toxiproxy's. They speak to each other by the other one.
"""
import json
import os
import random
import re
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import waiting
from kafka_wire import Wire

ROOT = Path(__file__).resolve().parents[2]
WORKER = 'chaos_worker'

MORE_PROPERTIES = '''
listeners=BROKER://127.0.0.1:@KAFKA_PORT@,CONTROLLER://127.0.0.1:@CONTROLLER_PORT@,PROXIED://127.0.0.1:{behind}
advertised.listeners=BROKER://127.0.0.1:@KAFKA_PORT@,PROXIED://127.0.0.1:{before}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT
# Sessions that end sooner than a default broker allows: less to wait for.
group.min.session.timeout.ms=1000
'''


class Failed(Exception):
    """A command of the harness failed: nothing is said about the product."""


def run(*command, env=None, limit=180, **options):
    """What it printed."""
    try:
        done = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True, timeout=limit, **options)
    except subprocess.TimeoutExpired as error:
        raise Failed(f'{command}: not done after {limit} s') from error
    if done.returncode:
        raise Failed(f'{command}: status {done.returncode}: {done.stderr.strip()[-2000:]}')
    return done.stdout


def free_ports(count):
    """Below those that outgoing connections take."""
    ports = set()
    while len(ports) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(('127.0.0.1', port))
                ports.add(port)
            except OSError:
                pass
    return list(ports)


class Network:
    """toxiproxy, and what it does to the connections of the programs."""

    def __init__(self, program, log, routes):  # routes: {name: (port before, port behind)}
        self.program, self.log, self.routes = program, log, routes
        self._start()

    def _start(self):
        (port,) = free_ports(1)
        self.api = f'http://127.0.0.1:{port}'
        with open(self.log, 'ab') as output:
            self.process = subprocess.Popen([self.program, '-host', '127.0.0.1', '-port', str(port)], stdout=output, stderr=output)
        waiting.until(10, self._answers, 'toxiproxy answers')
        for name, (before, behind) in self.routes.items():
            self._call('POST', '/proxies', name=name, listen=f'127.0.0.1:{before}', upstream=f'127.0.0.1:{behind}', enabled=True)

    def _call(self, method, path, **body):
        request = urllib.request.Request(self.api + path, json.dumps(body).encode() if body else None, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def _answers(self):
        try:
            return self._call('GET', '/version')
        except (urllib.error.URLError, OSError):
            return None

    def add(self, route, kind, stream, **attributes):
        self._call('POST', f'/proxies/{route}/toxics', name=f'{kind} {stream}', type=kind, stream=stream, attributes=attributes)

    def refuse(self, route):
        self._call('POST', f'/proxies/{route}', enabled=False)

    def heal(self):
        """It may wait for itself without an end, when a connection ends while its toxic is removed: then a new one takes over."""
        try:
            self._call('POST', '/reset')
        except TimeoutError:
            self.process.kill()
            self.process.wait()
            self._start()

    def connections(self, route):
        """Of the programs with it: how many there are."""
        port = self.routes[route][0]
        return len(run('ss', '-Htn', 'state', 'established', f'( dport = :{port} )').splitlines())

    def close(self):
        self.process.terminate()
        self.process.wait(10)


class Stack:
    def __init__(self, folder, brokers, logs, toxiproxy):
        self.folder, self.logs, self.toxiproxy = Path(folder), Path(logs), toxiproxy
        self.brokers = ['kafka', 'kafka2', 'kafka3'][:brokers]
        self.network = None
        # PG* and KAFKA_* of whoever starts this would lead elsewhere.
        self.env = {name: value for name, value in os.environ.items() if not re.match('PG|KAFKA_|ORDER_|PARTITIONS|BROKERS|MAKE', name)}
        self.env['VAR'] = str(folder)

    def script(self, name, *arguments, **more):
        return run(ROOT / 'scripts' / name, *arguments, env=self.env | more)

    def remove(self):
        self.script('clean-data')
        for broker in self.brokers:
            (self.folder / f'{broker}.more').unlink(missing_ok=True)

    def up(self):
        self.remove()
        self.folder.mkdir(parents=True, exist_ok=True)
        names = ['postgres', *self.brokers]
        ports = free_ports(2 * len(names))
        before = dict(zip(names, ports))
        behind = dict(zip(names, ports[len(names):]))
        for broker in self.brokers:
            (self.folder / f'{broker}.more').write_text(MORE_PROPERTIES.format(before=before[broker], behind=behind[broker]))
        self.script('up', BROKERS=str(len(self.brokers)))
        exports = run('bash', '-c', '. "$VAR/env" && env -0', env=self.env)
        self.env |= dict(line.split('=', 1) for line in exports.split('\0') if re.match('PG|KAFKA_', line))
        self.addresses = dict(zip(self.brokers, self.env['KAFKA_BROKERS'].split(',')))
        self.wire = Wire([(host, int(port)) for host, port in (a.split(':') for a in self.addresses.values())])
        behind['postgres'] = int(self.env['PGPORT'])
        self.network = Network(self.toxiproxy, self.logs / 'toxiproxy.log', {name: (before[name], behind[name]) for name in names})
        self.programs_env = self.env | {
            'KAFKA_BROKERS': ','.join(f'127.0.0.1:{before[name]}' for name in self.brokers),
            'PGPORT': str(before['postgres']), 'PGUSER': WORKER, 'PGPASSWORD': WORKER}
        self.make_roles()

    def make_roles(self):
        self.query('postgres', f"CREATE ROLE {WORKER} LOGIN PASSWORD '{WORKER}' IN ROLE orders_worker")
        self.query('postgres', 'ALTER SYSTEM SET max_connections = 30')  # few enough to be used up
        self.stop('postgres', 'INT')
        self.start('postgres')

    def down(self):
        if self.network:
            self.network.close()
        self.script('down')

    # --- one server

    def start(self, *servers):
        self.script('up', *servers)

    def lib(self, *command):
        return run('bash', '-c', '. scripts/lib.sh; "$@"', 'chaos', *command, env=self.env, cwd=ROOT).strip()

    def pid(self, server):
        return int(self.lib('stack_pid', server))

    def runs(self, server):
        try:
            return bool(self.pid(server))
        except Failed:
            return False

    def stop(self, server, signal):
        self.lib('stack_signal', server, signal, '60')

    # --- Postgres

    def query(self, database, sql):
        command = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', database]
        return run(*command, env=self.env | {'PGAPPNAME': 'chaos'}, input=sql, limit=60).strip()

    # --- Kafka

    def metadata(self):
        return json.loads(run('kcat', '-b', self.env['KAFKA_BROKERS'], '-L', '-J', '-m', '5'))

    def partitions(self, topic):
        """{partition: leader's name}, empty where there is no such topic."""
        topics = [t for t in self.metadata()['topics'] if t['topic'] == topic]
        return {p['partition']: self.name(p['leader']) for t in topics for p in t['partitions']}

    def name(self, node):
        return self.brokers[node - 1] if 0 < node <= len(self.brokers) else None

    def ends(self, topic, partitions):
        wanted = [word for p in partitions for word in ('-t', f'{topic}:{p}:-1')]
        answer = json.loads(run('kcat', '-b', self.env['KAFKA_BROKERS'], '-Q', '-J', *wanted))
        return {p['partition']: p['offset'] for p in answer[topic].values() if isinstance(p, dict)}

    def in_sync(self):
        return all(len(p['isrs']) == len(p['replicas']) for t in self.metadata()['topics'] for p in t['partitions'])

"""The servers: a native stack of its own (scripts/up), and toxiproxy between it and the programs.

    stack = Stack(folder, brokers=3, logs=folder)
    stack.up()
    stack.query('postgres', 'SELECT 1')     # directly; so is all else that the harness itself asks
    stack.programs_env                      # by toxiproxy: for the programs
    stack.network.add('postgres', 'latency', latency=500)

The brokers have an additional listener, whose advertised address is toxiproxy's. They use the other one among themselves.
"""
import contextlib
import json
import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import waiting
from kafka_wire import Wire

ROOT = Path(__file__).resolve().parents[2]
WORKER = 'chaos_worker'
PARTITIONS = 6

MORE_PROPERTIES = '''
listeners=BROKER://127.0.0.1:@KAFKA_PORT@,CONTROLLER://127.0.0.1:@CONTROLLER_PORT@,PROXIED://127.0.0.1:{behind}
advertised.listeners=BROKER://127.0.0.1:@KAFKA_PORT@,PROXIED://127.0.0.1:{before}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT
# To wait less: sessions may be shorter than a default broker allows, and the log cleaner runs more often.
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=500
log.initial.task.delay.ms=500
log.flush.start.offset.checkpoint.interval.ms=500
'''

# Each broker runs in its own cgroup, which identifies its packets, and with the clock that a fault gives it.
JAVA = '''#!/usr/bin/env bash
if [[ " $* " == *" kafka.Kafka "* ]]; then
    broker=${!#} broker=${broker%.properties}
    [[ ! -e $broker.cgroup ]] || echo $$ >"$(<"$broker.cgroup")"
    [[ ! -e $broker.clock ]] || export LD_PRELOAD=$PWD/bin/clock_shift.so CLOCK_SHIFT=$(<"$broker.clock")
fi
exec "$REAL_JAVA" "$@"
'''


class Failed(Exception):
    """A command of the harness failed. This says nothing about the product."""


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
    """Below the ports of outgoing connections."""
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
        """toxiproxy may deadlock if a connection ends while its toxic is removed. Then a new process replaces it."""
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


class Links:
    """Between brokers: iptables drops what one sends to another. If that is impossible, `missing` says why."""

    def __init__(self, name, brokers):
        self.name, self.brokers, self.ports, self.missing = name, brokers, {}, None
        mounts = [line.split() for line in Path('/proc/mounts').read_text(encoding='utf8').splitlines()]
        root = next((Path(where) for _, where, kind, *_ in mounts if kind == 'cgroup2'), None)
        if os.geteuid() != 0 or not shutil.which('iptables') or not root:
            self.missing = 'it takes root, iptables and cgroup2'
            return
        self.folder = root / name
        try:
            for broker in brokers:
                (self.folder / broker).mkdir(parents=True, exist_ok=True)
            self.heal()
        except (OSError, Failed) as error:
            self.missing = str(error)

    def cgroup(self, broker):
        """A broker must join this cgroup when it starts. The cgroup identifies its packets."""
        return self.folder / broker / 'cgroup.procs'

    def cut(self, source, target):
        """Requests of the source to the target are lost; its answers to the target are not."""
        run('iptables', '-w', '-A', 'OUTPUT', '-o', 'lo', '-p', 'tcp', '-m', 'multiport', '--dports', self.ports[target],
            '-m', 'cgroup', '--path', f'{self.name}/{source}', '-j', 'DROP')

    def dropped(self):
        """Packets, since the links were cut."""
        return sum(int(line.split()[0]) for line in run('iptables', '-w', '-nvxL', 'OUTPUT').splitlines() if f'{self.name}/' in line)

    def heal(self):
        for line in run('iptables', '-w', '-S', 'OUTPUT').splitlines():
            if f'{self.name}/' in line:
                run('iptables', '-w', '-D', *shlex.split(line)[1:])

    def close(self):
        if not self.missing:
            self.heal()
            with contextlib.suppress(OSError):  # of a broker that is on its way out
                for folder in [*(self.folder / broker for broker in self.brokers), self.folder]:
                    folder.rmdir()


class Stack:
    def __init__(self, folder, brokers, logs, toxiproxy, nodes=0):
        self.folder, self.logs, self.toxiproxy = Path(folder), Path(logs), toxiproxy
        self.brokers = ['kafka', 'kafka2', 'kafka3'][:brokers]
        self.nodes = [f'postgres{number + 1}' for number in range(nodes)]  # of a cluster, whose front is postgres
        self.network, self.links = None, None
        # The caller's PG* and KAFKA_* variables would name other servers.
        self.env = {name: value for name, value in os.environ.items() if not re.match('PG|KAFKA_|ORDER_|MAKE', name)}
        self.env['ORDER_VAR'] = str(folder)

    def script(self, name, *arguments, **more):
        return run(ROOT / 'scripts' / name, *arguments, env=self.env | more)

    def remove(self):
        self.script('clean-data')
        for broker in self.brokers:
            for kind in ('more', 'cgroup', 'clock'):
                (self.folder / f'{broker}.{kind}').unlink(missing_ok=True)
        for folder in ('bin', 'copies'):
            shutil.rmtree(self.folder / folder, ignore_errors=True)

    def up(self):
        self.remove()
        self.folder.mkdir(parents=True, exist_ok=True)
        names = ['postgres', *self.nodes, *self.brokers]
        ports = free_ports(2 * len(names))
        before = dict(zip(names, ports))
        behind = dict(zip(names, ports[len(names):]))
        for broker in self.brokers:
            (self.folder / f'{broker}.more').write_text(MORE_PROPERTIES.format(before=before[broker], behind=behind[broker]))
        self.links = Links(f'chaos-{os.getpid()}-{len(self.brokers)}', self.brokers)
        self.wrap_java()
        self.script('up', ORDER_BROKERS=str(len(self.brokers)), **({'ORDER_NODES': str(len(self.nodes))} if self.nodes else {}))
        ports = dict(line.split('=') for line in (self.folder / 'ports').read_text().split())
        for broker in self.brokers:
            self.links.ports[broker] = ','.join([ports[f'{broker}_port'], ports[f'{broker.replace("kafka", "controller")}_port']])
        exports = run('bash', '-c', '. "$ORDER_VAR/env" && env -0', env=self.env)
        self.env |= dict(line.split('=', 1) for line in exports.split('\0') if re.match('PG|KAFKA_', line))
        self.addresses = dict(zip(self.brokers, self.env['KAFKA_BROKERS'].split(',')))
        self.wire = Wire([(host, int(port)) for host, port in (a.split(':') for a in self.addresses.values())])
        for server in ['postgres', *self.nodes]:
            behind[server] = int(ports[f'{server}_port'])
        self.network = Network(self.toxiproxy, self.logs / 'toxiproxy.log', {name: (before[name], behind[name]) for name in names})
        self.programs_env = self.env | {
            'KAFKA_BROKERS': ','.join(f'127.0.0.1:{before[name]}' for name in self.brokers),
            'PGPORT': str(before['postgres']), 'PGUSER': WORKER, 'PGPASSWORD': WORKER}
        self.make_roles()

    def wrap_java(self):
        java = self.folder / 'bin' / 'java'
        java.parent.mkdir()
        java.write_text(JAVA)
        java.chmod(0o755)
        for broker in [] if self.links.missing else self.brokers:
            (self.folder / f'{broker}.cgroup').write_text(str(self.links.cgroup(broker)))
        run('cc', '-shared', '-fPIC', '-O2', '-o', java.with_name('clock_shift.so'), Path(__file__).with_name('clock_shift.c'))
        self.env |= {'REAL_JAVA': shutil.which('java'), 'PATH': f'{java.parent}:{os.environ["PATH"]}'}

    def make_roles(self):
        for server in ['postgres', *self.nodes]:
            self.query('postgres', f"CREATE ROLE {WORKER} LOGIN PASSWORD '{WORKER}' IN ROLE orders_worker", server)
        self.query('postgres', 'ALTER SYSTEM SET max_connections = 30')  # few enough to be used up
        self.stop('postgres', 'INT')
        self.start('postgres')

    def down(self):
        if self.network:
            self.network.close()
        self.script('down')
        if self.links:
            self.links.close()

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
        """Also waits until its ports are free: a killed process closes them after its command line is gone."""
        self.lib('stack_signal', server, signal, '60')
        ports = self.links.ports.get(server, self.postgres_env(server)['PGPORT']).split(',')
        listens = ' or '.join(f'sport = :{port}' for port in ports)
        waiting.until(60, lambda: not run('ss', '-Hltn', listens).strip(), f'the ports of {server} are free')

    def set_clock(self, broker, shift):
        """The clock is wrong by this many seconds from the broker's next start on."""
        file = self.folder / f'{broker}.clock'
        if shift:
            file.write_text(str(shift))
        else:
            file.unlink(missing_ok=True)

    # --- what brokers have on their disks

    def _logs(self, names, folder):
        return [(self.folder / broker / name, self.folder / folder / broker / name) for broker in self.brokers for name in names]

    def copy(self, names):
        """Of these partitions' folders, or ['.'], as all brokers have them at one moment."""
        shutil.rmtree(self.folder / 'copies', ignore_errors=True)
        pids = [self.pid(broker) for broker in self.brokers]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            for original, copy in self._logs(names, 'copies'):
                if original.exists():  # not each broker has a replica of each partition
                    copy.mkdir(parents=True)
                    run('cp', '-a', f'{original}/.', copy)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def keeps_start(self, topic, partition, offset):
        """Whether all brokers with a replica have saved this beginning of the partition. If a broker is killed before that, it forgets the
        beginning, and the records before it reappear."""
        def keeps(folder):
            first = min(int(file.stem) for file in (folder / f'{topic}-{partition}').glob('*.log'))
            return first == offset or f'{topic} {partition} {offset}' in (folder / 'log-start-offset-checkpoint').read_text().splitlines()
        return all(keeps(self.folder / broker) for broker in self.brokers if (self.folder / broker / f'{topic}-{partition}').exists())

    def put_back(self, names):
        """Replaces the files by the copy. All brokers lose power."""
        for broker in self.brokers:
            self.stop(broker, 'KILL')
        for original, copy in self._logs(names, 'copies'):
            if copy.exists():
                shutil.rmtree(original)
                run('cp', '-a', copy, original)
        self.start(*self.brokers)

    # --- Postgres

    def postgres_env(self, server):
        return self.env | {'PGPORT': str(self.network.routes[server][1])} if server in self.nodes else self.env

    def query(self, database, sql, server='postgres'):
        command = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', database]
        return run(*command, env=self.postgres_env(server) | {'PGAPPNAME': 'chaos'}, input=sql, limit=60).strip()

    def make_database(self, name, scripts):
        """From the template; of a cluster on all servers. Its nodes are known by their addresses before toxiproxy."""
        for server in ['postgres', *self.nodes]:
            self.query('postgres', f'CREATE DATABASE {name} TEMPLATE chaos_template', server)
        if self.nodes:
            addresses = [word for node in self.nodes for word in ('--node', f'127.0.0.1:{self.network.routes[node][0]}/{name}')]
            run(scripts / 'cluster', 'init', '--partitions', PARTITIONS, *addresses, env=self.env | {'PGDATABASE': name})

    def drop_database(self, name):
        for server in ['postgres', *self.nodes]:
            self.query('postgres', f'DROP DATABASE {name} WITH (FORCE)', server)

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

    def replicas(self, topic):
        """{partition: (names of all, names of those in sync)}"""
        topics = [t for t in self.metadata()['topics'] if t['topic'] == topic]
        return {p['partition']: tuple([self.name(node['id']) for node in p[kind]] for kind in ('replicas', 'isrs'))
                for t in topics for p in t['partitions']}

    def records(self, topic, partition, offset, form, *more):
        """Of a partition from an offset on (negative: so many from the end), as kcat's -f prints them."""
        return run('kcat', '-C', '-q', '-e', '-b', self.env['KAFKA_BROKERS'], '-t', topic, '-p', partition, '-o', offset,
                   '-f', form + r'\n', *more).splitlines()

    def in_sync(self):
        return all(len(p['isrs']) == len(p['replicas']) for t in self.metadata()['topics'] for p in t['partitions'])

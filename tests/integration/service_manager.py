"""service_manager.py LIMIT_MS COMMAND... - stands in for systemd, in tests that run where there is none.

Imitates what systemd does for Type=notify, WatchdogSec= (and TimeoutStartSec=) of LIMIT_MS, and Restart=on-failure: makes a
notify socket, runs the command, and prints a line for each message and for each thing that it does. A command that gives no
sign of life in time gets SIGABRT, and SIGCONT after it, as systemd sends it; then SIGKILL. One that fails is started again.
SIGTERM is handed on, and ends it. It is an imitation: tests/deb.t tries the same with systemd itself.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

ABORT_S = 5


def say(text):
    print(text, flush=True)


class Service:
    def __init__(self, limit_ms, command):
        self.limit = limit_ms / 1000
        self.command = command
        self.stopping = False
        self.folder = tempfile.TemporaryDirectory()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(self.folder.name, "notify"))
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *_):
        self.stopping = True
        self.process.terminate()

    def start(self):
        environment = {**os.environ, "NOTIFY_SOCKET": self.socket.getsockname(), "WATCHDOG_USEC": str(int(self.limit * 1e6))}
        # Where a test kills this, the command must not be left behind.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self.command], env=environment)
        self.ready = False
        self.deadline = time.monotonic() + self.limit
        say(f"start {self.process.pid}")

    def take_message(self):
        message = self.socket.recv(4096).decode()
        say(" ".join(message.splitlines()))
        for line in message.splitlines():
            name, _, value = line.partition("=")
            if name == "READY":
                self.ready = True
            if name == "EXTEND_TIMEOUT_USEC" and not self.ready:
                self.deadline = time.monotonic() + int(value) / 1e6
            if name == "WATCHDOG" or name == "READY":
                self.deadline = time.monotonic() + self.limit

    def abort(self):
        say(f"no sign of life for {self.limit * 1000:.0f} ms: SIGABRT to {self.process.pid}")
        self.process.send_signal(signal.SIGABRT)
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.wait(ABORT_S)
        except subprocess.TimeoutExpired:
            say("SIGKILL")
            self.process.kill()
            self.process.wait()

    def run(self):
        self.start()
        while True:
            if select.select([self.socket], [], [], 0.02)[0]:
                self.take_message()
            elif self.process.poll() is not None:
                say(f"end {self.process.returncode}")
                if self.stopping or self.process.returncode == 0:
                    return self.process.returncode
                self.start()
            elif not self.stopping and time.monotonic() > self.deadline:
                self.abort()


if __name__ == "__main__":
    sys.exit(Service(int(sys.argv[1]), sys.argv[2:]).run())

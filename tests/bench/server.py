"""The console as a process: started, asked, weighed and stopped."""

import http.client
import os
import signal
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(**settings):
    """The caller's own settings must not decide what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NOXUS_", "PG"))}
    return kept | settings


def stat(pid):
    """A process's fields from its state on: what stands before, its name, may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cpu_of(pid):
    """Seconds of CPU a process has used, with those of its children that have ended."""
    return sum(int(ticks) for ticks in stat(pid)[11:15]) / TICKS


def cpu_of_tree(pid):
    """The same with the children that run."""
    total = cpu_of(pid)
    for other in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(stat(other)[1]) == pid:
                total += cpu_of(other)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


class Server:
    def __init__(self, binary, filled):
        self.port = free_port()
        self.log = open(filled.folder / "server.log", "ab")
        settings = environment(**filled.settings(), NOXUS_LISTEN=f"127.0.0.1:{self.port}")
        self.began = time.monotonic()
        self.process = subprocess.Popen([binary, "serve"], env=settings, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.cookie = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def first_page(self):
        """Seconds from the start of the process until a page came."""
        while time.monotonic() - self.began < 60:
            try:
                if self.get("/sign-in")[0] == 200:
                    return time.monotonic() - self.began
            except ConnectionError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.001)
        raise SystemExit(f"tests/bench/run: the console does not start; see {self.log.name}")

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path, headers=None):
        connection = self.connect()
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def sign_in(self, email, password, connection=None):
        """The cookie of a new session."""
        own = connection or self.connect()
        form = urllib.parse.urlencode({"email": email, "password": password})
        own.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = own.getresponse()
        answer.read()
        if not connection:
            own.close()
        if answer.status != 303:
            raise SystemExit(f"tests/bench/run: {email} cannot sign in ({answer.status})")
        return answer.getheader("Set-Cookie").split(";")[0]

    def cpu(self):
        return cpu_of(self.process.pid)

    def rest(self):
        """Waits until what was asked before is done with, also where nobody waits for it any more."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(0.1)
            if self.cpu() - before < 0.02:
                return

    def memory(self):
        """What it holds of the machine's memory, in MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise SystemExit("tests/bench/run: the console has ended")

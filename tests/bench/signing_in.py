"""Signing in beside the bare hash, and starting: what wrk cannot measure."""

import resource
import statistics
import subprocess
import threading
import time

from load import CONNECTIONS, Measured
from server import Server

# As many as src/base/password.rs starts.
HASHING_THREADS = 2
SIGN_INS, ROUNDS, STARTS = 1000, 4, 10


def cold_start(binary, filled):
    """From the start of the process to its first page. `p99` is the slowest."""
    took = []
    for _ in range(STARTS):
        with Server(binary, filled) as server:
            took.append(server.first_page() * 1000)
    return Measured(p50=statistics.median(took), p99=max(took))


class BareHash:
    """The same library with the hash of one of those who sign in."""

    def __init__(self, program, database, password):
        [(stored,)] = database.rows("SELECT password FROM users WHERE email_key = 'grace@analytical.example'")
        self.program, self.text = program, f"{stored}\n{password}\n"
        self.count, self.seconds, self.cpu = 0, 0.0, 0.0

    def go_on(self, seconds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [self.program, str(HASHING_THREADS), str(seconds)]
        done = subprocess.run(command, input=self.text, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        count, took = done.stdout.split()
        self.count, self.seconds = self.count + int(count), self.seconds + float(took)
        self.cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def measured(self):
        return Measured(rps=self.count / self.seconds, cpu=self.cpu * 1000 / self.count)


def sign_ins(server, filled, bare_hash):
    """A thousand different people sign in; every some, the bare hash has its turn, so that both see the same machine."""
    question = f"SELECT email FROM users WHERE status = 'active' AND kind = 'person' AND password IS NOT NULL ORDER BY seq LIMIT {SIGN_INS}"
    emails = [row[0] for row in filled.database.rows(question)]
    password, waits, seconds, cpu, beside = filled.facts["password"], [], 0.0, 0.0, 0.0
    for some in batches(emails, -(-len(emails) // ROUNDS)):
        bare_hash.go_on(3)
        cpu_before, beside_before, began = server.cpu(), filled.database.cpu(), time.monotonic()
        waits += at_once(server, some, password)
        seconds += time.monotonic() - began
        cpu, beside = cpu + server.cpu() - cpu_before, beside + filled.database.cpu() - beside_before
    waits.sort()
    count = len(waits)
    if count < len(emails):
        raise SystemExit("tests/bench/run: not everybody could sign in")
    return Measured(count / seconds, waits[count // 2] * 1000, waits[count * 99 // 100] * 1000, cpu * 1000 / count, server.memory(),
                    database=beside * 1000 / count)


def batches(items, size):
    return [items[at:at + size] for at in range(0, len(items), size)]


def at_once(server, emails, password):
    """Seconds that each waited; by as many connections as wrk has."""
    left, waits = iter(emails), []
    lock = threading.Lock()

    def work():
        connection = server.connect()
        while True:
            with lock:
                email = next(left, None)
            if email is None:
                return connection.close()
            began = time.monotonic()
            server.sign_in(email, password, connection)
            waits.append(time.monotonic() - began)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits

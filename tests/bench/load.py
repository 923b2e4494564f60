"""Load from wrk, and what it cost the server."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from server import environment

CONNECTIONS = 8
SCRIPT = Path(__file__).resolve().parent / "wrk.lua"


@dataclass
class Measured:
    """Requests a second; milliseconds of waiting and of CPU a request; memory afterwards in MB."""

    rps: float | None = None
    p50: float | None = None
    p99: float | None = None
    cpu: float | None = None
    memory: float | None = None
    trivial: float | None = None
    # Milliseconds of CPU a request in PostgreSQL's own processes; on SQLite that is the server's.
    database: float | None = None
    failed: int = 0


def wrk(url, headers, seconds):
    """Requests, seconds, p50 and p99 in milliseconds, and how many requests failed."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(SCRIPT)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run([*command, url], env=environment(), capture_output=True, text=True, timeout=seconds + 60)
    lines = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("measured ")]
    if not lines:
        raise SystemExit(f"tests/bench/run: wrk: {done.stdout}{done.stderr}")
    requests, micros, p50, p99, failed = map(int, lines[0])
    return requests, micros / 1e6, p50 / 1000, p99 / 1000, failed


def measure(server, database, path, headers, seconds):
    """One address for so many seconds, after a second in which caches fill; before both, the trivial route."""
    alone, lasted, *_ = wrk(server.url(server.trivial), {}, 1)
    wrk(server.url(path), headers, 1)
    for seconds in (seconds, 60):
        server.rest()
        cpu, beside = server.cpu(), database.cpu()
        requests, took, p50, p99, failed = wrk(server.url(path), headers, seconds)
        # What each connection asked last the server finishes all the same, though wrk does not count it.
        server.rest()
        cpu, beside = server.cpu() - cpu, database.cpu() - beside
        if requests:
            break
    else:
        raise SystemExit(f"tests/bench/run: no request of {path} is answered within a minute")
    asked = requests + CONNECTIONS
    return Measured(requests / took, p50, p99, cpu * 1000 / asked, server.memory(), alone / lasted, beside * 1000 / asked, failed)

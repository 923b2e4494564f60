"""Measures the console at one or several numbers of people. `run`, beside it, says how to call it and prepares what it needs."""

import argparse
import http
import signal
import sys
import time
from pathlib import Path

import operations
import report
import signing_in
from filling import filled
from load import Measured, measure
from server import Server


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description="Measures the console under load.")
    parser.add_argument("--people", default="100000", type=lambda text: sorted(map(int, text.split(","))), metavar="N[,N…]")
    parser.add_argument("--engine", default="both", choices=("sqlite", "postgres", "both"))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one JSON object a row")
    parser.add_argument("--only", nargs="+", default=[""], metavar="NAME", help="only operations whose name holds one of these")
    parser.add_argument("--seconds", type=int, default=3, help="how long each is measured")
    parser.add_argument("--binary", required=True, type=Path)
    parser.add_argument("--hash", required=True, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--keep", required=True, type=Path, metavar="FOLDER", help="where filled databases are kept")
    return parser.parse_args()


class Bench:
    def __init__(self, wanted):
        self.wanted, self.rows = wanted, []

    def run(self, engine, people):
        binary = self.wanted.binary.resolve()
        with filled(binary, engine, people, self.wanted.keep.resolve()) as it:
            self.mine, self.engine, self.people = [], engine, people
            if self.asked_for("Cold start"):
                self.add("Cold start", signing_in.cold_start(binary, it))
            with Server(binary, it) as server:
                server.first_page()
                server.trivial = "/healthz" if server.get("/healthz")[0] == 200 else "/robots.txt"
                time.sleep(1)
                self.memory_and_sign_ins(server, it)
                self.operations(server, it)
        for row in self.mine:
            row.verdict = ", ".join(report.verdicts(row, self.rows))
        if self.mine:
            report.table(self.mine, server.trivial)

    def asked_for(self, name):
        return any(part.lower() in name.lower() for part in self.wanted.only)

    def add(self, name, measured, limit=None):
        print(f"  {name}", flush=True)
        row = report.Row(self.engine, self.people, name, measured, limit)
        self.rows.append(row)
        self.mine.append(row)
        if self.wanted.json:
            with self.wanted.json.open("a") as file:
                print(row.json(), file=file)

    def memory_and_sign_ins(self, server, it):
        if self.asked_for("Memory, idle"):
            self.add("Memory, idle", Measured(memory=server.memory()))
        if not any(map(self.asked_for, ("Sign-in", "Bare hash", "Memory after 1,000 sign-ins"))):
            return
        bare_hash = signing_in.BareHash(self.wanted.hash, it.database, it.facts["password"])
        signed_in = signing_in.sign_ins(server, it, bare_hash)
        self.add("Bare hash", bare_hash.measured())
        self.add("Sign-in", signed_in)
        self.add("Memory after 1,000 sign-ins", Measured(memory=signed_in.memory))

    def operations(self, server, it):
        cookie = server.sign_in("grace@analytical.example", it.facts["password"])
        for operation in operations.all_of(it.database, it.facts):
            if not self.asked_for(operation.name):
                continue
            own = {"Authorization": f"Bearer {it.facts['secret']}"} if operation.key else {"Cookie": cookie}
            answers_as_it_should(server, operation, own)
            self.add(operation.name, measure(server, it.database, operation.path, own | operation.headers, self.wanted.seconds), operation.limit)
            answers_as_it_should(server, operation, own)


def answers_as_it_should(server, operation, headers):
    """Whatever comes compressed comes plain, too."""
    status, body = server.get(operation.path, headers)
    if status != http.HTTPStatus.OK or operation.holds not in body:
        raise SystemExit(f"tests/bench/run: {operation.name}: {operation.path} answers {status}, without “{operation.holds}”")


def main():
    # What was started is stopped also where somebody ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = arguments()
    if wanted.json:
        wanted.json.write_text("")
    bench = Bench(wanted)
    for engine in ("sqlite", "postgres"):
        if wanted.engine in (engine, "both"):
            for people in wanted.people:
                bench.run(engine, people)


main()

"""SQLite and PostgreSQL as the bench needs them: questions, and rows in bulk."""

import csv
import io
import os
import secrets
import shutil
import sqlite3
import subprocess

from server import cpu_of_tree, environment, free_port

SEPARATOR = "\x1f"


class Sqlite:
    name = "sqlite"

    def __init__(self, folder):
        self.file = folder / "data" / "noxus.sqlite"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def settings(self):
        return {}

    def connect(self):
        connection = sqlite3.connect(self.file, timeout=30)
        connection.execute("PRAGMA cache_size = -500000")
        return connection

    def rows(self, question):
        connection = self.connect()
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()

    def insert(self, table, columns, rows):
        connection = self.connect()
        try:
            with connection:
                connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)
        finally:
            connection.close()

    def settle(self):
        """Nothing is left in the log that an operator's would not have there."""
        connection = self.connect()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def cpu(self):
        """Its work is the console's."""
        return 0.0


class Postgres:
    """A throw-away cluster with the settings PostgreSQL comes with: what it acknowledges is on the disk."""

    name = "postgres"

    def __init__(self, folder):
        self.cluster, self.password_file, self.log = folder / "cluster", folder / "password", folder / "postgres.log"
        self.port = free_port()
        # The server refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self):
        if not self.cluster.exists():
            self.make()
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run("pg_ctl", "-D", self.cluster, "-l", self.log, "-w", "-s", "start", "-o", options)
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.cluster, "-m", "fast", "-w", "-s", "stop")

    def make(self):
        self.password_file.write_text(secrets.token_hex(16))
        self.cluster.mkdir()
        self.log.touch()
        if self.user:
            for place in (self.cluster, self.password_file, self.log):
                shutil.chown(place, "postgres", "postgres")
        self.cluster.chmod(0o700)
        self.password_file.chmod(0o600)
        self.run("initdb", "-D", self.cluster, "-U", "postgres", f"--pwfile={self.password_file}", "--auth=scram-sha-256",
                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")

    def run(self, *command):
        done = subprocess.run([*self.user, *map(str, command)], cwd="/", env=environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE if command[0] == "initdb" else None, timeout=600)
        if done.returncode:
            raise SystemExit(f"tests/bench/run: {command[0]} failed; {self.log} may say why. Where the user postgres may not go, "
                             "name another folder with --keep.")

    def url(self):
        return f"postgres://postgres:{self.password_file.read_text()}@127.0.0.1:{self.port}/postgres"

    def settings(self):
        return {"NOXUS_DATABASE_URL": self.url()}

    def psql(self, statement, text=None):
        done = subprocess.run(["psql", self.url(), "-XqAt", "-F", SEPARATOR, "-v", "ON_ERROR_STOP=1", "-c", statement],
                              input=text, env=environment(), capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"tests/bench/run: psql: {done.stderr}")
        return done.stdout

    def rows(self, question):
        return [tuple(line.split(SEPARATOR)) for line in self.psql(question).splitlines()]

    def insert(self, table, columns, rows):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self.psql(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)", text.getvalue())

    def settle(self):
        """What autovacuum has done by the time a database is that large."""
        self.psql("VACUUM ANALYZE")

    def cpu(self):
        return cpu_of_tree(int((self.cluster / "postmaster.pid").read_text().split()[0]))


ENGINES = {"sqlite": Sqlite, "postgres": Postgres}

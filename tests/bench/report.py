"""The figures as a table, held against the targets, and as JSON."""

import json

GROWTH, HASHES, KEYS = 1.3, 0.9, 1 / 3


class Row:
    def __init__(self, engine, people, operation, measured, limit=None):
        self.engine, self.people, self.operation, self.measured, self.limit = engine, people, operation, measured, limit

    def json(self):
        m = self.measured
        figures = {"rps": m.rps, "p50_ms": m.p50, "p99_ms": m.p99, "cpu_ms": m.cpu, "rss_mb": m.memory, "trivial_rps": m.trivial}
        figures = {name: None if figure is None else round(figure, 4) for name, figure in figures.items()}
        return json.dumps({"engine": self.engine, "people": self.people, "operation": self.operation, **figures})


def judged(what, figure, limit, unit="", at_least=False):
    good = figure >= limit if at_least else figure <= limit
    word = "ok" if good else "under" if at_least else "over"
    return f"{what} {'≥' if at_least else '≤'} {limit:.3g}{unit}: {word}".strip()


def verdicts(row, rows):
    """The targets are for SQLite. How a page grows is told from the same run alone."""
    m, name = row.measured, row.operation
    if m.failed:
        yield f"{m.failed} requests FAILED"
    if row.engine == "sqlite" and row.limit is not None:
        yield judged("CPU", m.cpu, row.limit, " ms") + (f" ({m.cpu / row.limit:.1f} ×)" if m.cpu > row.limit else "")
    if name.startswith("Key check"):
        yield judged(f"{m.rps / m.trivial:.2f} of trivial", m.rps / m.trivial, KEYS, at_least=True)
    if name == "Sign-in":
        bare = find(rows, row, "Bare hash")
        if bare:
            yield judged(f"{m.rps / bare.measured.rps:.2f} of the bare hash", m.rps / bare.measured.rps, HASHES, at_least=True)
            yield f"{bare.measured.cpu / m.cpu:.2f} by CPU"
    if name == "Cold start":
        yield judged("", m.p50, 200, " ms")
    if name == "Memory, idle":
        yield judged("", m.memory, 50, " MB")
    if name == "Memory after 1,000 sign-ins":
        yield judged("", m.memory, 120, " MB")
    if name.startswith(("Cold", "Memory", "Sign", "Bare")):
        return
    least = [other for other in rows if (other.engine, other.operation) == (row.engine, name) and other.people < row.people]
    if least:
        small = min(least, key=lambda other: other.people)
        growth = m.cpu / small.measured.cpu
        yield judged(f"{growth:.2f} × that of {small.people:,} people", growth, GROWTH)


def find(rows, row, name):
    return next((other for other in rows if (other.engine, other.people, other.operation) == (row.engine, row.people, name)), None)


def table(rows, trivial):
    """In Markdown, so that it can be put anywhere as it is."""
    print(f"\n{rows[0].engine}, {rows[0].people:,} people; trivial is {trivial}\n")
    head = ["operation", "requests/s", "p50 ms", "p99 ms", "CPU ms", "database ms", "RSS MB", "trivial/s", "target"]
    lines = [head, ["---"] + ["---:"] * 7 + ["---"]]
    for row in rows:
        m = row.measured
        beside = m.database if row.engine == "postgres" else None
        figures = [text(m.rps, 1), text(m.p50, 2), text(m.p99, 2), text(m.cpu, 3), text(beside, 3), text(m.memory, 1), text(m.trivial, 0)]
        lines.append([row.operation, *figures, row.verdict])
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        cells = [cell.ljust(width) if n in (0, 8) else cell.rjust(width) for n, (cell, width) in enumerate(zip(line, widths))]
        print(f"| {' | '.join(cells)} |")


def text(figure, digits):
    return "" if figure is None else f"{figure:,.{digits}f}"

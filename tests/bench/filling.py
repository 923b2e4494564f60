"""A filled database, made once and kept: the sample organization of `demo`, and beside it keys and an audit of years."""

import itertools
import json
import random
import shutil
import subprocess
import time
from pathlib import Path

import rows
from databases import ENGINES
from server import environment

HERE = Path(__file__).resolve().parent
WORKSPACES, KEYS, ACTS = 200, 10_000, 1_000_000
# At most 1,000 keys of a workspace may be in use.
IN_USE, ENDED = 990, 500
AT_ONCE = 100_000


class Filled:
    """A folder with the database of one engine; `with` has that engine running."""

    def __init__(self, engine, people, folder):
        self.engine, self.people, self.folder = engine, people, folder
        self.database = ENGINES[engine](folder)

    def __enter__(self):
        self.database.__enter__()
        return self

    def __exit__(self, *problem):
        self.database.__exit__(*problem)

    def settings(self):
        return {"NOXUS_DATA_DIR": str(self.folder / "data"), **self.database.settings()}

    @property
    def facts(self):
        return json.loads((self.folder / "facts.json").read_text())


def filled(binary, engine, people, keep):
    newest = max(path.name for path in (HERE.parent.parent / "migrations" / engine).iterdir())
    folder = keep / f"{engine}-{people}-{newest}"
    if not (folder / "facts.json").exists():
        began = time.monotonic()
        print(f"Filling {folder} …", flush=True)
        part = keep / f"{folder.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        # The user postgres must be able to enter it; what lies inside is closed.
        part.chmod(0o711)
        with Filled(engine, people, part) as filling:
            fill(binary, filling)
        part.rename(folder)
        print(f"Filled in {time.monotonic() - began:.0f} s.", flush=True)
    return Filled(engine, people, folder)


def fill(binary, it):
    demo = [binary, "demo", "--people", str(it.people), "--workspaces", str(WORKSPACES), "--fill-only"]
    subprocess.run(demo, env=environment(**it.settings()), stdout=subprocess.DEVNULL, check=True)
    now, database = time.time(), it.database
    people = [row[0] for row in database.rows("SELECT id FROM users WHERE status = 'active' AND kind = 'person' ORDER BY seq")]
    places = [row[0] for row in database.rows("SELECT id FROM workspaces WHERE archived_at IS NULL ORDER BY id")]
    [(largest,)] = database.rows("SELECT id FROM workspaces WHERE name_key = 'marketing'")
    [(admin,)] = database.rows("SELECT id FROM users WHERE email_key = 'grace@analytical.example'")
    flows = [row[0] for row in database.rows("SELECT id FROM flows ORDER BY id")]
    used_secret = rows.secret(random.Random("the key that is used"))

    others = [place for place in places if place != largest]
    [(there,)] = database.rows("SELECT count(*) FROM api_keys")
    left = KEYS - IN_USE - ENDED - int(there)
    plan = [(largest, IN_USE, ENDED)]
    plan += [(place, left // len(others) + (n < left % len(others)), 0) for n, place in enumerate(others)]
    owners = owners_of(database, [place for place, _, _ in plan], admin)
    database.insert("api_keys", rows.KEY_COLUMNS, rows.keys(plan, owners, now, used_secret))

    [(there,)] = database.rows("SELECT count(*) FROM audit")
    acts = rows.acts(max(0, ACTS - int(there)), people, places, flows, admin, now)
    while some := list(itertools.islice(acts, AT_ONCE)):
        database.insert("audit", rows.AUDIT_COLUMNS, some)
        database.insert("audit_personal", rows.PERSONAL_COLUMNS, rows.addresses(some))
    database.settle()
    password = (it.folder / "data" / "demo").read_text().split()[-1]
    facts = {"password": password, "secret": used_secret, "largest": largest}
    (it.folder / "facts.json").write_text(json.dumps(facts))


def owners_of(database, places, admin):
    """Some active members of each workspace; the organization admin where there are none."""
    owners = {place: [admin] for place in places} | {"org admin": admin}
    question = "SELECT members.workspace_id, members.user_id FROM memberships AS members JOIN users ON users.id = members.user_id WHERE users.status = 'active'"
    for place, user in database.rows(question):
        if place in owners and len(owners[place]) < 20:
            owners[place].append(user)
    return owners

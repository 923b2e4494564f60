"""What is measured: addresses of the console, and what their answers must hold to count."""

import base64
import datetime
from dataclasses import dataclass, field

PAGE = 50
# CPU a request in milliseconds, on SQLite.
USERS, SEARCH, LISTS, KEY = 0.35, 1.0, 0.5, 0.06
ROWS_OF_USERS = """FROM users WHERE kind = 'person' AND status NOT IN ('deactivated', 'removed')
    AND id NOT IN (SELECT user_id FROM invitations WHERE state IN ('revoked', 'declined') AND users.status = 'invited')"""


@dataclass
class Operation:
    name: str
    path: str
    # A text of the answer without which it is another page than was asked for.
    holds: str
    limit: float | None = None
    headers: dict = field(default_factory=dict)
    key: bool = False


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def places(count):
    """Where the middle and the last page begin, in rows."""
    return {"middle": count // 2, "last": (count - 1) // PAGE * PAGE}


def users(database):
    yield Operation("Users, by name, first page", "/settings/users", "Everyone in", USERS)
    [(count,)] = database.rows(f"SELECT count(*) {ROWS_OF_USERS}")
    for column, words in (("name_key", "name"), ("seq", "added"), ("last_active_at", "active")):
        for minus, way in (("", ""), ("-", " DESC")):
            sort = minus + words
            if sort != "name":
                yield Operation(f"Users, by {sort}, first page", f"/settings/users?sort={sort}", "@", USERS)
            for place, at in places(int(count)).items():
                order = f"{column}{way}, seq{way}" if column != "seq" else f"seq{way}"
                before, there = database.rows(f"SELECT seq, {column}, email {ROWS_OF_USERS} ORDER BY {order} LIMIT 2 OFFSET {at - 1}")
                after = cursor(f"a{before[0]} {key(column, before[1])}")
                yield Operation(f"Users, by {sort}, {place} page", f"/settings/users?sort={sort}&after={after}", there[2], USERS)


def key(column, value):
    if column == "last_active_at":
        moment = datetime.datetime.fromisoformat(str(value)).replace(tzinfo=datetime.timezone.utc)
        return (moment - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) // datetime.timedelta(microseconds=1)
    return value if column == "name_key" else ""


# The letters of a miss are common: three by three they are in hundreds of names. Every address ends in analytical.example, so those
# of the last term are in all of them, and it is in none: an index of letters has to look at everybody. That one has no target.
WORST = "a miss through letters of every address"
TERMS = [("few matches", "katherine johnson", "katherine@"), ("many matches", "goldberg", "goldberg"), ("everybody matches", "analytical", "@analytical"),
         ("one letter", "a", "@"), ("two words, one short", "goldberg a", "goldberg"), ("no match", "zzqxzz", "holds “zzqxzz”"),
         ("a miss through common letters", "sonanna", "holds “sonanna”"), (WORST, "analyticalytical", "holds “analyticalytical”")]


def searches(what, path):
    for name, term, holds in TERMS:
        if what == "Members" and name == "few matches":
            term, holds = "hedy lamarr", "hedy@"
        limit = None if name == WORST else SEARCH
        yield Operation(f"{what}, search: {name}", f"{path}?q={term.replace(' ', '+')}", holds, limit)


def members(database, workspace):
    path = f"/workspaces/{workspace}/settings/users"
    yield Operation("Members, first page", path, "members", LISTS)
    # Organization admins come behind the members, whatever role of their own they have there.
    mine = f"""FROM memberships JOIN users ON users.id = memberships.user_id WHERE workspace_id = '{workspace}'
        AND users.role_id <> '00000000-0000-7000-8000-000000000001'"""
    [(count,)] = database.rows(f"SELECT count(*) {mine}")
    for place, at in places(int(count)).items():
        before, there = database.rows(f"SELECT users.id, memberships.name_key, email {mine} ORDER BY memberships.name_key, users.id LIMIT 2 OFFSET {at - 1}")
        yield Operation(f"Members, {place} page", f"{path}?after={cursor(f'm {before[0]} {before[1]}')}", there[2], LISTS)
    yield from searches("Members", path)


def keys(database, workspace):
    path = f"/workspaces/{workspace}/control/api-keys"
    live = f"FROM api_keys WHERE workspace_id = '{workspace}' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > CURRENT_TIMESTAMP)"
    yield Operation("API keys, first page", path, "API keys of", LISTS)
    [(count,)] = database.rows(f"SELECT count(*) {live}")
    before, there = database.rows(f"SELECT id, name {live} ORDER BY id DESC LIMIT 2 OFFSET {int(count) // 2}")
    yield Operation("API keys, middle page", f"{path}?after={before[0]}", there[1], LISTS)
    yield Operation("API keys, ended", f"{path}?status=ended", "API keys of", LISTS)
    yield Operation("API keys, search", f"{path}?q=deploy", "deploy-", LISTS)


def others(database):
    browser = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    yield Operation("Users, by name, first page, compressed", "/settings/users", "Everyone in", headers=browser)
    [(count,)] = database.rows("SELECT count(*) FROM audit JOIN users ON users.id = actor_id WHERE email_key = 'grace@analytical.example'")
    [(before,)] = database.rows(f"""SELECT audit.id FROM audit JOIN users ON users.id = actor_id
        WHERE email_key = 'grace@analytical.example' ORDER BY audit.id DESC LIMIT 1 OFFSET {int(count) // 2}""")
    yield Operation("Activity, first page", "/account/activity", "Activity")
    yield Operation("Activity, middle page", f"/account/activity?before={before}", "Activity")
    [(person,)] = database.rows("SELECT id FROM users WHERE email_key = 'ada@analytical.example'")
    yield Operation("A person’s page", f"/settings/users/{person}", "ada@analytical.example")
    yield Operation("Roles", "/settings/roles", "Org Admin")
    yield Operation("Workspaces", "/settings/workspaces", "Marketing")


def all_of(database, facts):
    yield from users(database)
    yield from searches("Users", "/settings/users")
    yield from members(database, facts["largest"])
    yield from keys(database, facts["largest"])
    yield from others(database)
    yield Operation("Key check: GET /v1/admin/me", "/v1/admin/me", facts["largest"], KEY, key=True)
    yield Operation("Flows by key: GET /v1/workflows", "/v1/workflows", "items", key=True)

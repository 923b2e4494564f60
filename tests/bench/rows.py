"""Rows that the sample has too few of: API keys, and the audit of years. Always the same ones for the same database."""

import datetime
import hashlib
import json
import random
import string
import uuid
import zlib

LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_COLUMNS = ("id", "secret_hash", "hint", "name", "name_key", "workspace_id", "owner_id", "made_by", "permissions", "created_at",
               "expires_at", "revoked_at", "revoked_by", "used_at", "used_address", "used_client")
AUDIT_COLUMNS = ("id", "at", "actor_kind", "actor_id", "action", "subject_kind", "subject_id", "workspace_id", "facts", "request_id")
PERSONAL_COLUMNS = ("audit_id", "user_id", "field", "before_text", "after_text")
DAY = 24 * 60 * 60
PAST = 420 * DAY


def base62(number, length):
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits = LETTERS[digit] + digits
    return digits


def secret(dice):
    """A key as src/base/key.rs makes it, with the checksum it ends in."""
    body = "noxus_" + "".join(dice.choices(LETTERS, k=36))
    return body + base62(zlib.crc32(body.encode()), 6)


def key_hash(text):
    return hashlib.sha256(b"api key\0" + text.encode()).hexdigest()


def hint(text):
    return f"{text[:10]}…{text[-4:]}"


def id_of(moment, dice):
    """An id as it would have been minted then (UUIDv7)."""
    value = int(moment * 1000) << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 0b10 << 62 | dice.getrandbits(62)
    return str(uuid.UUID(int=value))


def text_of(moment):
    """As diesel writes a moment on SQLite."""
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def keys(plan, owners, now, used_secret):
    """`plan`: workspace, how many in use, how many that ended. The first has the key whose secret is used."""
    dice = random.Random("keys")
    number = 0
    for workspace, live, ended in plan:
        for n in range(live + ended):
            number += 1
            text = used_secret if number == 1 else secret(dice)
            owner = owners["org admin"] if number == 1 else dice.choice(owners[workspace])
            made = now - dice.uniform(DAY, PAST / 2)
            over = n >= live
            revoked = now - dice.uniform(0, DAY) if over and n % 2 else None
            expires = now - dice.uniform(0, DAY) if over and not n % 2 else dice.choice((None, now + 90 * DAY))
            used = dice.choice((None, made + (now - DAY - made) * dice.random()))
            name = f"{dice.choice(('deploy', 'report', 'sync', 'export', 'digest'))}-{number}"
            yield (
                id_of(made, dice), key_hash(text), hint(text), name, name, workspace, owner, owner,
                None if number == 1 else dice.choice((None, "flows_run", "flows_edit flows_run kbs_query")),
                text_of(made), expires and text_of(expires), revoked and text_of(revoked), revoked and owner,
                used and text_of(used), used and "192.0.2.17", used and "python-httpx/0.27.0",
            )


def acts(count, people, places, flows, busy, now):
    """Rows of the audit, oldest first; every hundredth is of somebody busy."""
    dice = random.Random("audit")
    reader, editor = "00000000-0000-7000-8000-000000000013", "00000000-0000-7000-8000-000000000012"
    flow = json.dumps({"bytes": {"before": 1180, "after": 1204}, "name": "Weekly digest"}, separators=(",", ":"))
    role = json.dumps({"role": {"after": editor, "before": reader}}, separators=(",", ":"))
    for n in range(count):
        at = now - PAST * (count - n) / count
        actor = busy if n % 100 == 0 else dice.choice(people)
        kind = dice.random()
        if kind < 0.6:
            act = ("session.started", "user", actor, None, "{}")
        elif kind < 0.9:
            act = ("flow.changed", "flow", dice.choice(flows), dice.choice(places), flow)
        else:
            act = ("membership.changed", "user", dice.choice(people), dice.choice(places), role)
        yield (id_of(at, dice), text_of(at), "person", actor, *act, str(uuid.UUID(int=dice.getrandbits(128))))


def addresses(acts):
    """Where each came from, as the console keeps it beside the row."""
    return ((act[0], act[3], "network address", None, "192.0.2.17") for act in acts)

"""The platform's own client, unmodified, against a console: what it lists, adds, keeps and how it is refused.

Takes in the environment NOXUS_BACKEND_URL, SYSTEM_KEY, WORKSPACE_KEY (of Marketing) and READER_KEY (may only see flows); ends with
an error where something is not as it should be, and prints what it found as one JSON object.
"""

import asyncio
import json
import os
from importlib.metadata import version

from noxus_sdk import Client
from noxus_sdk.errors import ForbiddenError, NotFoundError, NoxusApiError, UnauthorizedError, ValidationError


def refused(kind, call):
    """The error that a call raises, which is of this very kind and carries the sentence and the request's id."""
    try:
        call()
    except NoxusApiError as error:
        assert type(error) is kind, error
        assert error.request_id and error.request_id in str(error), error
        assert error.body["detail"] in str(error), error
        return error.body["detail"]
    raise AssertionError(f"{kind.__name__} was expected")


def people(system):
    """Lists people, workspaces and roles, and adds somebody through the client's own transport."""
    marketing = next(workspace for workspace in system.admin.list_workspaces() if workspace.name == "Marketing")
    reader = next(role for role in system.admin.list_roles() if role["name"] == "Reader" and role["scope"] == "workspace")
    before = [user.email for user in system.admin.list_users()]
    added = system.post(
        "/v1/admin/users",
        {"name": "Ada Lovelace", "email": "ada@analytical.example", "workspaces": [{"id": marketing.id, "role": reader["id"]}]},
    )
    after = system.admin.list_users()
    ada = next(user for user in after if user.id == added["id"])
    assert [user.email for user in after] == before + ["ada@analytical.example"], after
    assert not ada.is_active and not ada.tenant_admin and ada.display_name == "Ada", ada
    assert asyncio.run(asynchronously(system)) == (len(after), ["Marketing"])
    again = {"name": "Ada Lovelace", "email": "ADA@analytical.example"}
    taken = refused(NoxusApiError, lambda: system.post("/v1/admin/users", again))
    wrong = refused(ValidationError, lambda: system.post("/v1/admin/users", {"name": "Ada", "email": "ada"}))
    return {"added": added, "taken": taken, "wrong": wrong}


async def asynchronously(system):
    users = await system.admin.alist_users()
    workspaces = await system.admin.alist_workspaces()
    await system.aclose()
    return len(users), [workspace.name for workspace in workspaces]


def flows(client):
    """Lists the examples, adds a flow made of them, changes and deletes it."""
    me = client.admin.get_me()
    listed = client.workflows.list()
    names = [flow.name for flow in listed]
    for flow in listed:
        assert flow.group_id == me.model_dump().get("group_id", flow.group_id) and flow.nodes and flow.edges, flow
    made = client.workflows.get(listed[0].id)
    made.name = "Copied by the client"
    copy = client.workflows.save(made)
    assert copy.id != listed[0].id and copy.name == "Copied by the client"
    copy.name = "Renamed by the client"
    copy.update()
    kept = client.workflows.get(copy.id)
    assert kept.name == "Renamed by the client" and len(kept.nodes) == len(listed[0].nodes) and kept.flow_version == "v1"
    assert [flow.name for flow in client.workflows.list(page=2, page_size=len(listed))] == ["Renamed by the client"]
    client.workflows.delete(copy.id)
    refused(NotFoundError, lambda: client.workflows.get(copy.id))
    return {"key": me.name, "permissions": me.permissions, "flows": names}


def main():
    base = os.environ["NOXUS_BACKEND_URL"]
    system = Client(os.environ["SYSTEM_KEY"])
    assert system.base_url == base and system.admin.enabled and system.nodes, "it is an organization admin's"
    workspaces = Client(os.environ["WORKSPACE_KEY"])
    assert not workspaces.admin.enabled
    # A system key belongs to no workspace: its sentence says what to name.
    named = refused(ValidationError, lambda: system.workflows.list())
    assert "group_id" in named, named
    reader = Client(os.environ["READER_KEY"])
    limited = refused(ForbiddenError, lambda: reader.workflows.save(reader.workflows.list()[0]))
    refused(UnauthorizedError, lambda: Client("noxus_nothing"))
    refused(NotFoundError, lambda: workspaces.workflows.get("no-such-flow"))
    found = {"version": version("noxus-sdk"), "limited": limited, **flows(workspaces), **people(system)}
    print(json.dumps(found))


main()

"""What no schema can say, for requests that are meant to succeed: which workspaces and roles there are, and that
two names mean the same. And counts what was answered."""

import atexit
import collections
import json
import os

import schemathesis

answers = collections.defaultdict(collections.Counter)


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return
    query = case.query or {}
    if "size" in query and "page_size" in query:
        query["page_size"] = query["size"]
    body = case.body if isinstance(case.body, dict) else {}
    if isinstance(body.get("group_id"), str):
        body["group_id"] = os.environ["WORKSPACE"]
    if isinstance(body.get("org_role"), str):
        body["org_role"] = "Org Base"
    if body.get("workspaces"):
        body["workspaces"] = [{"id": os.environ["WORKSPACE"], "role": "Reader"}]


@schemathesis.hook
def after_call(context, case, response):
    answers[case.operation.label][str(response.status_code)] += 1


@atexit.register
def tell():
    with open(os.environ["ANSWERS"], "w") as file:
        json.dump(answers, file)

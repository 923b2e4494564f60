"""Those who read and write while it is upgraded, and what they were answered."""

import http.client
import itertools
import json
import threading
import time
import urllib.parse

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
READERS = 4


class Load:
    def __init__(self, ports, key, workspace, password):
        self.turns, self.key, self.workspace = itertools.cycle(ports), {"Authorization": f"Bearer {key}"}, workspace
        self.lock, self.names, self.over = threading.Lock(), itertools.count(), False
        self.people, self.flows, self.wrong = set(), set(), []
        self.answered, self.reads, self.longest = 0, 0, 0.0
        status, head, _ = self.ask("POST", "/sign-in", {"email": "grace@analytical.example", "password": password})
        if status != http.HTTPStatus.SEE_OTHER:
            raise SystemExit(f"tests/upgrade/run: nobody can sign in: {status}; {self.wrong}")
        self.session = {"Cookie": head["Set-Cookie"].split(";")[0]}

    def begin(self):
        reads = [threading.Thread(target=self.go_on, args=(self.read, n)) for n in range(READERS)]
        writes = [threading.Thread(target=self.go_on, args=(write, 0)) for write in (self.add_flow, self.add_person, self.add_by_the_pages)]
        self.threads = reads + writes
        for thread in self.threads:
            thread.start()

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join()

    def go_on(self, act, n):
        while not self.over:
            try:
                act(n)
            except Exception as e:
                self.is_wrong(f"{act.__name__}: {e!r}")
                return
            n += 1

    def is_wrong(self, why):
        with self.lock:
            self.wrong.append(why)

    def ask(self, method, path, form=None, headers=None, body=None):
        """One request, on a connection of its own, to the node whose turn it is. `None`: the connection failed."""
        with self.lock:
            port = next(self.turns)
        if form is not None:
            body, headers = urllib.parse.urlencode(form), {**FORM, **(headers or {})}
        began, connection = time.monotonic(), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, path, body, {"Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as e:
            self.is_wrong(f"{method} {path}: the connection failed: {e!r}")
            return None, {}, ""
        finally:
            connection.close()
        with self.lock:
            self.answered, self.longest = self.answered + 1, max(self.longest, time.monotonic() - began)
        if answer.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            self.is_wrong(f"{method} {path} answers {answer.status}: {text[:300]}")
        return answer.status, answer.headers, text

    def expect(self, status, method, path, **what):
        """The same; whether it was answered so. An answer that is none of a failing server is one that should not have come."""
        got, head, text = self.ask(method, path, **what)
        if got not in (status, None) and got < http.HTTPStatus.INTERNAL_SERVER_ERROR:
            self.is_wrong(f"{method} {path} answers {got}, to {head['Location']}: {text[:300]}")
        return got == status, head, text

    def read(self, n):
        here = self.workspace
        reads = [("/v1/admin/me", self.key), ("/v1/admin/users?page=2&size=50", self.key), (f"/v1/workflows?group_id={here}", self.key),
                 ("/sign-in?chosen=true", {}), ("/settings/users?q=load", self.session), ("/settings/users", self.session),
                 (f"/workspaces/{here}", self.session), (f"/workspaces/{here}/settings/users", self.session), ("/account/activity", self.session)]
        path, headers = reads[n % len(reads)]
        well, *_ = self.expect(http.HTTPStatus.OK, "GET", path, headers=headers)
        with self.lock:
            self.reads += well

    def name(self):
        with self.lock:
            return f"load{next(self.names):07}"

    def noted(self, well, name, among):
        if well:
            with self.lock:
                among.add(name)

    def by_key(self, path, value):
        well, *_ = self.expect(http.HTTPStatus.OK, "POST", path, headers={**self.key, "Content-Type": "application/json"}, body=json.dumps(value))
        return well

    def add_flow(self, _):
        name = self.name()
        flow = {"name": name, "type": "flow", "definition": {"nodes": [], "edges": []}}
        self.noted(self.by_key(f"/v1/workflows?group_id={self.workspace}", flow), name, self.flows)

    def add_person(self, _):
        name = self.name()
        person = {"name": name, "email": f"{name}@analytical.example", "workspaces": [{"id": self.workspace, "role": "Reader"}]}
        self.noted(self.by_key("/v1/admin/users", person), name, self.people)

    def add_by_the_pages(self, _):
        """As an admin does it: the wizard's first step, and its last."""
        name = self.name()
        form = {"name": name, "email": f"{name}@analytical.example", "role": self.role()}
        well, head, _ = self.expect(http.HTTPStatus.SEE_OTHER, "POST", "/settings/users/new", form=form, headers=self.session)
        if well:
            well, head, _ = self.expect(http.HTTPStatus.SEE_OTHER, "POST", head["Location"], form={}, headers=self.session)
            self.noted(well, name, self.people)

    def role(self):
        """The id of the role Org Base, as the API has it."""
        if not hasattr(self, "base"):
            _, _, text = self.expect(http.HTTPStatus.OK, "GET", "/v1/admin/roles", headers=self.key)
            [self.base] = [role["id"] for role in json.loads(text) if role["name"] == "Org Base"]
        return self.base

    def total(self, path):
        _, _, text = self.expect(http.HTTPStatus.OK, "GET", path, headers=self.key)
        return json.loads(text)["total"]

"""What is really on the server, over plain HTTP and past everything that is under test, and what must hold of it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from lsform.core.values import Secret
from tests.chaos.estate import Estate

Key = tuple[str, int]
FIELDS = "id,title,description,maximum_annotations,label_config,task_number,total_annotations_number"
MARKER = re.compile(r"lsform:([^\s/]+)/([^\s#\"]+)#(\w+)")
STORAGES = {
    "import_storage": "/api/storages/localfiles",
    "export_storage": "/api/storages/export/localfiles",
}
PATHS = {"project": "/api/projects/", "webhook": "/api/webhooks/", "view": "/api/dm/views/", **STORAGES}


@dataclass(frozen=True, slots=True)
class Thing:
    """One object as the server has it; `project` is that of its own or that which it is in, the rest is its marker."""

    kind: str
    remote: int
    project: int
    record: Mapping[str, Any]
    stack: str = ""
    address: str = ""
    nonce: str = ""

    @property
    def key(self) -> Key:
        return self.kind, self.remote

    def is_at(self, target: str) -> bool:
        """Whether a request with this path is about this very object."""
        return target.rstrip("/") == f"{PATHS[self.kind].rstrip('/')}/{self.remote}"


class Truth:
    """A person who looks at the server, and who has things of their own there."""

    def __init__(self, url: str, api_key: Secret) -> None:
        headers = {"Authorization": f"Token {api_key.value}", "Connection": "close"}
        self._http = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=120)

    def close(self) -> None:
        self._http.close()

    def ask(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        answer = self._http.request(method, path, json=body, params=query or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def projects(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        total, page = 1, 1
        while len(found) < total:
            answer = self.ask("GET", "/api/projects/", page=page, page_size=100, ordering="id", include=FIELDS)
            found, total, page = [*found, *answer["results"]], answer["count"], page + 1
        return found

    def annotate(self, project: int, choice: str) -> None:
        """One more task in a project, with an annotation."""
        asked = f"/api/projects/{project}/import"
        (task,) = self.ask("POST", asked, [{"text": choice}], return_task_ids="true")["task_ids"]
        result = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [choice]}}
        self.ask("POST", f"/api/tasks/{task}/annotations/", {"result": [result]})

    def annotations(self, project: int) -> list[tuple[int, str]]:
        """Id and content of every annotation of a project."""
        tasks = self.ask("GET", f"/api/projects/{project}/export", exportType="JSON")
        return sorted((one["id"], json.dumps(one["result"])) for task in tasks for one in task["annotations"])

    def look(self, storages_of: Collection[int] = (), marker: str = "lsform:") -> list[Thing]:
        """Every object, those in storages only of these projects and of those whose interface has the marker."""
        projects = self.projects()
        records = [("project", one) for one in projects]
        records += [(kind, one) for kind in ("webhook", "view") for one in self.ask("GET", PATHS[kind])]
        for project in projects:
            if project["id"] in storages_of or marker in project["label_config"]:
                for kind, path in STORAGES.items():
                    records += [(kind, one) for one in self.ask("GET", path, project=project["id"])]
        return [_thing(kind, record) for kind, record in records]


def _thing(kind: str, record: dict[str, Any]) -> Thing:
    found = MARKER.search(json.dumps(record))
    project = record.get("project") or record["id"]
    return Thing(kind, record["id"], project, record, *(found.groups() if found else ()))


class Strangers:
    """Somebody else's objects, of all kinds, some of them in projects of ours: they have to stay as they are."""

    def __init__(self, truth: Truth, folder: str, guests_of: list[int]) -> None:
        body = {"title": "A stranger's", "label_config": '<View><Text name="text" value="$text"/></View>'}
        self.own = truth.ask("POST", "/api/projects/", body)["id"]
        self._places = (self.own, *guests_of)
        for project in self._places:
            truth.ask("POST", "/api/webhooks/", {"project": project, "url": "http://127.0.0.1:9/0", "is_active": False})
            truth.ask("POST", "/api/dm/views/", {"project": project, "data": {"title": "theirs"}})
            for path in STORAGES.values():
                truth.ask("POST", path, {"project": project, "path": folder, "title": "theirs"})
        self._before: dict[Key, Mapping[str, Any]] = {}

    def check(self, now: list[Thing]) -> None:
        """AssertionError when anything of theirs is not as it was when this was first asked.

        The number of a tab counts those before it, ours among them: whose order is declared is renumbered with theirs.
        """
        theirs = {
            one.key: {name: value for name, value in one.record.items() if name != "order"}
            for one in now
            if one.project in self._places and not one.stack
        }
        self._before = self._before or theirs
        for key, before in self._before.items():
            assert before == theirs.get(key), f"{key} of somebody else: {before} became {theirs.get(key)}"
        assert self._before.keys() == theirs.keys(), f"without a marker: {theirs.keys() - self._before.keys()}"


def check_kept(before: list[Thing], now: list[Thing], estate: Estate, *, pruned: bool) -> None:
    """Whatever an apply did or failed to do: nothing of ours is gone that was to stay.

    What may go: what is no longer declared, twins, a view whose order can only be cleared in a new one.
    """
    there = {one.key for one in now}
    moved = dict(estate.moves)
    going = {*estate.left, *estate.on_server()}  # what moves and goes at once has two addresses
    for thing in before:
        if thing.key in there:
            continue
        parts = thing.address.split("/")
        parts[0] = moved.get(parts[0], parts[0])
        address = "/".join(parts)
        address = moved.get(address, address)
        is_twin = any(one.address == thing.address and one.key != thing.key for one in before)
        undeclared = pruned and not going.isdisjoint({thing.address, address})
        assert is_twin or undeclared or thing.kind == "view", f"{address} (id {thing.remote}) is gone"


def check_done(now: list[Thing], estate: Estate, remembered: Mapping[str, int]) -> None:
    """After an apply that says that all is done: everything is there, once, as declared, and remembered."""
    declared = estate.declared()
    expected = sorted({*declared, *estate.on_server()})
    assert expected == sorted(one.address for one in now), _difference(expected, [one.address for one in now])
    nonces = [one.nonce for one in now]
    assert len(nonces) == len({*nonces}), "two objects have one nonce"
    by_address = {one.address: one for one in now}
    for address, spec in declared.items():
        thing = by_address[address]
        above = by_address.get(address.partition("/")[0])
        assert above is not None and thing.project == above.remote, f"{address} is elsewhere"
        for name, value in spec.items():
            assert _as_declared(value) == _as_stored(thing, name), f"{address}: {name} is {_as_stored(thing, name)}"
        assert thing.remote == remembered.get(address), f"{address} is {thing.remote}, not {remembered.get(address)}"


def _difference(expected: list[str], found: list[str]) -> str:
    lacking = sorted({*expected} - {*found})
    more = sorted({*found} - {*expected})
    twins = sorted({one for one in found if found.count(one) > 1})
    return f"lacking {lacking}, too much {more}, twins {twins}"


def _as_declared(value: Any) -> Any:
    match value:
        case {"xml": str(text)}:
            return _labels(text)
        case list():
            return sorted(value)
        case _:
            return value


def _as_stored(thing: Thing, name: str) -> Any:
    if name == "interface":
        return _labels(thing.record["label_config"])
    if name == "type" and thing.kind in STORAGES:
        return "localfiles"
    record = thing.record["data"] if thing.kind == "view" else thing.record
    value = record.get(name)
    if name in ("ordering", "actions"):
        return sorted(value or [])
    return value


def _labels(config: str) -> list[str]:
    return sorted(one.attrib["value"] for one in ElementTree.fromstring(config).iter("Choice"))

"""The two servers that the suite holds to one behaviour: how lsform reaches them, and how others touch them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import ClassVar

import httpx

from lsform.core.values import Json, Secret
from lsform.engine.model import Impact
from lsform.engine.ports import Server
from lsform.interface.compatibility import Usage
from lsform.resources import ResourceKind
from lsform.resources.project import PROJECT
from lsform.server.label_studio import LabelStudio
from lsform.server.local import LocalServer
from tests.conformance.examples import SECRETS, Body, Record, example_of
from tests.conformance.stores import FOLDERS, NOWHERE, UNKNOWN, Stores
from tests.fakes import MemoryServer

REFERENCE = re.compile(r"\$\{((?:var|env):\w+)\}")


class MemoryWorld:
    """The fake, and what a person could do to it."""

    url, api_key, folder = "http://memory", Secret("no key"), Path("/files")
    backend = "http://backend.example.com"
    vars, lacks = {"files": str(folder), "backend": backend, **NOWHERE}, dict[str, str]()
    env: ClassVar[dict[str, str]] = {**SECRETS, **UNKNOWN}

    def __init__(self) -> None:
        self.server: MemoryServer = MemoryServer(self.url)

    def connect(self, _url: str, _api_key: Secret) -> Server:
        return self.server

    def record(self, kind: ResourceKind, remote: int) -> Record:
        return self.server.records[kind.name][remote]

    def change(self, kind: ResourceKind, remote: int, body: Record) -> None:
        self.server.change(kind, remote, body)

    def make(self, kind: ResourceKind, body: Record, project: int | None = None) -> int:
        return self.server.add(kind, _complete(self, kind, body, project))

    def remove(self, kind: ResourceKind, remote: int) -> None:
        del self.server.records[kind.name][remote]

    def predict(self, project: int, *versions: str) -> None:
        self.server.predict(project, *versions)

    def annotate(self, project: int, label: str, *, imported: bool = False) -> None:
        keys = frozenset({"image"})
        used = Usage({"q|img|choices": 1}, {"q": {label: 1}}, {}, keys)
        self.server.usages[project] = Usage({}, {}, {}, keys) if imported else used
        self.server.truths[project] = used
        self.server.impacts[project] = Impact(tasks=1, annotations=1)

    def draft(self, project: int, *labels: str) -> None:
        keys = frozenset({"image"})
        self.server.usages[project] = Usage({}, {}, {"q": Counter(labels)}, keys)
        self.server.truths[project] = Usage({}, {}, {"q": {labels[-1]: 1}}, keys)
        self.server.impacts[project] = Impact(tasks=1)


class Kept(LabelStudio):
    """One adapter for all sessions of a test: to open it takes 50 ms each time."""

    def close(self) -> None:
        """The world ends it."""

    def end(self) -> None:
        super().close()


class RealWorld:
    """Label Studio, and a person who sends requests to it past lsform."""

    def __init__(self, local: LocalServer, backend: str, stores: Stores) -> None:
        self.backend = backend
        self.url, self.api_key, self.folder = local.url, local.api_key, local.document_root
        self.vars = {"files": str(self.folder), "backend": backend, **stores.vars}
        self.env, self.lacks = {**SECRETS, **stores.env}, stores.lacks
        self.server = Kept(local.url, local.api_key)
        headers = {"Authorization": f"Token {local.api_key.value}", "Connection": "close"}
        self._http = httpx.Client(base_url=local.url, headers=headers, trust_env=False, timeout=60)
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        self.server.end()
        self._http.close()

    def connect(self, _url: str, _api_key: Secret) -> Server:
        return self.server

    def record(self, kind: ResourceKind, remote: int) -> Record:
        found = self._ask("GET", _object(kind, remote))
        assert isinstance(found, dict)
        return found

    def change(self, kind: ResourceKind, remote: int, body: Record) -> None:
        self._ask("PATCH", _object(kind, remote), body)

    def make(self, kind: ResourceKind, body: Record, project: int | None = None) -> int:
        made = self._ask("POST", _collection(kind), _complete(self, kind, body, project))
        assert isinstance(made, dict)
        return int(str(made["id"]))

    def remove(self, kind: ResourceKind, remote: int) -> None:
        self._ask("DELETE", _object(kind, remote))

    def predict(self, project: int, *versions: str) -> None:
        """A task with one prediction for each of these versions of a model."""
        predictions: list[Json] = [{"model_version": version, "result": []} for version in versions]
        task: Record = {"data": {"image": "https://example.com/a.jpg"}, "predictions": predictions}
        self._ask("POST", f"api/projects/{project}/import", [task])

    def annotate(self, project: int, label: str, *, imported: bool = False) -> None:
        """A task with one annotation: the control `q` of the object `img` has chosen the label."""
        annotation: Json = {"result": [chosen(label)]}
        task: Record = {"data": {"image": "x.jpg"}, "annotations": [annotation] if imported else []}
        made = self._ask("POST", f"api/projects/{project}/import?return_task_ids=true", [task])
        assert isinstance(made, dict) and isinstance(made["task_ids"], list)
        if not imported:
            self._ask("POST", f"api/tasks/{made['task_ids'][0]}/annotations/", annotation)

    def draft(self, project: int, *labels: str) -> None:
        """A task with one draft, which is saved with one label after the other."""
        made = self._ask("POST", f"api/projects/{project}/import?return_task_ids=true", [{"image": "x.jpg"}])
        assert isinstance(made, dict) and isinstance(made["task_ids"], list)
        address = f"api/tasks/{made['task_ids'][0]}/drafts"
        for label in labels:
            draft = self._ask("PATCH" if address.endswith("/") else "POST", address, {"result": [chosen(label)]})
            assert isinstance(draft, dict)
            address = f"api/drafts/{draft['id']}/"

    def tasks(self, project: int) -> int:
        return int(str(self.record(PROJECT, project)["task_number"]))

    def _ask(self, method: str, address: str, body: Json = None) -> Json:
        answer = self._http.request(method, address, json=body)
        assert answer.is_success, f"{method} {address}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def chosen(label: str) -> Json:
    """The control `q` of the object `img` has chosen the label."""
    return {"from_name": "q", "to_name": "img", "type": "choices", "value": {"choices": [label]}}


def _complete(world: World, kind: ResourceKind, body: Record, project: int | None) -> Record:
    """The body of a POST with what depends on the world: folders, backends and projects."""
    here: Record = {"url": f"{world.backend}/foreign"} if kind.name == "ml_backend" else {}
    return {**here, **filled(world, body), **({} if project is None else {"project": project})}


def filled(world: World, body: Body) -> Record:
    """What a manifest says, as the server will hear it: with the world's variables, and the suite's secrets."""
    known = {f"var:{name}": value for name, value in world.vars.items()}
    known |= {f"env:{name}": value for name, value in world.env.items()}
    return {
        key: REFERENCE.sub(lambda found: known[found[1]], value) if isinstance(value, str) else value
        for key, value in body.items()
    }


def _collection(kind: ResourceKind) -> str:
    return example_of(kind).path + ("" if kind.variant else "/")


def _object(kind: ResourceKind, remote: int) -> str:
    """Storages have no slash at the end of their address."""
    return f"{example_of(kind).path}/{remote}" + ("" if kind.variant else example_of(kind).slash)


World = MemoryWorld | RealWorld

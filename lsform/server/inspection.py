"""Label Studio behind `doctor.ports.Patient`: what is asked of a server that may be ill. Touches the network."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from lsform.core.collector import load
from lsform.core.errors import ServerError
from lsform.core.values import Attributes, Secret, Value
from lsform.doctor.evidence import Backend, Link, Project, Refusal, Sample, ServerFacts, Storage, Token
from lsform.doctor.origins import origin
from lsform.doctor.tally import Tally
from lsform.engine.model import LiveResource
from lsform.engine.ports import Progress
from lsform.interface.model import InterfaceError, LabelInterface, parse
from lsform.resources import kind_of
from lsform.resources.project import PROJECT
from lsform.server import redis, syncs
from lsform.server.models import LabelStudioModels
from lsform.server.records import live
from lsform.server.tokens import claims_of, kind_of_token
from lsform.server.translation import hint_of, redacted

PROBE = 5.0  # seconds for what is asked of others than Label Studio
TRIED = 30.0  # seconds: the server goes to the storage itself
LISTS = {"import_storage": "api/storages", "export_storage": "api/storages/export"}
OWN = frozenset({"status", "last_sync", "last_sync_count", "last_sync_job", "traceback", "meta", "created_at", "type"})
BEGAN = ("time_in_progress", "time_queued")  # in the `meta` of a storage
SCHEMES = {"s3": ("s3", "bucket"), "gcs": ("gs", "bucket"), "azure": ("azure-blob", "container")}
TOLD = 500  # tasks between two words of progress
LOOKED_FOR = 100  # tasks among which a medium of a storage is looked for
NO_REDIS = "Can't connect to Redis server"
SICK = {"DI": "it does not answer `/health` in time", "ER": "its `/setup` failed"}


class LabelStudioInspection(LabelStudioModels):
    """The adapter for `lsform doctor`."""

    def meet(self) -> ServerFacts:
        """Who answers, and how; see `doctor.ports.Patient`."""
        met = load("lsform.server.meeting").meet(self._url)
        token, refusal, members = self._secrets[0], met.refusal, 0
        expires = claims_of(token).get("exp")
        if refusal is None:
            try:
                self._read("api/current-user/whoami", "id")
                members = len(self._read("api/users/"))
            except ServerError as error:
                refusal = Refusal(error.message, error.hint, error.status)
        kind = Token(kind_of_token(token) or "legacy", float(expires) if isinstance(expires, int | float) else None)
        return ServerFacts(
            self._url, kind, time.time(), met.release, refusal, met.skew, met.links, met.login, met.body_limit, members
        )

    def projects(self) -> Sequence[Project]:
        """All projects, the interfaces of which are read."""
        return [_project(one) for one in self.list(PROJECT, attributes=("title", "label_config", "model_version"))]

    def refusal(self, url: str, *, model: bool) -> Refusal | None:
        """Asked with a request that lacks the project, so that nothing comes of it; addresses are looked at first."""
        path, body = ("api/ml/", {"url": url}) if model else ("api/storages/s3/validate", {"s3_endpoint": url})
        try:
            self._ask("POST", path, json=body)
        except ServerError as error:
            if "reserved network address" in error.message:
                return Refusal(error.message.removeprefix("not authorised: "), error.hint, 403)
        return None

    def storages(self, project: int) -> Iterator[Storage]:
        """Both directions, all types, in two requests."""
        for name, path in LISTS.items():
            for record in self._read(path, project=project):
                kind = kind_of(name, str(record["type"]))
                found = live(kind, record)
                ours = found.ownership
                stack, owner = (ours.stack, str(ours.address)) if ours is not None else ("", "")
                yield Storage(
                    kind, found.remote, found.attributes, found.status, self._failure(record), _waiting(record),
                    stack=stack, owner=owner,
                )  # fmt: skip

    def _failure(self, record: Mapping[str, Any]) -> str:
        reason = syncs.reason_in(str(record.get("traceback") or ""))
        return " ".join(redacted(self._secrets, reason).split())[:400]

    def tried(self, storage: Storage, project: int, declared: Attributes) -> Storage:
        """Tried as `Check Connection` does: with what the server has, which it then keeps as it was."""
        path = storage.kind.path.rstrip("/")
        record = self._read(f"{path}/{storage.remote}", "id")
        body = {name: value for name, value in record.items() if name not in OWN and value is not None}
        said = self._objection(path, body)
        if said is not None and NO_REDIS in said.reason:
            said = self._objection_of_redis(path, body, said, declared.get("password"))
        return replace(storage, objection=said, region=_region(storage))

    def _objection(self, path: str, body: Mapping[str, Any]) -> Refusal | None:
        try:
            self._ask("POST", f"{path}/validate", json=body)
        except ServerError as error:
            return Refusal(error.message, error.hint or hint_of(error.message), error.status)
        return None

    def _objection_of_redis(self, path: str, body: Mapping[str, Any], said: Refusal, password: Value) -> Refusal | None:
        """What is true of it: a Redis to import from is tried without the password that the server has for it.

        With the one that is declared it is tried as if it was new, so that the server keeps nothing of it. Where nobody
        declares one, and it cannot be seen from here that none is needed, nothing is known.
        """
        if isinstance(password, Secret):
            new = {name: value for name, value in body.items() if name != "id"}
            return self._objection(path, {**new, "password": password.value})
        if redis.is_open(str(body.get("host") or "localhost"), str(body.get("port") or redis.PORT), timeout=PROBE):
            return said
        raise ServerError(
            f"{said.reason.rstrip('.')}, which it tried without the password that it may have",
            hint="in the folder of its stack, `lsform doctor` tries it with the password that is declared there",
        )

    def link(self, storage: Storage, project: int) -> Link | None:
        """The newest medium of this storage; a signed link is followed without the token."""
        found = self._medium(storage, project) if storage.kind.name == "import_storage" else None
        if found is None:
            return None
        task, address = found
        httpx = load("httpx")
        uri = base64.urlsafe_b64encode(address.encode()).decode()
        try:
            with httpx.Client(auth=self._connection().auth, timeout=PROBE, headers={"Connection": "close"}) as client:
                answer = client.get(f"{self._url}/tasks/{task}/resolve/", params={"fileuri": uri})
            if "location" not in answer.headers:
                return Link(task, answer.status_code, allows=True, is_signed=False)
            headers = {"Origin": origin(self._url), "Range": "bytes=0-0"}
            answer = httpx.get(answer.headers["location"], headers=headers, timeout=PROBE)
        except httpx.TransportError:
            return Link(task, 0, allows=False)
        allowed = answer.headers.get("access-control-allow-origin", "")
        return Link(task, answer.status_code, allows=allowed in ("*", origin(self._url)))

    def _medium(self, storage: Storage, project: int) -> tuple[int, str] | None:
        scheme, place = SCHEMES.get(storage.kind.variant, ("", ""))
        prefix = str(storage.attributes.get("prefix") or "").rstrip("/")
        start = f"{scheme}://{storage.attributes.get(place)}/{f'{prefix}/' if prefix else ''}"
        for task in islice(
            self._task_pages(project, "id,data", newest_first=True, page_size=str(LOOKED_FOR)), LOOKED_FOR
        ):
            for value in (task.get("data") or {}).values():
                if scheme and isinstance(value, str) and value.startswith(start):
                    return int(task["id"]), value
        return None

    def backend(self, live: LiveResource) -> Backend:
        """Asked by the server, as its settings page does; and from here, where that is possible."""
        record = self._read(f"api/ml/{live.remote}", "id", "url")
        url, state = str(record["url"]), str(record.get("state"))
        error = str(record.get("error_message") or "") if state == "ER" else ""
        said = " ".join(redacted(self._secrets, error).split())[:400]
        host = urlsplit(url).hostname or ""
        return Backend(str(record.get("title") or ""), host, said or SICK.get(state, ""), _seconds(url))

    def sample(self, project: int, interface: LabelInterface | None, limit: int, progress: Progress) -> Sample:
        """The newest tasks, a page at a time."""
        tally, total = Tally.of(interface), self.count_tasks(project)
        include = "id,data,annotations,result,total_annotations,cancelled_annotations"
        for task in islice(self._task_pages(project, include, newest_first=True, fields="all"), limit or None):
            counted = int(task.get("total_annotations") or 0) + int(task.get("cancelled_annotations") or 0)
            tally.add(int(task["id"]), task.get("data") or {}, task.get("annotations") or (), counted=counted)
            if tally.seen % TOLD == 0:
                progress("looking at tasks", done=tally.seen, total=min(limit or total, total))
        return tally.sample(total)

    def reset_summary(self, project: int) -> None:
        """What `Reset Cache` does."""
        self._send("POST", f"api/projects/{project}/summary/reset/", {})


def _project(found: LiveResource) -> Project:
    try:
        interface = parse(str(found.attributes.get("label_config") or ""))
    except InterfaceError:
        interface = None
    return Project(
        remote=found.remote,
        title=str(found.attributes.get("title") or ""),
        stack=found.ownership.stack if found.ownership is not None else "",
        owner=str(found.ownership.address) if found.ownership is not None else "",
        interface=interface,
        model_version=str(found.attributes.get("model_version") or ""),
    )


def _waiting(record: Mapping[str, Any]) -> float:
    """Seconds since a sync began, as the storage's record tells, or since it was made."""
    meta = record.get("meta") or {}
    text = next((str(meta[name]) for name in BEGAN if meta.get(name)), str(record.get("created_at") or ""))
    try:
        began = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return 0.0
    began = began if began.tzinfo else began.replace(tzinfo=timezone.utc)
    return max(0.0, time.time() - began.timestamp())


def _region(storage: Storage) -> str:
    """Where a bucket of S3 is: it says so to everybody, whatever else it refuses. '' where nobody knows."""
    bucket = storage.attributes.get("bucket")
    if storage.kind.variant != "s3" or not bucket:
        return ""
    httpx = load("httpx")
    endpoint = str(storage.attributes.get("s3_endpoint") or "https://s3.amazonaws.com").rstrip("/")
    try:
        answer = httpx.head(f"{endpoint}/{quote(str(bucket))}", timeout=PROBE)
    except (httpx.TransportError, httpx.InvalidURL):
        return ""
    return str(answer.headers.get("x-amz-bucket-region") or "")


def _seconds(url: str) -> float | None:
    """How long an ML backend takes to say that it is well; None where it cannot be reached from here."""
    httpx = load("httpx")
    try:
        answer = httpx.get(f"{url.rstrip('/')}/health", timeout=PROBE)
    except (httpx.TransportError, httpx.InvalidURL):
        return None
    return float(answer.elapsed.total_seconds())

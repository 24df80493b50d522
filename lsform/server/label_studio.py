"""Label Studio behind `engine.ports.Server`: the SDK's transport and light clients, records to attributes and back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from inspect import signature
from itertools import chain
from types import MappingProxyType
from typing import Any

from lsform.core.collector import load
from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.events import Tell, untold
from lsform.core.values import Secret, Value, reveal, secrets_in
from lsform.core.versions import MINIMUM_VERSION, numbers_of
from lsform.engine.model import Impact, LiveResource, ServerInfo
from lsform.interface.compatibility import Usage
from lsform.resources import ResourceKind
from lsform.server import syncs
from lsform.server.records import live, sent
from lsform.server.translation import GATEWAY_GAVE_UP, no_such_object, quoted, stranger, translated
from lsform.server.unread import UnreadingWrapper
from lsform.server.wire import READ_TIMEOUT
from lsform.server.work import LabelStudioWork

PAGE = 100  # projects in a page: the server's own limit
RELISTS = 3  # times that a list which changed under our hands is read again
SYNC_TIMEOUT = 600.0  # seconds that a sync may take, inside the request and after it
READERS = 2  # the development server answers no more requests a second to three than to two
POLL = 0.5  # seconds between two looks at a running sync
SDK_NAMES = {"s3_endpoint": "s3endpoint"}  # where the SDK does not call a field as the server does

Records = list[dict[str, Any]]  # `list` is a method below
Found = list[LiveResource]


class LabelStudio(LabelStudioWork):
    """The adapter for resources."""

    readers = READERS

    def __init__(
        self,
        url: str,
        api_key: Secret,
        *,
        tell: Tell = untold,
        timeout: float = READ_TIMEOUT,
        sync_timeout: float = SYNC_TIMEOUT,
    ) -> None:
        super().__init__(url, api_key, tell=tell, timeout=timeout)
        self._sync_timeout = sync_timeout
        self._clients: dict[str, Any] = {}
        self._info: ServerInfo | None = None

    def close(self) -> None:
        """Give the connections back; the next request opens new ones."""
        super().close()
        self._clients.clear()

    # -- which server ---------------------------------------------------------------------------------------------

    def info(self) -> ServerInfo:
        """Version, edition and the organization that the token works in; the connection is tuned by the way."""
        if self._info is None:
            version = self._introduction("api/version", "release")
            release = str(version.get("release") or "")
            if not release:
                raise stranger(self._url)
            if numbers_of(release) < MINIMUM_VERSION:
                oldest = ".".join(map(str, MINIMUM_VERSION))
                hint = f"lsform needs {oldest} or newer"
                raise ServerUnavailable(f"{self._url} runs Label Studio {release}", hint=hint)
            user = self._introduction("api/current-user/whoami", "active_organization")
            organization = int(user["active_organization"] or 0)
            self._info = ServerInfo(self._url, release, str(version.get("edition") or "unknown"), organization)
        return self._info

    def _introduction(self, path: str, name: str) -> Any:
        try:
            return self._read(path, name)
        except ServerError as error:
            if isinstance(error, ServerUnavailable) or error.status not in (0, 404):
                raise
            raise stranger(self._url) from None

    # -- reading --------------------------------------------------------------------------------------------------

    def list(
        self,
        kind: ResourceKind,
        *,
        project: int | None = None,
        attributes: Iterable[str] | None = None,
        title: str | None = None,
    ) -> Found:
        """All objects of a kind; see `engine.ports.Server`."""
        if kind.listing and project is not None:
            path, key = kind.listing
            records = self._read(path.format(project=project), key)[key] or []
        elif kind.parent:
            only = {} if project is None else {"project": project}
            records = self._read(kind.path, **only)
        else:
            names = kind.attributes if attributes is None else attributes
            records = self._pages(kind, {"id", *names, *kind.marker.fields}, title)
        return [live(kind, record) for record in records]

    def _pages(self, kind: ResourceKind, names: set[str], title: str | None) -> Records:
        """Every page of a sparse list. Somebody may delete while we read, which shifts the pages: then read again."""
        query: dict[str, Any] = {"include": ",".join(sorted(names)), "ordering": "id", "page_size": PAGE}
        if title:
            query["title"] = title
        for _ in range(RELISTS):
            found: dict[int, dict[str, Any]] = {}
            total, page = None, 1
            while total is None or (page - 1) * PAGE < total:
                answer = self._read(kind.path, "count", "results", **query, page=page)
                total = int(answer["count"])
                found.update((int(record["id"]), record) for record in answer["results"])
                page += 1
            if len(found) == total:
                return list(found.values())
        raise ServerError("the list of projects changes faster than it can be read", hint="try again in a moment")

    def get(self, kind: ResourceKind, remote: int, *, project: int | None = None) -> LiveResource | None:
        """One object, or None when there is none."""
        try:
            if kind.listing and project is not None:
                return next((one for one in self.list(kind, project=project) if one.remote == remote), None)
            return live(kind, self._call(kind, "get", remote))
        except ServerError as error:
            if no_such_object(error):
                return None
            raise

    def usage(self, project: int) -> Usage:
        """What the project's annotations use, from its summary."""
        names = ("created_annotations", "created_labels", "created_labels_drafts", "all_data_columns")
        summary = self._read(f"api/projects/{project}/summary/", *names)
        annotations, labels, drafts, columns = (summary[name] or {} for name in names)
        return Usage(annotations, labels, drafts, frozenset(columns))

    def objection(self, project: int, label_config: str) -> str:
        """What the strict check says; it is much stricter than what a PATCH is refused for."""
        try:
            self._ask("POST", f"api/projects/{project}/validate/", json={"label_config": label_config})
        except ServerError as error:
            if error.status != 400:
                raise
            return quoted(error.message)
        return ""

    def impact(self, project: int) -> Impact:
        """Counts of a project, but for drafts, of which the server has no number."""
        names = ("task_number", "total_annotations_number", "total_predictions_number")
        counts = self._read(f"api/projects/{project}/", *names, include=",".join(names))
        tasks, annotations, predictions = (int(counts[name] or 0) for name in names)
        return Impact(tasks, annotations, predictions=predictions)

    # -- writing --------------------------------------------------------------------------------------------------

    def create(self, kind: ResourceKind, attributes: Mapping[str, Value], *, project: int | None) -> LiveResource:
        """Make an object; a request that has left is never sent again."""
        return live(kind, self._call(kind, "create", write=True, body=sent(kind, attributes, project)))

    def update(
        self, kind: ResourceKind, remote: int, attributes: Mapping[str, Value], *, project: int | None
    ) -> LiveResource:
        """Change an object. Where the project can never change, the SDK takes none."""
        takes_project = "project" in signature(self._client(kind.endpoint).update).parameters
        body = sent(kind, attributes, project if takes_project else None)
        return live(kind, self._call(kind, "update", remote, write=True, body=body))

    def arrange(self, kind: ResourceKind, remotes: Sequence[int], *, project: int) -> None:
        """Show the objects of a kind in this order; see `engine.ports.Server`."""
        self._call(kind, "update_order", write=True, body={"project": project, "ids": [*remotes]})

    def delete(self, kind: ResourceKind, remote: int) -> None:
        """Delete an object; one that is gone is fine."""
        try:
            self._call(kind, "delete", remote, write=True)
        except ServerError as error:
            if not no_such_object(error):
                raise

    def sync(self, kind: ResourceKind, remote: int, *, secrets: Iterable[Secret] = ()) -> str:
        """Sync a storage and wait. A gateway that gives up does not end the sync, so its end is looked for."""
        before = syncs.attempts(self._call(kind, "get", remote))
        deadline = time.monotonic() + 2 * self._sync_timeout  # of the request, and then of what it began
        try:
            record = self._call(kind, "sync", remote, write=True, timeout=self._sync_timeout)
        except ServerError as error:
            if not error.is_unclear:
                raise
            record = self._seen(kind, remote, deadline)
            if syncs.attempts(record) == before:
                raise
        while record.get("status") in syncs.RUNNING:
            if time.monotonic() > deadline:
                raise syncs.unfinished(record)
            time.sleep(POLL)
            record = self._seen(kind, remote, deadline)
        return syncs.result(record, secrets=[*self._secrets, *(secret.value for secret in secrets)])

    def _seen(self, kind: ResourceKind, remote: int, deadline: float) -> dict[str, Any]:
        """The record of a storage, asked for again where a gateway gives up on a server that is busy with the sync."""
        while True:
            try:
                found: dict[str, Any] = self._call(kind, "get", remote)
                return found
            except ServerUnavailable as error:
                if error.status not in GATEWAY_GAVE_UP or time.monotonic() > deadline:
                    raise
            time.sleep(POLL)

    # -- the wire -------------------------------------------------------------------------------------------------

    def _call(
        self,
        kind: ResourceKind,
        method: str,
        *ids: int,
        write: bool = False,
        body: Mapping[str, Value] = MappingProxyType({}),
        timeout: float = 0,
    ) -> Any:
        """One call of the SDK; its models cannot tell absent from null, so the answer is taken as it came."""
        secrets = chain(self._secrets, (secret.value for value in body.values() for secret in secrets_in(value)))
        with translated(self._url, write=write, secrets=secrets):
            call = getattr(self._client(kind.endpoint), method)
            record = {SDK_NAMES.get(name, name): reveal(value) for name, value in body.items()}
            answer = call(*ids, **record, request_options={"timeout": timeout or self._timeout}).response.whole
            return answer.json() if answer.content else {}

    def _client(self, endpoint: str) -> Any:
        """The SDK's client of one endpoint: importing the whole SDK costs seconds, one of these 20 ms.

        It is given no token, as our client signs the requests.
        """
        with self._opening:
            if endpoint not in self._clients:
                sdk, module = (
                    load(f"label_studio_sdk.{name}") for name in ("core.client_wrapper", f"{endpoint}.client")
                )
                wrapper = sdk.SyncClientWrapper(
                    base_url=f"{self._url}/", api_key="", httpx_client=self._connection(), max_retries=0
                )
                name = endpoint.rpartition(".")[2].title().replace("_", "")
                client = getattr(module, f"{name}Client")(client_wrapper=UnreadingWrapper(wrapper))
                self._clients[endpoint] = client.with_raw_response
            return self._clients[endpoint]

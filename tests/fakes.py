"""A Label Studio in memory, for speed; held to the same conformance tests as the real one."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import cast

from lsform.core.errors import ServerError
from lsform.core.values import Json, Secret, Value, reveal
from lsform.engine.model import Impact, LiveResource, Ownership, ServerInfo
from lsform.interface.compatibility import Usage
from lsform.interface.model import InterfaceError, LabelInterface, parse
from lsform.resources import KINDS, ResourceKind, kind_of
from lsform.resources.new_project import weights
from lsform.resources.project import PROJECT, sanitised

Record = dict[str, Json]
PAGE = 100  # tasks in a page of results
# What a new object has besides its attributes.
STATUS: dict[str, Record] = {"import_storage": {"status": "initialized"}, "export_storage": {"status": "completed"}}


class MemoryServer:
    """`engine.ports.Server` without a server. `faults` maps a method to errors that its next calls raise.

    `after` are errors raised after the write was done, as the real server does now and then.
    """

    readers = 1  # as nobody has to wait for it

    def __init__(self, url: str = "http://memory") -> None:
        self.url = url
        self.edition = "Community"
        self.records: dict[str, dict[int, Record]] = {kind.name: {} for kind in KINDS}
        self.ids = {kind.name: itertools.count(1) for kind in KINDS}
        self.calls: Counter[str] = Counter()
        self.writes: list[tuple[str, str, int]] = []
        self.faults: dict[str, list[ServerError]] = {}
        self.after: dict[str, list[ServerError]] = {}
        self.impacts: dict[int, Impact] = {}
        self.usages: dict[int, Usage] = {}
        self.truths: dict[int, Usage] = {}  # what is really used, where that is not what the server has counted
        self.versions: dict[int, set[str]] = {}
        self.replay_creates = 0

    def close(self) -> None:
        """Nothing is held."""

    def info(self) -> ServerInfo:
        return ServerInfo(self.url, "1.23.2", self.edition, 1)

    def list(
        self,
        kind: ResourceKind,
        *,
        project: int | None = None,
        attributes: Iterable[str] | None = None,
        title: str | None = None,
    ) -> list[LiveResource]:
        self._enter("list")
        wanted = None if attributes is None or kind.parent else {"id", *attributes, *kind.marker.fields}
        found = []
        for remote, record in self.records[kind.name].items():
            if not _is_of(kind, record):
                continue
            if kind.parent and project is not None and record["project"] != project:
                continue
            if title and title.lower() not in str(record.get("title")).lower():
                continue
            shown = record if wanted is None else {key: record[key] for key in record if key in wanted}
            found.append(_live(kind, remote, shown, record))
        return found

    def get(self, kind: ResourceKind, remote: int, *, project: int | None = None) -> LiveResource | None:
        self._enter("get")
        record = self.records[kind.name].get(remote)
        return _live(kind, remote, record, record) if record is not None and _is_of(kind, record) else None

    def create(self, kind: ResourceKind, attributes: Mapping[str, Value], *, project: int | None) -> LiveResource:
        self._enter("create")
        sent = _plain(kind.to_record(attributes))
        for _ in range(1 + self.replay_creates):
            remote = self.add(kind, sent if project is None else {**sent, "project": project})
            self.writes.append(("create", kind.name, remote))
        self._leave("create")
        record = self.records[kind.name][remote]
        return _live(kind, remote, record, record)

    def update(
        self, kind: ResourceKind, remote: int, attributes: Mapping[str, Value], *, project: int | None
    ) -> LiveResource:
        self._enter("update")
        sent = _plain(kind.to_record(attributes))
        self.change(kind, remote, sent if project is None else {**sent, "project": project})
        self.writes.append(("update", kind.name, remote))
        self._leave("update")
        record = self.records[kind.name][remote]
        return _live(kind, remote, record, record)

    def arrange(self, kind: ResourceKind, remotes: Sequence[int], *, project: int) -> None:
        self._enter("arrange")
        for order, remote in enumerate(remotes):
            if self.records[kind.name][remote]["project"] == project:
                self.records[kind.name][remote]["order"] = order
        self.writes.append(("arrange", kind.name, project))
        self._leave("arrange")

    def delete(self, kind: ResourceKind, remote: int) -> None:
        self._enter("delete")
        gone = self.records[kind.name].pop(remote, None)
        if gone is not None and kind.name == "ml_backend":
            self._follow(gone, str(gone["title"]), "")
        if kind is PROJECT:
            for records in self.records.values():
                for child in [key for key, record in records.items() if record.get("project") == remote]:
                    del records[child]
        self.writes.append(("delete", kind.name, remote))
        self._leave("delete")

    def sync(self, kind: ResourceKind, remote: int, *, secrets: Iterable[Secret] = ()) -> str:
        self._enter("sync")
        self.records[kind.name][remote]["status"] = "completed"
        self.writes.append(("sync", kind.name, remote))
        return "completed, 0 objects"

    def usage(self, project: int) -> Usage:
        self._enter("usage")
        return self.usage_of(project)

    def objection(self, project: int, label_config: str) -> str:
        self._enter("objection")
        return strict(self.usage_of(project), parse(label_config))

    def usage_of(self, project: int) -> Usage:
        return self.usages.get(project, Usage({}, {}, {}, frozenset()))

    def impact(self, project: int) -> Impact:
        self._enter("impact")
        return self.impacts.get(project, Impact())

    def has_data(self, project: int, key: str) -> bool | None:
        self._enter("has_data")
        return None if "__" in key else key in self.truths.get(project, self.usage_of(project)).data_keys

    def results(self, project: int) -> Iterator[Sequence[Json]]:
        truth = self.truths.get(project, self.usage_of(project))
        found: list[Json] = [*labeled(truth.created_annotations, truth.created_labels)]
        found += [[]] * max(0, self.impacts.get(project, Impact()).tasks - len(found))
        for at in range(0, max(1, len(found)), PAGE):
            self._enter("results")
            yield found[at : at + PAGE]

    def drafts(self, project: int) -> Iterator[Json]:
        self._enter("drafts")
        for name, labels in self.truths.get(project, self.usage_of(project)).created_labels_drafts.items():
            yield from labeled({f"{name}|img|choices": 1}, {name: labels})

    # -- requests of anybody, in the server's own words -----------------------------------------------------------

    def add(self, kind: ResourceKind, sent: Record) -> int:
        """What a POST does; returns the id of the new record."""
        if kind.parent and sent.get("project") not in self.records["project"]:
            raise _no_such("Project")
        record = _stored(kind, {}, sent)
        if kind.name == "view" and "filters" in cast(Record, record["data"]):  # only then it goes to the end
            record["order"] = sum(one["project"] == sent["project"] for one in self.records["view"].values())
        remote = next(self.ids[kind.name])
        self.records[kind.name][remote] = record
        if kind.name == "ml_backend":
            self._welcome(record)
        return remote

    def _welcome(self, backend: Record) -> None:
        """A new backend is chosen where nothing is, and is told of everything by a webhook."""
        project = self.records["project"][cast(int, backend["project"])]
        if project["show_collab_predictions"]:
            self._follow(backend, "", backend["title"])
        hook: Record = {"project": backend["project"], "url": str(backend["url"]).rstrip("/") + "/webhook"}
        if not any(hook.items() <= one.items() for one in self.records["webhook"].values()):
            self.add(kind_of("webhook"), hook)

    def _follow(self, backend: Record, before: Json, after: Json) -> None:
        """The version that a project has chosen goes along with the title of its backend."""
        project = self.records["project"][cast(int, backend["project"])]
        if project["model_version"] == before:
            project["model_version"] = after

    def change(self, kind: ResourceKind, remote: int, sent: Record) -> None:
        """What a PATCH does."""
        before = self.records[kind.name].get(remote)
        if before is None:
            raise _no_such(kind.name.title())
        version = str(sent.get("model_version") or "").strip()
        live = {one["title"] for one in self.records["ml_backend"].values() if one["project"] == remote}
        if kind is PROJECT and version and version not in live.union(self.versions.get(remote, ())):
            raise _refused(
                "model_version", "Model version doesn't exist either as live model or as static predictions."
            )
        self.records[kind.name][remote] = after = _stored(kind, before, sent)
        if kind.name == "ml_backend":
            self._follow(after, before["title"], after["title"])

    def predict(self, project: int, *versions: str) -> None:
        """What an import of predictions by these versions of a model does."""
        self.versions.setdefault(project, set()).update(versions)
        record = self.records["project"][project]
        if record["show_collab_predictions"] and not record["model_version"]:
            record["model_version"] = versions[-1]

    def _enter(self, method: str) -> None:
        self.calls[method] += 1
        if self.faults.get(method):
            raise self.faults[method].pop(0)

    def _leave(self, method: str) -> None:
        if self.after.get(method):
            raise self.after[method].pop(0)


def labeled(results: Mapping[str, int], labels: Mapping[str, Mapping[str, int]]) -> Iterator[Json]:
    """Work of which that is counted: a task for each result, the last of a control with all labels that are left."""
    for key, number in results.items():
        name, target, kind = key.split("|")
        used = [label for label, times in labels.get(name, {}).items() for _ in range(times)]
        for at in range(number):
            given: Json = [*used[at : None if at == number - 1 else at + 1]]
            yield [{"from_name": name, "to_name": target, "type": kind, "value": {kind: given}}]


def strict(usage: Usage, interface: LabelInterface) -> str:
    """What the strict check says: first of controls, then of the labels of the first control that lacks some."""
    controls = interface.controls()
    if not controls or not interface.objects():
        return ""
    types = {one.result_type for one in controls}
    wrong = []
    for key, number in sorted(usage.created_annotations.items()):
        name, target, kind = key.split("|")
        known = any(one.is_named(name) for one in controls) and any(one.points_at(target) for one in controls)
        if kind != "textarea" and not (known and kind in types):
            wrong.append(f"{number} with from_name={name}, to_name={target}, type={kind}")
    if wrong:
        return f"Created annotations are incompatible with provided labeling schema, we found: {', '.join(wrong)}"
    for name in {**usage.created_labels, **usage.created_labels_drafts}:
        counts = usage.created_labels.get(name, {}), usage.created_labels_drafts.get(name, {})
        control = next((one for one in controls if one.is_named(name)), None)
        if control is None and any(counts):
            total = sum(sum(one.values()) for one in counts)
            return f'There are {total} annotation(s) created with tag "{name}", you can\'t remove it'
        if control is None or control.is_dynamic:
            continue
        gone = sorted({*counts[0], *counts[1]} - {label.stored for label in control.labels})
        if gone:
            listed = ", ".join(f"{label} ({_sources(*(one.get(label, 0) for one in counts))})" for label in gone)
            advice = f'Please add labels to tag with name="{name}"'
            return f"These labels still exist in annotations or drafts: {listed}. {advice}"
    return ""


def _sources(annotations: int, drafts: int) -> str:
    counts = ((annotations, "annotation"), (drafts, "draft"))
    return ", ".join(f"{number} {word}{'s' if number > 1 else ''}" for number, word in counts if number)


def _plain(record: Mapping[str, Value]) -> Record:
    return {name: _copy(reveal(value)) for name, value in record.items()}


def _copy(value: Json) -> Json:
    match value:
        case dict():
            return {key: _copy(item) for key, item in value.items()}
        case list():
            return [_copy(item) for item in value]
        case _:
            return value


def _live(kind: ResourceKind, remote: int, shown: Record, record: Record) -> LiveResource:
    told = {name: value for name, value in shown.items() if name not in kind.fields.write_only}
    attributes = kind.read(_copy(told))  # type: ignore[arg-type]
    parent = record.get("project")
    return LiveResource(
        kind=kind,
        remote=remote,
        attributes=kind.marker.strip(attributes),
        parent=parent if isinstance(parent, int) else None,
        ownership=Ownership.parse(kind.marker.read(attributes)),
        status=str(record.get("status") or ""),
        place=kind.place({**record, "id": remote}) if kind.place else (),  # type: ignore[dict-item]
    )


def _refused(field: str, reason: str) -> ServerError:
    return ServerError(f"the server answered 400: `{field}`: {reason}", status=400)


def _no_such(name: str) -> ServerError:
    return ServerError(f"the server answered 404: No {name} matches the given query.", status=404)


def _is_of(kind: ResourceKind, record: Record) -> bool:
    """Storages of all types are kept together here; each record says its own."""
    return record.get("type", "") == kind.variant


def _stored(kind: ResourceKind, before: Record, sent: Record) -> Record:
    """What the server makes of a request, `before` being empty for a new object: `label-studio-api.md` 0 to 6."""
    known = before or _fresh(kind)
    trimmed = {key: value.strip() if isinstance(value, str) else value for key, value in sent.items()}
    match kind.name:
        case "project":
            return _stored_project(known, {**trimmed, **_untrimmed(sent)}, creating=not before)
        case "webhook":
            return _stored_webhook({**known, "actions": []}, trimmed)
        case "view":
            return _stored_view(known, sent)
        case "ml_backend":
            return _stored_backend(known, trimmed, creating=not before)
        case _:
            return _stored_storage(known, trimmed)


def _fresh(kind: ResourceKind) -> Record:
    """A new object before anything is said of it."""
    own: Record = {"data": {}, "order": 0} if kind.name == "view" else _plain(kind.initial({}))
    return {**own, **STATUS.get(kind.name, {}), **({"type": kind.variant} if kind.variant else {})}


def _untrimmed(sent: Record) -> Record:
    text = sent.get("expert_instruction")
    return {"expert_instruction": sanitised(text)} if isinstance(text, str) else {}


def _at_most(sent: Record, length: int, *fields: str) -> None:
    for name in fields:
        text = sent.get(name)
        if isinstance(text, str) and len(text) > length:
            raise _refused(name, f"Ensure this field has no more than {length} characters.")


def _stored_project(before: Record, sent: Record, *, creating: bool) -> Record:
    title = sent.get("title")
    if isinstance(title, str) and 0 < len(title) < 3:
        raise _refused("title", "Ensure this field has at least 3 characters.")
    _at_most(sent, 50, "title")
    _at_most(sent, 256, "task_data_login", "task_data_password")
    config = sent.get("label_config")
    if isinstance(config, str):
        _check_config(config)
    after = {**before, **sent, "pinned_at": _in_utc(sent.get("pinned_at", before["pinned_at"]))}
    if after["is_published"]:
        after["is_draft"] = False
    if sent.get("show_collab_predictions") is False and "model_version" not in sent and not creating:
        after["model_version"] = ""
    if creating or after["label_config"] != before["label_config"] or not after["control_weights"]:
        after["control_weights"] = _plain(
            weights(str(after["label_config"]), after.get("control_weights"))  # type: ignore[arg-type]
        )
    return after


def _check_config(config: str) -> None:
    if re.match(r"<\?xml[^>]*\sencoding\b", config):  # etree refuses it in text, and nobody catches that
        reason = "Unicode strings with encoding declaration are not supported. Please use bytes input or XML fragments"
        raise ServerError(f"the server answered 500: {reason} without declaration.", status=500)
    try:
        names = [tag.get("name") for tag in parse(config).tags() if tag.get("name")]
    except InterfaceError as error:
        raise _refused("label_config", error.message) from None
    if len(set(names)) < len(names):
        raise _refused("label_config", "Label config contains non-unique names")


def _in_utc(moment: Json) -> Json:
    if not isinstance(moment, str):
        return moment
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(timezone.utc).isoformat()[:-6] + "Z"


def _stored_webhook(before: Record, sent: Record) -> Record:
    url = sent.get("url")
    if isinstance(url, str) and not re.match(r"https?://([^\s:@/]+(:[^\s:@/]*)?@)?[^\s@/?#]+([/?#]|$)", url):
        raise _refused("url", "Enter a valid URL.")
    actions = sent.get("actions")
    known = {"actions": sorted({str(action) for action in actions})} if isinstance(actions, list) else {}
    return {**before, **sent, **known}


def _stored_backend(before: Record, sent: Record, *, creating: bool) -> Record:
    """The backend is asked whether it is well with the credentials of the request, and not with those it has."""
    if not {"url", "project"} <= sent.keys() or (creating and sent.get("basic_auth_pass") == ""):
        raise ServerError("the server answered 500: KeyError", status=500)
    password = sent.get("basic_auth_pass") or before["basic_auth_pass"]
    given = {**sent, "basic_auth_pass": password} if "basic_auth_pass" in sent else sent
    known = given.get("basic_auth_user") and given.get("basic_auth_pass")
    if sent.get("auth_method") == "BASIC_AUTH" and not known:
        raise _refused("non_field_errors", "Authentication username and password is required")
    if "://127.0.0.1:9" in str(sent["url"]):
        raise _refused("non_field_errors", f"Can't connect to ML backend {sent['url']}, health check failed.")
    if "/locked" in str(sent["url"]) and not known:
        raise _refused("non_field_errors", "authentication parameters were either not provided or are incorrect.")
    after = {**before, **given}
    return {**after, "model_version": "weights 1"} if after["auto_update"] else after


def _stored_storage(before: Record, sent: Record) -> Record:
    _at_most(sent, 256, "title")
    if before["type"] != "localfiles":
        return {**before, **sent}
    path = sent.get("path")
    if not isinstance(path, str) or not path:
        raise _refused("path", "Path must be set for Local Files storage")
    return {**before, **sent, "path": posixpath.normpath(path.replace("\\", "/"))}


def _stored_view(before: Record, sent: Record) -> Record:
    """Data is replaced, but for filters and ordering, which are kept apart and cannot be taken away."""
    data, old = sent.get("data"), before["data"]
    assert isinstance(data, dict) and isinstance(old, dict)
    apart = {key: data.get(key) or old.get(key) for key in ("filters", "ordering")}
    filters = apart["filters"]
    if isinstance(filters, dict) and isinstance(filters["items"], list):
        apart["filters"] = {**filters, "items": [_condition(item) for item in filters["items"]]}
    rest = {key: value for key, value in data.items() if key not in apart}
    return {**before, **sent, "data": {**rest, **{key: value for key, value in apart.items() if value}}}


def _condition(item: Json, *, is_child: bool = False) -> Json:
    """Only a condition and its child come back; what is below the child is lost."""
    assert isinstance(item, dict)
    column = str(item["filter"])
    if "__" in column and not column.startswith("filter:tasks:data."):
        raise _refused("filter_group", f'"__" is not generally allowed in filters: {column}')
    child = item.get("child_filter")
    kept = {key: item.get(key) for key in ("filter", "operator", "type", "value")}
    return {**kept, "child_filter": _condition(child, is_child=True)} if child and not is_child else kept

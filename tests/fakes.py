"""A Label Studio in memory, for speed; held to the same conformance tests as the real one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping

from lsform.core.errors import ServerError
from lsform.core.values import Json, Value, reveal
from lsform.engine.model import Impact, LiveResource, Ownership, ServerInfo
from lsform.interface.compatibility import Usage
from lsform.interface.model import InterfaceError, parse
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import EMPTY_INTERFACE, PROJECT, sanitised

Record = dict[str, Json]
PROJECT_DEFAULTS: Record = {
    "title": "",
    "description": "",
    "label_config": EMPTY_INTERFACE,
    "expert_instruction": "",
    "show_instruction": False,
    "show_skip_button": True,
    "enable_empty_annotation": True,
    "show_annotation_history": False,
    "color": "#FFFFFF",
    "maximum_annotations": 1,
    "is_published": False,
    "is_draft": False,
    "model_version": "",
    "min_annotations_to_start_training": 0,
    "show_collab_predictions": True,
    "sampling": "Sequential sampling",
    "show_ground_truth_first": False,
    "annotator_evaluation_enabled": False,
    "show_overlap_first": False,
    "overlap_cohort_percentage": 100,
    "task_data_login": None,
    "task_data_password": None,
    "control_weights": {},
    "evaluate_predictions_automatically": False,
    "skip_queue": "REQUEUE_FOR_OTHERS",
    "reveal_preannotations_interactively": False,
    "pinned_at": None,
}
DEFAULTS: dict[str, Record] = {
    "project": PROJECT_DEFAULTS,
    "import_storage": {
        "title": None, "description": None, "path": None, "regex_filter": None, "use_blob_urls": False,
        "recursive_scan": False, "synchronizable": True, "status": "initialized",
    },
    "export_storage": {
        "title": None, "description": None, "path": None, "regex_filter": None, "use_blob_urls": False,
        "can_delete_objects": None, "synchronizable": True, "status": "completed",
    },
    "webhook": {
        "send_payload": True, "send_for_all_actions": True, "headers": {}, "is_active": True, "actions": [],
    },
    "view": {"data": {}},
}  # fmt: skip


class MemoryServer:
    """`engine.ports.Server` without a server. `faults` maps a method to errors that its next calls raise.

    `after` are errors raised after the write was done, as the real server does now and then.
    """

    def __init__(self, url: str = "http://memory") -> None:
        self.url = url
        self.records: dict[str, dict[int, Record]] = {kind.name: {} for kind in KINDS}
        self.ids = {kind.name: itertools.count(1) for kind in KINDS}
        self.calls: Counter[str] = Counter()
        self.writes: list[tuple[str, str, int]] = []
        self.faults: dict[str, list[ServerError]] = {}
        self.after: dict[str, list[ServerError]] = {}
        self.impacts: dict[int, Impact] = {}
        self.usages: dict[int, Usage] = {}
        self.replay_creates = 0

    def info(self) -> ServerInfo:
        return ServerInfo(self.url, "1.23.2", "Community", 1)

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
            if kind.parent and project is not None and record["project"] != project:
                continue
            if title and title.lower() not in str(record.get("title")).lower():
                continue
            shown = record if wanted is None else {key: record[key] for key in record if key in wanted}
            found.append(_live(kind, remote, shown, record))
        return found

    def get(self, kind: ResourceKind, remote: int) -> LiveResource | None:
        self._enter("get")
        record = self.records[kind.name].get(remote)
        return None if record is None else _live(kind, remote, record, record)

    def create(self, kind: ResourceKind, attributes: Mapping[str, Value], *, project: int | None) -> LiveResource:
        self._enter("create")
        for _ in range(1 + self.replay_creates):
            remote = next(self.ids[kind.name])
            record: Record = {**_copy(DEFAULTS[kind.name])}
            if kind.parent:
                if project not in self.records["project"]:
                    raise ServerError("the server answered 404: No Project matches the given query.", status=404)
                record["project"] = project
            self.records[kind.name][remote] = _stored(kind, record, _plain(kind.to_record(attributes)), creating=True)
            self.writes.append(("create", kind.name, remote))
        self._leave("create")
        record = self.records[kind.name][remote]
        return _live(kind, remote, record, record)

    def update(
        self, kind: ResourceKind, remote: int, attributes: Mapping[str, Value], *, project: int | None
    ) -> LiveResource:
        self._enter("update")
        if remote not in self.records[kind.name]:
            raise ServerError("the server answered 404: Not found.", status=404)
        record = _stored(kind, self.records[kind.name][remote], _plain(kind.to_record(attributes)), creating=False)
        self.records[kind.name][remote] = record
        self.writes.append(("update", kind.name, remote))
        self._leave("update")
        return _live(kind, remote, record, record)

    def delete(self, kind: ResourceKind, remote: int) -> None:
        self._enter("delete")
        self.records[kind.name].pop(remote, None)
        if kind is PROJECT:
            for records in self.records.values():
                for child in [key for key, record in records.items() if record.get("project") == remote]:
                    del records[child]
        self.writes.append(("delete", kind.name, remote))
        self._leave("delete")

    def sync(self, kind: ResourceKind, remote: int) -> str:
        self._enter("sync")
        self.records[kind.name][remote]["status"] = "completed"
        self.writes.append(("sync", kind.name, remote))
        return "completed, 0 objects"

    def usage(self, project: int) -> Usage:
        self._enter("usage")
        return self.usages.get(project, Usage({}, {}, {}, frozenset()))

    def impact(self, project: int) -> Impact:
        self._enter("impact")
        return self.impacts.get(project, Impact())

    def _enter(self, method: str) -> None:
        self.calls[method] += 1
        if self.faults.get(method):
            raise self.faults[method].pop(0)

    def _leave(self, method: str) -> None:
        if self.after.get(method):
            raise self.after[method].pop(0)


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
    attributes = kind.read(_copy(shown))  # type: ignore[arg-type]
    parent = record.get("project")
    return LiveResource(
        kind=kind,
        remote=remote,
        attributes=kind.marker.strip(attributes),
        parent=parent if isinstance(parent, int) else None,
        ownership=Ownership.parse(kind.marker.read(attributes)),
        status=str(record.get("status") or ""),
    )


def _stored(kind: ResourceKind, before: Record, sent: Record, *, creating: bool) -> Record:
    """What the server makes of a request: `label-studio-api.md` sections 0 to 6."""
    trimmed = {key: value.strip() if isinstance(value, str) else value for key, value in sent.items()}
    match kind.name:
        case "project":
            return _stored_project(before, {**trimmed, **_untrimmed(sent)}, creating=creating)
        case "webhook":
            return {**before, **({} if creating else {"actions": []}), **trimmed}
        case "view":
            return _stored_view(before, sent)
        case _:
            path = trimmed.get("path")
            if not isinstance(path, str) or not path:
                raise ServerError("the server answered 400: `path`: this field is required", status=400)
            return {**before, **trimmed, "path": path.replace("\\", "/").rstrip("/")}


def _untrimmed(sent: Record) -> Record:
    text = sent.get("expert_instruction")
    return {"expert_instruction": sanitised(text)} if isinstance(text, str) else {}


def _stored_project(before: Record, sent: Record, *, creating: bool) -> Record:
    title = sent.get("title")
    if isinstance(title, str) and title and not 3 <= len(title) <= 50:
        raise ServerError("the server answered 400: `title`: 3 to 50 characters", status=400)
    config = sent.get("label_config")
    if isinstance(config, str):
        try:
            parse(config)
        except InterfaceError as error:
            raise ServerError(f"the server answered 400: `label_config`: {error.message}", status=400) from None
    after = {**before, **sent}
    if after["is_published"] and sent.get("is_published"):
        after["is_draft"] = False
    if sent.get("show_collab_predictions") is False and "model_version" not in sent and not creating:
        after["model_version"] = ""
    if creating or "label_config" in sent or sent.get("control_weights") == {}:
        after["control_weights"] = _weights(str(after["label_config"]), after.get("control_weights"))
    return after


def _weights(config: str, given: Json) -> Record:
    """Rebuilt for the controls and labels of the interface; what is unknown goes, what is missing weighs 1."""
    given = given if isinstance(given, dict) else {}
    result: Record = {}
    for control in parse(config).controls():
        known = given.get(control.name)
        known = known if isinstance(known, dict) else {}
        labels = known.get("labels")
        labels = labels if isinstance(labels, dict) else {}
        result[control.name] = {
            "overall": known.get("overall", 1.0),
            "type": control.tag.name,
            "labels": {label.value: labels.get(label.value, 1.0) for label in control.labels},
        }
    return result


def _stored_view(before: Record, sent: Record) -> Record:
    data, old = sent.get("data"), before.get("data")
    assert isinstance(data, dict)
    old = old if isinstance(old, dict) else {}
    kept = {key: old[key] for key in ("filters", "ordering") if key in old and not data.get(key)}
    fresh = {key: value for key, value in data.items() if key not in ("filters", "ordering") or value}
    return {**before, **sent, "data": {**fresh, **kept}}

"""JSON that commands print, with what each key is; the examples are made by the code that makes the real ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, Span
from lsform.core.errors import Refusal
from lsform.engine.document import apply_document, drift_document, plan_document
from lsform.engine.model import (
    Action,
    Change,
    Drift,
    DriftItem,
    FieldChange,
    Impact,
    Origin,
    Outcome,
    Plan,
    Result,
    Risk,
    ServerInfo,
)
from lsform.interface.diff import ChangeKind, InterfaceChange
from lsform.report.findings import as_json
from lsform.report.paint import Paint
from lsform.resources.project import PROJECT
from tools.pages import data_documents, documents
from tools.pages.commands import below, top
from tools.pages.markup import one_of, table
from tools.pages.sections import ALL_OF_FINDING, FINDINGS, Section

OPENING = """\
# JSON of commands

Made by `python -m tools.make_pages` with the code that makes the real thing. It goes to stdout and is one document;
messages go to stderr, also in JSON [when asked](logs.md). Keys may be added.
"""


HEAD = {
    "format_version": "of this format",
    "stack": "its name",
    "environment": "that was chosen with `-e`, or empty",
    "server": "which server it was",
    "server.url": "its address",
    "server.version": "of Label Studio",
    "server.edition": "of Label Studio",
    "server.organization": "its id",
}
DIFFERENCE = {
    "path": "which field, or which part of one: `control_weights.box.overall`",
    "secret": "whether it is a secret, whose values are words such as `(secret rotated)`",
    "origin": f"why it differs: {one_of(Origin)}, or null of what is new",
}
PLAN = {
    **HEAD,
    "partial": "whether it is about a part, by `--target`",
    "prune": "whether it deletes what is no longer declared",
    "digest": "of what it does to which server: `apply --expect` takes it",
    "created_at": "UTC, ISO 8601",
    "expires_at": "until when `apply FILE` takes it",
    "summary": "how many changes there are of each action; `noop` are those without any",
    **{f"summary.{one.value}": "a number" for one in Action},
    "changes": "in the order in which they are made",
    "changes[].address": "of the resource",
    "changes[].kind": "such as `project` or `import_storage`",
    "changes[].action": f"what is done: {one_of(Action)}",
    "changes[].risk": f"what it may cost: {one_of(Risk)}",
    "changes[].reason": "why, as in `its manifest changed`",
    "changes[].id": "on the server, or null of what is not there",
    "changes[].fields": "what becomes different",
    **{f"changes[].fields[].{key}": text for key, text in DIFFERENCE.items()},
    "changes[].fields[].before": "on the server",
    "changes[].fields[].after": "as declared",
    "changes[].interface_changes": "what becomes different in the label interface",
    "changes[].interface_changes[].kind": f"one of {one_of(ChangeKind)}",
    "changes[].interface_changes[].subject": "a control such as `box`, or a label such as `box/Car`",
    "changes[].interface_changes[].text": "the same in words",
    "changes[].interface_changes[].before": "text, or null",
    "changes[].interface_changes[].after": "text, or null",
    "changes[].impact": "how much labeling work hangs on it, where that may suffer",
    **{f"changes[].impact.{key}": "a number" for key in ("tasks", "annotations", "drafts", "predictions")},
    "changes[].losses": "what is lost, a text each",
    "syncs": "addresses of storages that are synced",
    "drift": "what was changed behind our back, whether the plan puts it back or not",
    "drift[].address": "of the resource",
    "drift[].kind": "such as `project`",
    "drift[].id": "on the server",
    "drift[].missing": "whether it is gone",
    "drift[].fields": "names of the fields that differ from the last apply",
    "drift[].details": "values of those that are declared",
    **{f"drift[].details[].{key}": text for key, text in DIFFERENCE.items()},
    "drift[].details[].declared": "in the manifest",
    "drift[].details[].live": "on the server",
    "findings": "what is told besides, guards that object among it",
    **ALL_OF_FINDING,
}
APPLIED = {
    "changes[].outcome": f"what became of it: {one_of(Result)}",
    "changes[].error": "why it was not done, where it was not",
    "changes[].hint": "what to do about it",
    "changes[].file": "the manifest that is to be mended",
    "changes[].line": "in it",
    "changes[].column": "in it",
    "changes[].sync": "what a sync brought, in words",
    "changes[].notes": "what is worth telling although nothing failed",
    "syncs": "storages that were synced without a change",
    "syncs[].address": "of the storage",
    "syncs[].outcome": "as above",
    "syncs[].id": "on the server",
    "syncs[].sync": "what it brought, in words",
}
DRIFT = {
    **HEAD,
    "summary": "of all that the state remembers",
    "summary.changed": "how many differ",
    "summary.missing": "how many are gone",
    "summary.steady": "how many are as they were left",
    **{key: text for key, text in PLAN.items() if key.startswith(("drift", "findings"))},
}

SERVER = ServerInfo("https://labels.example.com", "1.23.2", "Community", 1)
TRAFFIC, RAW = Address.parse("project.traffic"), Address.parse("project.traffic/import_storage.raw")
TITLE = FieldChange("title", "Signs", "Traffic signs", origin=Origin.CHANGE)
CHANGE = Change(
    TRAFFIC,
    PROJECT,
    Action.UPDATE,
    "its manifest changed",
    Risk.DATA_LOSS,
    7,
    (TITLE,),
    (InterfaceChange(ChangeKind.LABEL_REMOVED, "box/Car", "label `Car` of `box` removed", before="Car"),),
    Impact(120, 87, 2, 0),
    ("label `Car` of `box` is gone: used by 41 annotations",),
)
MOVED = DriftItem(TRAFFIC, PROJECT, 7, ("description",), details=(FieldChange("description", "by hand", "x"),))
SAID = Finding("LSFM03", Severity.ERROR, "unknown key `titel`", "did you mean `title`?", Span("cars.yaml", 15, 3))
REFUSAL = Refusal(
    "LSFG03",
    str(TRAFFIC),
    "label `Car` of `box` is gone: used by 41 annotations",
    f"`--allow-destroy {TRAFFIC}` changes it anyway",
)
A_PLAN = Plan("vision", "prod", SERVER, (CHANGE,), (), syncs=(RAW,), drift=(MOVED,))
TIMES = {"created_at": "2026-11-28T07:00:00+00:00", "expires_at": "2026-11-29T07:00:00+00:00"}
FAILED = Outcome(
    TRAFFIC,
    Result.FAILED,
    "the server refused `title`",
    "shorten it",
    Span("cars.yaml", 15, 3),
    7,
    ("noted",),
    "3 tasks",
)


def page() -> str:
    """The whole page."""
    sections = (*_sections(), *documents.sections(), *data_documents.sections())
    _all_are_told({name for one in sections for name in one.commands})
    return "\n".join([OPENING, *_contents(sections), *(line for one in sections for line in one.lines())])


def _sections() -> Iterator[Section]:
    found = json.loads(as_json([SAID], Paint()))
    planned = plan_document(A_PLAN, [REFUSAL], **TIMES)
    synced = Outcome(RAW, Result.APPLIED, remote=12, synced="3 objects came")
    applied = apply_document(A_PLAN, [FAILED, synced], [REFUSAL], **TIMES)
    drift = drift_document(Drift("vision", "prod", SERVER, (MOVED,), 11, (), (SAID,)))
    became = "Of `apply` and `destroy`: the plan, and what became of it. Besides the keys of a plan:"
    yield Section("Findings", ("validate", "lint"), "Of `validate` and `lint`.", FINDINGS, found)
    yield Section("Plan", ("plan",), "Of `plan`, and what `plan --out FILE` writes.", PLAN, planned)
    plans = {key: text for key, text in PLAN.items() if key not in APPLIED}
    yield Section("Apply", ("apply", "destroy"), became, APPLIED, applied, elsewhere=plans, is_shown=False)
    yield Section("Drift", ("drift",), "Of `drift`.", DRIFT, drift)


def _contents(sections: Iterable[Section]) -> Iterator[str]:
    told = ((f"`{name}`", f"[{one.title}](#{_anchor(one)})") for one in sections for name in one.commands)
    yield from table(("command", "prints"), sorted(told, key=lambda row: row[0]))


def _anchor(section: Section) -> str:
    return section.title.lower().replace(" ", "-")


def _all_are_told(told: set[str]) -> None:
    """Each command that prints JSON has its section."""
    prints = {one.command_path.partition(" ")[2] for one in below(top()) if _prints_json(one.command)}
    lacking = prints - told
    assert not lacking, f"nothing tells the keys of {sorted(lacking)}"


def _prints_json(command: click.Command) -> bool:
    return any(
        "--json" in one.opts
        or ("--format" in one.opts and isinstance(one.type, click.Choice) and "json" in one.type.choices)
        for one in command.params
    )

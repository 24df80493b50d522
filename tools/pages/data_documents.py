"""JSON that is told of tasks, predictions, models and exports: each document is made by the code of its command."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from lsform import importing, labeling
from lsform.cli.commands import select
from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Json
from lsform.data import predicting, split
from lsform.data.choosing import Policy
from lsform.data.drawing import Wanted as Drawing
from lsform.data.export import Media, export
from lsform.data.formats import FORMATS
from lsform.data.intake import Tally
from lsform.data.opinions import Measure
from lsform.data.reading import Tasks
from lsform.data.selection import BY_CHANCE, BY_STRATEGY, Chosen, Selection, Wanted
from lsform.interface.model import parse
from lsform.selecting import Result
from lsform.server.brush import decode
from lsform.server.data import Snapshot
from lsform.training import Refreshed, Report, Trained
from tools.pages.sections import ALL_OF_FINDING, Section

CLASSIFY = '<View><Text name="text" value="$text"/><Choices name="q" toName="text"><Choice value="A"/></Choices></View>'
CHOSEN = {"from_name": "q", "to_name": "text", "type": "choices", "value": {"choices": ["A"]}}
TIME = "2026-11-28T07:00:00Z"


def sections() -> Iterator[Section]:
    """In the order of the page."""
    yield from (_tasks(), _predictions(), _select(), _train(), _export())


def _tasks() -> Section:
    keys = {
        "read": "records of the files",
        "there": "that were there before",
        "imported": "that are new",
        "completed": "that were there, and got annotations or predictions that they lacked",
        "invalid": "that are no tasks, or do not fit",
        "repeated": "whose key another record had",
        "doubles_before": "tasks that were there more than once before",
        "doubles_removed": "that the server had made twice",
        "doubles_left": "that it made twice and that people have worked on",
    }
    document = Tally(read=100, there=20, imported=79, invalid=1).json()
    return Section("Imported tasks", ("tasks import",), "Of `tasks import`; numbers.", keys, document)


def _predictions() -> Section:
    keys = {
        "read": "rows of the files",
        "invalid": "that are no predictions, or do not fit",
        "repeated": "for a task that another row had",
        "unchanged": "predictions that were there",
        "created": "that are new",
        "replaced": "that are new, in place of others of the same version",
    }
    document = importing.prediction_counts(Tally(read=80), predicting.Result(unchanged=50, created=20, replaced=10))
    about = "Of `predictions import`; numbers."
    return Section("Imported predictions", ("predictions import",), about, keys, document)


def _select() -> Section:
    keys = {
        "project": "name of its manifest, or of the project",
        "strategy": "how unsure was measured",
        "versions": "of the models that were asked",
        "considered": "tasks among which was chosen",
        "scored": "those of which somebody predicted something usable",
        "left_out": "reason -> how many tasks had no score",
        "view": "id of the view that shows them, or null without `--view`",
        "predictions": "how many `--sampling` wrote, or null",
        "selected": "the tasks, the first to be labeled first",
        "selected[].task": "its id, or its key with `--key`",
        "selected[].id": "on the server, or null of what is not there",
        "selected[].score": "how unsure, or null where nothing is known",
        "selected[].chosen": f"why: `{BY_STRATEGY}`, `{BY_CHANCE}`",
        "selected[].cluster": "in which it fell with `--diversity`, or null",
        "findings": "what is to be said of it",
        **ALL_OF_FINDING,
    }
    chosen = [Chosen("cats/1.jpg", 0.98, BY_STRATEGY), Chosen("cats/7.jpg", None, BY_CHANCE)]
    selection = Selection(chosen, 100, 99, Counter({"nothing has predicted them": 1}))
    result = Result(selection, ("v2",), {"cats/1.jpg": 1, "cats/7.jpg": 7}, {})
    wanted = Wanted(Measure("margin", "max"), 2)
    said = Finding("LSFS02", Severity.WARNING, "1 of 100 tasks have no score", "predict them", address="project.cats")
    document = select.document("cats", wanted, result, [said], view=3, predictions=None)
    opened = frozenset({"left_out"})
    return Section("Selection", ("select",), "Of `select`.", keys, document, opened=opened)


def _train() -> Section:
    keys = {
        "trained": "the project's models, none with `--only-predict`",
        "trained[].backend": "title of the ML backend",
        "trained[].waited": "whether its training could be followed",
        "trained[].version": "of the model that came of it, or empty",
        "trained[].tasks": "that it learned from",
        "trained[].error": "why it failed, or empty",
        "refreshed": "what was predicted anew, or null without `--predict`",
        "refreshed.version": "of the model",
        "refreshed.asked": "for how many tasks it was asked",
        "refreshed.predictions": "how many tasks of the project have predictions of this version",
        "refreshed.chosen": "the project's `model_version`",
    }
    report = Report([Trained("detector", waited=True, version="v3", tasks=120)], Refreshed("v3", 40, 160, "v3"))
    return Section("Training", ("train",), "Of `train`.", keys, asdict(report))


def _export() -> Section:
    keys = {
        "made_by": "lsform",
        "project": "name of its manifest, or of the project; not with `--from`",
        "snapshot_of": "when the server wrote its data down; not with `--from`",
        "format": "its name",
        "annotations": "which counted: `--annotations`",
        "split": "part -> its share",
        "interface": "digest of the label interface",
        "counts": "of what is in the export",
        "counts.tasks": "a number",
        "counts.annotations": "a number",
        "counts.regions": "a number",
        "counts.left_out_unlabeled": "tasks without an annotation that counts",
        "counts.parts": "part -> how many tasks are in it; the whole has no name",
        "dropped": "reason -> how much the format cannot hold, and was left out",
        "not_in_format": "what the format does not tell -> how often that was there",
        "files": "path -> SHA-256 of each file",
    }
    about = "Of `export --json`; the same is `manifest.json` in the folder of the export."
    opened = frozenset({"split", "counts.parts", "dropped", "not_in_format", "files"})
    return Section("Export", ("export",), about, keys, _exported(), opened=opened)


def _exported() -> Json:
    """The manifest of a real export of one task."""
    annotation = {"id": 1, "result": [CHOSEN], "created_at": TIME, "updated_at": TIME}
    stream = io.BytesIO(json.dumps([{"id": 1, "data": {"text": "hello"}, "annotations": [annotation]}]).encode())
    wanted = Drawing(FORMATS["jsonl"], Policy.LATEST, split.parse(""), unlabeled=False, skip=False)
    with TemporaryDirectory() as folder:
        return export(
            Tasks(stream, "tasks.json"), parse(CLASSIFY), wanted, Path(folder) / "out", media=Media(decode),
            facts=labeling.facts("reviews", Snapshot(3, "", TIME)), progress=lambda _done: None,
        )  # fmt: skip

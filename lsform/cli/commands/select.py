"""`lsform select`: which tasks people should label first."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from lsform import labeling, selecting
from lsform.cli.commands.tasks import KIND
from lsform.cli.common import as_json, write
from lsform.cli.options import Command, Invocation
from lsform.core.diagnostics import finding_json
from lsform.core.errors import ExitCode, UsageError
from lsform.data.opinions import Measure
from lsform.data.selection import BY_CHANCE, DIVERSITIES, Wanted
from lsform.data.uncertainty import AGGREGATES, COMMITTEES, STRATEGIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsform.core.diagnostics import Finding
    from lsform.core.values import Json
    from lsform.selecting import Result

EXAMPLE = "Example: lsform select traffic --count 50 --strategy margin --random-share 0.1 --view"
SHARE = click.FloatRange(0, 1)


@click.command("select", cls=Command, epilog=EXAMPLE)
@click.argument("project")
@click.option("-n", "--count", type=click.IntRange(1), default=100, show_default=True, help="How many tasks.")
@click.option("--strategy", type=click.Choice([*STRATEGIES, *COMMITTEES]), default="least-confidence",
              show_default=True, help="How unsure is measured; the last two ask several versions.")  # fmt: skip
@click.option("--aggregate", type=click.Choice([*AGGREGATES]), default="max", show_default=True,
              help="How the places of a task, such as its boxes, become one score.")  # fmt: skip
@click.option(
    "--model-version", "versions", multiple=True, metavar="V", help="Whose predictions; several for a committee."
)
@click.option(
    "--from", "files", multiple=True, metavar="FILE", help="Predictions of a pool in files; not the server's."
)
@click.option("--key", default="", metavar="FIELD", help="Call tasks by this field of their data, in rows too.")
@KIND
@click.option(
    "--random-share", type=SHARE, default=0.0, help="This share is drawn from all tasks by chance, for evaluation."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is left to chance.")
@click.option("--diversity", type=click.Choice(DIVERSITIES), default="none", show_default=True,
              help="Choose tasks that differ, among the least sure.")  # fmt: skip
@click.option(
    "--clusters", type=click.IntRange(0), default=0, metavar="N", help="Of k-means; as many as tasks if not said."
)
@click.option("--breadth", type=click.IntRange(1), default=10, show_default=True,
              help="Diversity chooses from this many times as many tasks.")  # fmt: skip
@click.option("--embedding", default="embedding", show_default=True, metavar="FIELD",
              help="Field of a task's data, or of a row, that has its embedding.")  # fmt: skip
@click.option("--embeddings", default="", metavar="FILE", help="A file of rows of `task` and that field.")
@click.option("--all-tasks", is_flag=True, help="Also tasks that somebody has labeled or skipped.")
@click.option("--view", is_flag=True, help="Show them in the project's view `Label these first`.")
@click.option("--sampling", is_flag=True, help="Write scores that Label Studio's uncertainty sampling follows.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write them as .jsonl or .csv.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
@click.pass_obj
def command(invocation: Invocation, /, *, project: str, form: str, out: Path | None, **options: object) -> int:
    """Choose the tasks of PROJECT (its name, address, or id) that its models are least sure of.

    Models' predictions are those of the project's `model_version` on the server, or rows in files.
    """
    console, given = invocation.console, _input(invocation, options)
    wanted, view, sampling = _wanted(options), bool(options["view"]), bool(options["sampling"])
    if out is not None and out.suffix not in WRITERS:
        raise UsageError(f"`{out}` is neither .jsonl nor .csv", hint="its ending tells what is written")
    try:
        with labeling.labeling(invocation.request(), progress=console.progress) as opened:
            meant = labeling.project(opened, project)
            if sampling:
                selecting.check_sampling(opened, meant)
            done = bool(options["all_tasks"])
            found = selecting.choose(opened, meant, given, wanted, there=view or sampling, done=done)
            written = selecting.sample(opened, meant, found) if sampling else None
            shown = selecting.show(opened, meant, found, done=done) if view else None
            findings = [*selecting.findings(opened, meant, found.selection, wanted)]
    finally:
        console.finish()
    console.findings(findings)
    rows = _rows(found)
    if out is not None:
        write(str(invocation.folder / out), WRITERS[out.suffix](rows))
    if form == "json":
        console.data(as_json(document(meant.name, wanted, found, findings, view=shown, predictions=written)))
    else:
        console.data(_told(found, rows))
    return ExitCode.DONE


def document(
    project: str,
    wanted: Wanted,
    found: Result,
    findings: Sequence[Finding],
    *,
    view: int | None,
    predictions: int | None,
) -> dict[str, Json]:
    """What was chosen and why, for machines."""
    return {
        "project": project, "strategy": wanted.measure.strategy, "versions": [*found.versions],
        "considered": found.selection.considered, "scored": found.selection.scored,
        "left_out": {**found.selection.left_out}, "view": view, "predictions": predictions,
        "selected": [*_rows(found)], "findings": [finding_json(one) for one in findings],
    }  # fmt: skip


def _input(invocation: Invocation, options: dict[str, object]) -> selecting.Input:
    files, versions = (cast("tuple[str, ...]", options[name]) for name in ("files", "versions"))
    text = {name: str(options[name] or "") for name in ("kind", "key", "embedding", "embeddings")}
    return selecting.Input(invocation.folder, files, versions=versions, **text)


def _wanted(options: dict[str, object]) -> Wanted:
    measure = Measure(str(options["strategy"]), str(options["aggregate"]))
    count, seed, clusters, breadth = (cast("int", options[name]) for name in ("count", "seed", "clusters", "breadth"))
    share, diversity = cast("float", options["random_share"]), str(options["diversity"])
    return Wanted(measure, count, share, seed, diversity, clusters, breadth)


def _rows(found: Result) -> list[dict[str, Json]]:
    return [
        {
            "task": one.task, "id": found.remote.get(one.task), "score": one.score, "chosen": one.chosen,
            "cluster": one.cluster,
        }
        for one in found.selection.tasks
    ]  # fmt: skip


def _told(found: Result, rows: list[dict[str, Json]]) -> str:
    def score(row: dict[str, Json]) -> str:
        return "-" if row["score"] is None else f"{row['score']:.6f}"

    chance = sum(row["chosen"] == BY_CHANCE for row in rows)
    lines = [f"{row['task']}\t{score(row)}\t{row['chosen']}\n" for row in rows]
    return "".join(lines) + f"{len(rows)} of {found.selection.considered} tasks, {chance} of them by chance\n"


def _json_lines(rows: list[dict[str, Json]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(rows: list[dict[str, Json]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["task", "id", "score", "chosen", "cluster"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


WRITERS = {".jsonl": _json_lines, ".csv": _csv}

"""`lsform predictions`: what a model predicts, onto the tasks of a project."""

from __future__ import annotations

import click

from lsform import importing, labeling
from lsform.cli import wiring
from lsform.cli.commands.tasks import FORMAT, KIND, SKIP, tell_findings
from lsform.cli.common import as_json
from lsform.cli.options import Group, Invocation
from lsform.core.errors import ExitCode
from lsform.data.intake import refuse
from lsform.importing import Input

EXAMPLE = "Example: lsform predictions import traffic predictions.jsonl --model-version v2 --key image"


@click.group("predictions", cls=Group, epilog=EXAMPLE)
def command() -> None:
    """Bring predictions onto the tasks of a project."""


@command.command("import", epilog=EXAMPLE)
@click.argument("project")
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option("--model-version", "version", required=True, metavar="V", help="Whose predictions these are.")
@click.option("--key", default="", metavar="FIELD", help="`task` in a row is this field of a task, and no id.")
@KIND
@click.option("--no-select", is_flag=True, help="Leave the version as it is that the project shows.")
@SKIP
@FORMAT
@click.pass_obj
def import_(
    invocation: Invocation,
    *,
    project: str,
    files: tuple[str, ...],
    version: str,
    key: str,
    kind: str,
    no_select: bool,
    skip_invalid: bool,
    form: str,
) -> int:
    """Import predictions: rows of `task`, `result` and `score`. Each task ends with the one of its row.

    Predictions of the same model version that differ are replaced, equal ones are left as they are, those of other
    versions and of other tasks stay.
    """
    console = invocation.console
    given = Input(files, invocation.folder, wiring.stdin, kind, key)
    try:
        with labeling.labeling(invocation.request(), progress=console.progress) as opened:
            meant = labeling.project(opened, project)
            with importing.prediction_loading(given) as rows:
                importing.check_predictions(opened, meant, rows, version)
                tell_findings(invocation, [rows])
                if not skip_invalid:
                    refuse([rows])
                made = importing.import_predictions(opened, meant, rows, version, select=not no_select)
    finally:
        console.finish()
    text = f"{project}: {made['created']} created, {made['replaced']} replaced, {made['unchanged']} as they were"
    invalid = f", {made['invalid']} invalid" if made["invalid"] else ""
    console.data(as_json(made) if form == "json" else f"{text}{invalid}\n")
    return ExitCode.DONE

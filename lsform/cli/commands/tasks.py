"""`lsform tasks`: tasks into a project, each once."""

from __future__ import annotations

from pathlib import Path

import click

from lsform import importing, labeling
from lsform.cli import wiring
from lsform.cli.common import as_json
from lsform.cli.options import Group, Invocation
from lsform.core.errors import ExitCode, UsageError
from lsform.core.records import READERS
from lsform.data.intake import Loading, Tally, refuse
from lsform.importing import Input, Media

# Options that `predictions import` has as well.
KIND = click.option("--input", "kind", default="", type=click.Choice(["", *READERS]), metavar="KIND",
                    help=f"What files hold, where their ending does not tell: {', '.join(READERS)}.")  # fmt: skip
SKIP = click.option("--skip-invalid", is_flag=True, help="Import the others when some are wrong.")
FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Of the summary.")


@click.group("tasks", cls=Group, epilog="Example: lsform tasks import traffic data/*.jsonl --key image")
def command() -> None:
    """Bring tasks into a project."""


@command.command("import", epilog="Example: lsform tasks import traffic data/*.jsonl --key image")
@click.argument("project")
@click.argument("files", nargs=-1, metavar="[FILE|FOLDER|-]...")
@click.option("--key", default="", metavar="FIELD", help="Tell tasks apart by this field; else by all of their data.")
@KIND
@click.option("--root", type=click.Path(path_type=Path), metavar="DIR", help="Media: the server's document root.")
@click.option("--url-prefix", "prefix", default="", metavar="URL", help="Media: where they are served.")
@click.option("--upload", is_flag=True, help="Media: put them into Label Studio.")
@click.option("--data-key", default="", metavar="FIELD", help="Media: the field that names them.")
@SKIP
@click.option("--dry-run", is_flag=True, help="Check and compare, and send nothing.")
@FORMAT
@click.pass_obj
def import_(
    invocation: Invocation,
    /,
    *,
    project: str,
    files: tuple[str, ...],
    key: str,
    kind: str,
    skip_invalid: bool,
    dry_run: bool,
    form: str,
    **media: Path | str | bool | None,
) -> int:
    """Import tasks into PROJECT: from files, folders of media, or `-`; without any, those that its manifest declares.

    What is there already is left as it is, so that an import can be repeated, also after it was killed.
    """
    given = Input(files, invocation.folder, wiring.stdin, kind, key, _media(media))
    console = invocation.console
    try:
        with labeling.labeling(invocation.request(), progress=console.progress) as opened:
            meant = labeling.project(opened, project)
            with importing.task_loadings(opened, meant, given) as loadings:
                importing.check_tasks(opened, meant, loadings)
                tell_findings(invocation, loadings)
                if not skip_invalid:
                    refuse(loadings)
                tally = importing.import_tasks(opened, meant, loadings, dry_run=dry_run)
    finally:
        console.finish()
    for count, text in (
        (tally.doubles_before, "had been there more than once before, and stay"),
        (tally.doubles_left, "came in twice and stay, as people have worked on both"),
    ):
        if count:
            hint = "`Remove Duplicated Tasks` in Label Studio's list of tasks puts them together"
            console.say(f"{count} tasks {text}", level="warning", label="warning", hint=hint)
    console.data(as_json(tally.json()) if form == "json" else _told(tally, project, dry_run=dry_run))
    return ExitCode.DONE


def _media(given: dict[str, Path | str | bool | None]) -> Media:
    root = given["root"]
    if root is not None and not Path(str(root)).is_dir():
        raise UsageError(f"there is no folder `{root}`", hint="`--root` is the server's document root")
    return Media(
        Path(str(root)) if root is not None else None,
        str(given["prefix"]), bool(given["upload"]), str(given["data_key"]),
    )  # fmt: skip


def tell_findings(invocation: Invocation, loadings: list[Loading]) -> None:
    """The first findings, and how many more there are."""
    console = invocation.console
    console.finish()
    console.findings(importing.findings(loadings))
    left_out = sum(one.complaints.left_out for one in loadings)
    if left_out:
        console.say(f"... and {left_out} more")


def _told(tally: Tally, project: str, *, dry_run: bool) -> str:
    new = tally.read - tally.there - tally.invalid - tally.repeated
    verb = f"{new} would be imported" if dry_run else f"{tally.imported} imported"
    more = [
        f"{count} {text}"
        for count, text in (
            (tally.there, "there already"),
            (tally.completed, "given annotations or predictions that they lacked"),
            (tally.repeated, "repeated in the files"),
            (tally.invalid, "invalid"),
            (tally.doubles_removed, "removed that the server had made twice"),
        )
        if count
    ]
    return f"{project}: {', '.join([verb, *more])}\n"

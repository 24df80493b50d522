"""`lsform export`: annotations into training data."""

from __future__ import annotations

from pathlib import Path

import click

from lsform import labeling
from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.core.errors import ExitCode, LsformError, UsageError
from lsform.core.values import Json
from lsform.data import split
from lsform.data.choosing import Policy
from lsform.data.drawing import Wanted
from lsform.data.formats import FORMATS
from lsform.interface.model import InterfaceError, LabelInterface, parse, without_marker


@click.command("export", cls=Command, epilog="Example: lsform export traffic --format yolo --out data")
@click.argument("project")
@click.option("--format", "form", type=click.Choice([*FORMATS]), required=True, help="What to write.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Replaced as a whole.")
@click.option("--annotations", "policy", type=click.Choice([one.value for one in Policy]), default="latest",
              help="Which count where several people labeled a task.")  # fmt: skip
@click.option("--split", "shares", default="", metavar="PARTS", help="As `train=8,val=1,test=1`, by hash of the data.")
@click.option("--all-tasks", is_flag=True, help="Also tasks that nobody has labeled.")
@click.option("--skip-unsupported", is_flag=True, help="Leave out what the format cannot hold.")
@click.option("--media", is_flag=True, help="Fetch pictures and recordings as well.")
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="FILE",
              help="Convert this export instead; PROJECT is then a file with the interface.")  # fmt: skip
@click.option("--json", "as_data", is_flag=True, help="Print the manifest of the export.")
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    project: str,
    form: str,
    out: Path,
    policy: str,
    shares: str,
    all_tasks: bool,
    skip_unsupported: bool,
    media: bool,
    source: Path | None,
    as_data: bool,
) -> int:
    """Export the annotations of PROJECT (its name, address, or id) in a format that training reads."""
    wanted = Wanted(FORMATS[form], Policy(policy), split.parse(shares), unlabeled=all_tasks, skip=skip_unsupported)
    console = invocation.console
    try:
        if source is not None:
            manifest = labeling.convert_file(source, _interface(project), wanted, out, console.progress)
        else:
            with labeling.labeling(invocation.request(), progress=console.progress) as opened:
                meant = labeling.project(opened, project)
                manifest = labeling.export_project(opened, meant, wanted, out, fetch=media)
    finally:
        console.finish()
    console.data(as_json(manifest) if as_data else _told(manifest, out))
    return ExitCode.DONE


def _interface(name: str) -> LabelInterface:
    try:
        return parse(without_marker(Path(name).read_text("utf-8")))
    except OSError as error:
        raise UsageError(f"`{name}` cannot be read: {error.strerror}", hint="it should be a file with XML") from None
    except InterfaceError as error:
        raise LsformError(f"`{name}` is no interface: {error}") from None


def _told(manifest: dict[str, Json], out: Path) -> str:
    counts, dropped = manifest["counts"], manifest["dropped"]
    assert isinstance(counts, dict) and isinstance(dropped, dict)
    lines = [f"{out}: {counts['tasks']} tasks, {counts['annotations']} annotations, {counts['regions']} regions"]
    parts = counts["parts"]
    assert isinstance(parts, dict)
    if manifest["split"]:
        lines.append("  " + ", ".join(f"{name} {count}" for name, count in parts.items()))
    if counts["left_out_unlabeled"]:
        lines.append(f"  {counts['left_out_unlabeled']} tasks without an annotation that counts were left out")
    lines += [f"  left out: {count} x {reason}" for reason, count in dropped.items()]
    return "\n".join(lines) + "\n"

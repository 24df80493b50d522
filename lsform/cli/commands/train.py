"""`lsform train`: a project's models learn from what was labeled."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import click

from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.core.errors import ExitCode

if TYPE_CHECKING:
    from lsform.cli.console import Console
    from lsform.training import Report, Trained


@click.command("train", cls=Command, epilog="Example: lsform train traffic --predict unlabeled")
@click.argument("project")
@click.option("--predict", "which", type=click.Choice(["none", "unlabeled", "all"]), default="none", show_default=True,
              help="Tasks for which the model is asked again afterwards.")  # fmt: skip
@click.option("--only-predict", is_flag=True, help="Do not train before.")
@click.option("--slice", "slice_size", type=click.IntRange(1), default=100, show_default=True, metavar="TASKS",
              help="Tasks that are predicted in one request.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0), default=3600.0, show_default=True, metavar="SECONDS",
              help="How long to wait for a training.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    project: str,
    which: str,
    only_predict: bool,
    slice_size: int,
    timeout: float,
    form: str,
) -> int:
    """Train the ML backends of PROJECT (its name, address, or id), and have them predict again.

    A backend of `lsform ml serve` is waited for, when it can be reached from here; others are told to train, no more.
    """
    from lsform import labeling, training
    from lsform.server.models import LabelStudioModels

    console, report = invocation.console, training.Report()
    if only_predict and which == "none":
        which = "unlabeled"
    try:
        connect = partial(LabelStudioModels, tell=console.tell)
        with labeling.labeling(invocation.request(), connect=connect, progress=console.progress) as opened:
            meant = labeling.project(opened, project)
            if not only_predict:
                report.trained = [*training.train(opened, meant, timeout=timeout)]
            if which != "none" and not any(one.error for one in report.trained):
                unlabeled = which == "unlabeled"
                report.refreshed = training.refresh(opened, meant, unlabeled=unlabeled, slice_size=slice_size)
    finally:
        console.finish()
    _remark(console, report)
    console.data(as_json(asdict(report)) if form == "json" else _told(report))
    return ExitCode.ERROR if any(one.error for one in report.trained) else ExitCode.DONE


def _remark(console: Console, report: Report) -> None:
    """What lsform cannot see, and what the manifest keeps it from."""
    for one in report.trained:
        if not one.waited:
            text = f"`{one.backend}` was told to train; lsform cannot see how that goes"
            console.say(text, hint="its own log says so; that of `lsform ml serve` is asked when it can be reached")
    if (found := report.refreshed) and found.chosen != found.version:
        console.say(f"the project's `model_version` is declared as `{found.chosen}`: Label Studio neither sorts nor "
                    f"samples by the scores of {found.version}", level="warning", label="warning",
                    hint="leave `model_version` out of the manifest, and this command sets it")  # fmt: skip


def _told(report: Report) -> str:
    lines = [_line(one) for one in report.trained if one.waited]
    if found := report.refreshed:
        lines.append(f"{found.predictions} predictions of {found.version}, {found.asked} tasks asked for")
    return "".join(f"{line}\n" for line in lines)


def _line(one: Trained) -> str:
    if one.error:
        return f"{one.backend}: {one.error}"
    tasks = f" on {one.tasks} {'task' if one.tasks == 1 else 'tasks'}" if one.tasks else ""
    return f"{one.backend}: {one.version}, trained{tasks}"

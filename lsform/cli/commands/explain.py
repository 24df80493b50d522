"""`lsform explain`: what a kind or a field of a manifest is."""

from __future__ import annotations

import click

from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.config.explaining import kinds, subject
from lsform.report.explain import kinds_text, subject_json, subject_text


@click.command("explain", cls=Command, epilog="Example: lsform explain Project.import_storages.prefix")
@click.argument("path", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
@click.pass_obj
def command(invocation: Invocation, *, path: str | None, form: str) -> None:
    """Say what PATH is: type, meaning, default, allowed values, and the fields inside. Without PATH: all kinds.

    PATH is a kind, then fields, as in `Project.webhooks.actions`; names that you choose yourself are left out.
    """
    console, in_json = invocation.console, form == "json"
    if path is None:
        text = as_json([subject_json(one) for one in kinds()]) if in_json else kinds_text(kinds(), console.out)
    else:
        found = subject(path)
        text = as_json(subject_json(found)) if in_json else subject_text(found, console.out)
    (console.data if in_json else console.pages)(text)

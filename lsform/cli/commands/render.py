"""`lsform render`: the XML that a server would get, or the keys that annotators will have."""

from __future__ import annotations

import click

from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.config.checked import checked
from lsform.core.errors import UsageError


@click.command(
    "render", cls=Command, epilog="Example: lsform -C examples/quickstart render project.text-classification --hotkeys"
)
@click.argument("address")
@click.option("--hotkeys", is_flag=True, help="Print the keyboard shortcuts instead.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), help="How the shortcuts are written.")
@click.pass_obj
def command(invocation: Invocation, *, address: str, hotkeys: bool, form: str | None) -> None:
    """Print the label interface of ADDRESS, as in `project.traffic` or `interface.boxes`."""
    if form and not hotkeys:
        raise UsageError("`--format` is for `--hotkeys`", hint="an interface is printed as XML")
    xml = checked(invocation.request()).interface(address)
    if not hotkeys:
        invocation.console.data(xml)
        return
    # here, because most renderings do without
    from lsform.interface.hotkeys import shortcuts
    from lsform.interface.model import parse
    from lsform.report import hotkeys as report

    found = shortcuts(parse(xml))
    text = as_json(report.as_json(found)) if form == "json" else report.as_text(found, invocation.console.out)
    invocation.console.data(text)

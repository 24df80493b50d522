"""`lsform render`: the XML that a server would get, or the keys that annotators will have."""

from __future__ import annotations

import click

from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.config.checked import checked
from lsform.core.diagnostics import nearest
from lsform.core.errors import LsformError, UsageError


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
    rendered = {str(key): one.xml for key, one in checked(invocation.request()).compiled.interfaces.items()}
    if address not in rendered:
        known = ", ".join(f"`{one}`" for one in sorted(rendered)) or "none"
        hint = nearest(address, rendered) or f"there are: {known}"
        raise LsformError(f"`{address}` has no interface in this stack", hint=hint)
    if not hotkeys:
        invocation.console.data(rendered[address].rstrip() + "\n")
        return
    # here, because most renderings do without
    from lsform.interface.hotkeys import shortcuts
    from lsform.interface.model import parse
    from lsform.report import hotkeys as report

    found = shortcuts(parse(rendered[address]))
    text = as_json(report.as_json(found)) if form == "json" else report.as_text(found, invocation.console.out)
    invocation.console.data(text)

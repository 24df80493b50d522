"""`lsform render`: the XML that a server would get."""

from __future__ import annotations

import click

from lsform.cli.options import Command, Invocation
from lsform.config.checked import checked
from lsform.core.diagnostics import nearest
from lsform.core.errors import LsformError


@click.command(
    "render", cls=Command, epilog="Example: lsform -C examples/quickstart render project.text-classification"
)
@click.argument("address")
@click.pass_obj
def command(invocation: Invocation, *, address: str) -> None:
    """Print the label interface of ADDRESS, as in `project.traffic` or `interface.boxes`."""
    rendered = {str(key): xml for key, xml in checked(invocation.request()).compiled.xml.items()}
    if address not in rendered:
        known = ", ".join(f"`{one}`" for one in sorted(rendered)) or "none"
        hint = nearest(address, rendered) or f"there are: {known}"
        raise LsformError(f"`{address}` has no interface in this stack", hint=hint)
    invocation.console.data(rendered[address].rstrip() + "\n")

"""`lsform diff-env`: what two environments of a stack declare differently."""

from __future__ import annotations

from dataclasses import replace

import click

from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.config.checked import Checked, checked
from lsform.config.secrets import Unasked, Unset
from lsform.core.errors import ExitCode
from lsform.engine.comparison import Comparison, differences
from lsform.report.comparison import comparison_json, comparison_text


@click.command("diff-env", cls=Command, epilog="Example: lsform diff-env dev prod --detailed-exitcode")
@click.argument("left", metavar="ENVIRONMENT")
@click.argument("right", metavar="ENVIRONMENT")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are differences.")
@click.pass_obj
def command(invocation: Invocation, *, left: str, right: str, form: str, detailed_exitcode: bool) -> int:
    """Show what two environments declare differently, by address and field, from the manifests alone.

    Needs neither a server nor a secret: secrets are compared and shown as the references that they are.
    """
    one, other = _declared(invocation, left), _declared(invocation, right)
    found = differences(one.compiled.desired, other.compiled.desired)
    everything = {*one.compiled.desired, *other.compiled.desired}
    comparison = Comparison(one.configuration.stack, left, right, found, len(everything) - len(found))
    if form == "json":
        invocation.console.data(as_json(comparison_json(comparison)))
    else:
        invocation.console.pages(comparison_text(comparison, invocation.console.out))
    return ExitCode.CHANGES if detailed_exitcode and found else ExitCode.DONE


def _declared(invocation: Invocation, environment: str) -> Checked:
    request = invocation.request()
    return checked(replace(request, environment=environment, process=Unset(invocation.process), secrets=Unasked()))

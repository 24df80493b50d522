"""`lsform demo`: from nothing to labeled projects in a minute or two."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from lsform import workflow
from lsform.cli import wiring
from lsform.cli.commands.apply import Asked, carry_out
from lsform.cli.commands.server import DATA, describe, typed, variables
from lsform.cli.options import Command, Invocation
from lsform.core.errors import ExitCode, LsformError
from lsform.engine import guard
from lsform.server import local

IN_CHECKOUT = Path("examples/quickstart")
COPY = Path("lsform-quickstart")


@click.command("demo", cls=Command, epilog="Example: lsform demo")
@click.option("--data", default=DATA, type=click.Path(path_type=Path), metavar="DIR", help="Data folder of the server.")
@click.pass_obj
def command(invocation: Invocation, *, data: Path) -> int:
    """Start a server, apply the quickstart, plan again, and say where to click.

    In a checkout it uses `examples/quickstart`; elsewhere it writes a copy to `lsform-quickstart`.
    """
    console = invocation.console
    stack = quickstart(invocation.folder)
    running = local.up(
        invocation.folder / data,
        document_root=stack / "files",
        environment=wiring.environment(),
        progress=console.step,
    )
    console.data(describe(running) + "\n")
    here = Invocation(console, stack, "", (), {**wiring.environment(), **variables(running)})
    asked = Asked(workflow.Options(), guard.Permission(), approved=True)
    console.say(f"applying {stack}")
    code = carry_out(here, asked, command="demo")
    if code != ExitCode.DONE:
        return code
    with workflow.session(here.request(), progress=console.progress) as opened:
        again = workflow.make_plan(opened, workflow.Options())
    console.finish()
    if again.changes:
        raise LsformError("the second plan is not empty", hint="this is a bug: please report it")
    console.data("\nA second plan: no changes. Your projects:\n\n")
    for pair in again.pairs:
        if pair.live is not None and pair.address.parent is None:
            console.data(f"  {running.url}/projects/{pair.live.remote}/data  {pair.live.attributes.get('title')}\n")
    console.data(
        f"\nLog in as {running.username} with the password above. Then edit {stack}, and:\n\n"
        f'  eval "$({typed("status", running.directory)} --format env)"\n'
        f"  lsform -C {stack} plan\n  lsform -C {stack} apply\n  {typed('down', running.directory)}\n"
    )
    return ExitCode.DONE


def quickstart(folder: Path) -> Path:
    """The quickstart of a checkout, or a copy of the one in the package; a copy is made once and then kept."""
    if (folder / IN_CHECKOUT / "lsform.yaml").is_file():
        return folder / IN_CHECKOUT
    target = folder / COPY
    if not target.exists():
        # in the package, or beside it where that is a checkout
        candidates = [Path(__file__).parents[level] / IN_CHECKOUT for level in (2, 3)]
        source = next((one for one in candidates if one.is_dir()), None)
        if source is None:
            raise LsformError("the quickstart is not here", hint="run `lsform demo` in a checkout of lsform")
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".lsform"))
    return target

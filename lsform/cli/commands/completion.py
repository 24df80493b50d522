"""`lsform completion`: the shell completes commands, options, and the names of environments."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from lsform.cli.options import Command, Invocation

VARIABLE = "_LSFORM_COMPLETE"  # in which a shell asks, as click has it


@click.command("completion", cls=Command, epilog='Example: eval "$(lsform completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def command(invocation: Invocation, *, shell: str) -> None:
    """Print the script that completes lsform in a shell; for good, put its `eval` into ~/.bashrc or ~/.zshrc."""
    made = get_completion_class(shell)
    assert made is not None, "click knows all three"
    invocation.console.data(made(click.get_current_context().find_root().command, {}, "lsform", VARIABLE).source())

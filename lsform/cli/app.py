"""`lsform`: finds the command, and is the one place where errors become messages and exit codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import click

from lsform import __version__
from lsform.cli import wiring
from lsform.cli.console import Console
from lsform.cli.options import Group, global_options
from lsform.core.collector import load
from lsform.core.errors import ExitCode, LsformError, UsageError

# Command -> (module below lsform.cli.commands, one line of help). Modules are loaded only when their command runs.
COMMANDS = {
    "init": ("init", "Write a starter stack."),
    "validate": ("validate", "Check everything that can be checked without a server."),
    "lint": ("lint", "Find mistakes in label interfaces."),
    "render": ("render", "Print the XML of an interface."),
    "preview": ("preview", "Draw what interfaces look like."),
    "templates": ("templates", "Look at the built-in interfaces."),
    "schema": ("schema", "Write the JSON Schemas of all kinds."),
    "explain": ("explain", "Say what a kind or a field of a manifest is."),
    "diff-env": ("diff_env", "Show what two environments declare differently."),
    "plan": ("plan", "Show what apply would do."),
    "comment": ("comment", "Put a plan on a pull request."),
    "apply": ("apply", "Make the server as declared."),
    "drift": ("drift", "Show what changed on the server behind our back."),
    "adopt": ("adopt", "Make manifests of what is on the server already, and bind them to it."),
    "reconcile": ("reconcile", "Keep servers as a folder or a git repository says."),
    "destroy": ("destroy", "Delete everything that the stack made."),
    "tasks": ("tasks", "Import tasks."),
    "predictions": ("predictions", "Import what a model predicts."),
    "export": ("export", "Write annotations as training data."),
    "select": ("select", "Choose what people should label first."),
    "train": ("train", "Let models learn from what was labeled."),
    "ml": ("ml", "Serve a model as an ML backend."),
    "doctor": ("doctor", "Find out why things do not work."),
    "state": ("state", "Look at what lsform remembers."),
    "server": ("server", "A local Label Studio on this machine."),
    "completion": ("completion", "Complete commands in a shell."),
    "demo": ("demo", "Start a server, apply the quickstart, say where to click."),
}


class Commands(Group):
    """A group whose commands are loaded when they are asked for: `--help` must not cost a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = load(f"lsform.cli.commands.{COMMANDS[cmd_name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


app = Commands(
    name="lsform",
    help="Label Studio as code: describe labeling projects in YAML, plan, apply.",
    epilog="Example: lsform -C examples/minimal plan",
    params=global_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="Show the version and exit.",
        callback=lambda ctx, _param, value: _version(ctx) if value else None,
    )
)


def _version(ctx: click.Context) -> None:
    click.echo(f"lsform {__version__}")
    ctx.exit()


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: runs a command and exits."""
    wiring.start_quickly()
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; errors that lsform knows end here as one message and a hint."""
    console = Console()
    try:
        code = app.main(args=arguments, prog_name="lsform", standalone_mode=False, obj=console)
        return int(code or 0)
    except LsformError as error:
        console.error(error)
        return int(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return int(ExitCode.USAGE)
    except click.ClickException as error:
        console.error(_usage(error))
        return int(ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        console.say("interrupted", level="error")
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the boundary: a bug is reported as one, without values that could be secret
        return _bug(console, error)
    finally:
        console.finish()


def _usage(error: click.ClickException) -> UsageError:
    """What click says, as lsform says it."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    text = re.sub(r"'([^']*)'", r"`\1`", error.format_message()).replace("\n", " ").rstrip(".")
    command = context.command_path if context else "lsform"
    return UsageError(text[:1].lower() + text[1:], hint=f"`{command} --help` shows how it is used")


def _bug(console: Console, error: Exception) -> int:
    place = error.__traceback__
    frames = []
    while place is not None:
        code = place.tb_frame.f_code
        frames.append(f"  {code.co_filename}:{place.tb_lineno} in {code.co_name}")
        place = place.tb_next
    console.finish()
    console.say(f"a bug in lsform: {type(error).__name__}", level="error", label="error")
    for frame in frames:
        console.say(frame, level="error")
    console.say("please report it with these lines; they hold no values", level="error", label="hint")
    return int(ExitCode.ERROR)

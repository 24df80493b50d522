"""All commands with their options, as their `--help` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from lsform.cli.app import COMMANDS, app
from lsform.cli.options import global_options
from tools.pages.markup import prose, table

OPENING = """\
# Commands

Made from the commands themselves by `python -m tools.make_pages`; `lsform COMMAND --help` says the same. Data goes to
stdout and everything else to stderr, see [messages and logs](logs.md). How each ends: [exit codes](exit-codes.md).
"""
SHARED = frozenset(option.name for option in global_options())


def page() -> str:
    """The whole page."""
    commands = tuple(below(top()))
    sections = (line for one in commands for line in _section(one))
    return "\n".join([OPENING, *_contents(commands), *_for_all(), *sections])


def top() -> click.Context:
    """The context of `lsform` itself: a command keeps the help option that its first context asks for."""
    return click.Context(app, info_name="lsform", **app.context_settings)


def below(context: click.Context) -> Iterator[click.Context]:
    """The context of each command, depth first."""
    command = context.command
    assert isinstance(command, click.Group)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        inner = click.Context(found, parent=context, info_name=name)
        yield inner
        if isinstance(found, click.Group):
            yield from below(inner)


def _contents(commands: Iterable[click.Context]) -> Iterator[str]:
    rows = ((f"[`{one.command_path}`](#{one.command_path.replace(' ', '-')})", prose(_short(one))) for one in commands)
    yield from table(("command", "does"), rows)


def _short(one: click.Context) -> str:
    """What `lsform --help` says of it, or the first sentence of its own help."""
    _, listed = COMMANDS.get(one.command_path.partition(" ")[2], ("", ""))
    return listed or one.command.get_short_help_str(limit=1000)


def _for_all() -> Iterator[str]:
    yield from ("## Options of all commands", "", "They may stand before the name of the command or after it.", "")
    context = click.Context(click.Command("lsform"))
    yield from _options(context, global_options())


def _section(one: click.Context) -> Iterator[str]:
    command = one.command
    yield from (f"## {one.command_path}", "", "```text", f"{one.command_path} {_usage(one)}", "```", "")
    yield from (line for paragraph in (command.help or "").split("\n\n") for line in (prose(paragraph), ""))
    own = [param for param in command.params if isinstance(param, click.Option) and param.name not in SHARED]
    if own:
        yield from _options(one, own)
    if command.epilog:
        yield from ("```console", f"$ {command.epilog.removeprefix('Example: ')}", "```", "")


def _usage(one: click.Context) -> str:
    return " ".join(one.command.collect_usage_pieces(one))


def _options(context: click.Context, options: Iterable[click.Parameter]) -> Iterator[str]:
    yield from table(("option", "does"), (_option(context, one) for one in options))


def _option(context: click.Context, option: click.Parameter) -> tuple[str, str]:
    """Choices stand in the text: what divides them in `--help` is no sign for code in a table."""
    record = option.get_help_record(context)
    assert record is not None, f"{context.command_path} hides {option.name}"
    shown, does = record
    if isinstance(option.type, click.Choice) and not option.metavar:
        choices = ", ".join(f"`{one}`" for one in option.type.choices)
        return f"`{shown.partition(' [')[0]}`", f"{prose(does)} One of {choices}."
    return f"`{shown.replace('|', ' or ')}`", prose(does)

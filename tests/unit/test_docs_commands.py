"""Commands that pages and the README show are commands that there are, with options that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from lsform.cli.app import app
from lsform.core import errors
from tests.unit.pages import BLOCKS

SHELL = frozenset({"sh", "console"})
ENDS = re.compile(r"\s(?:\||&&|\|\||>|2>|<|;)\s?")  # what follows is the shell's
WRONG = (click.UsageError, errors.UsageError)


def shown(text: str) -> Iterator[str]:
    """Each command line of lsform in a block, without the shell's share of it."""
    for line in text.replace("\\\n", " ").split("\n"):
        found = re.match(r"(?:\$ )?(lsform .*)", line)
        if found:
            yield ENDS.split(found.group(1), maxsplit=1)[0]


def parse(line: str) -> None:
    """Raises UsageError, click's or ours, for a command or an option that there is not; values are not looked at."""
    command: click.Command = app
    context: click.Context | None = None  # commands keep the help option that their first context asks for
    arguments = shlex.split(line, comments=True)[1:]
    while True:
        if isinstance(command, click.Group) and "run" in command.commands and arguments[0] not in command.commands:
            command = command.commands["run"]  # which need not be named
        context = click.Context(command, parent=context, info_name=command.name, **command.context_settings)
        _, rest, _ = command.make_parser(context).parse_args(arguments)
        if not isinstance(command, click.Group) or not rest:
            return
        _, below, arguments = command.resolve_command(context, rest)
        assert below is not None
        command = below


@pytest.mark.parametrize(
    ("place", "line"), [(one.place, line) for one in BLOCKS if one.language in SHELL for line in shown(one.text)]
)
def test_a_command_that_is_shown_is_there(place: str, line: str) -> None:
    try:
        parse(line)
    except WRONG as error:
        pytest.fail(f"{place}: `{line}`: {error.message}")


@pytest.mark.parametrize("wrong", ["lsform plann", "lsform plan --pruune", "lsform server upp"])
def test_what_is_not_there_is_noticed(wrong: str) -> None:
    with pytest.raises(WRONG):
        parse(wrong)

"""Options that every command has, before its name or after it, and what they amount to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from lsform.cli import wiring
from lsform.cli.console import Console
from lsform.core.diagnostics import nearest
from lsform.core.errors import UsageError
from lsform.report.paint import Paint

if TYPE_CHECKING:
    from lsform.config.loader import Request
    from lsform.core.values import Json


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a command gets besides its own arguments."""

    console: Console
    folder: Path
    environment: str
    variables: tuple[tuple[str, str], ...]
    process: Mapping[str, str]

    def request(self) -> Request:
        """What to load."""
        from lsform.config.loader import Request

        return Request(
            folder=self.folder,
            environment=self.environment,
            variables={name: _scalar(value) for name, value in self.variables},
            process=self.process,
        )


def _scalar(text: str) -> Json:
    """`--var n=3` is a number, as it would be in YAML; what is no YAML is text."""
    from lsform.config.source import read_documents

    documents, findings = read_documents(text, "--var")
    return documents[0].value if documents and not findings else text


def _environments(context: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """The names that a shell offers for `--env`: those of the stack here, or in `--chdir`."""
    folder = next((one.params["chdir"] for one in (context, context.find_root()) if one.params.get("chdir")), Path())
    return sorted(path.stem for path in (folder / "envs").glob("*.yaml") if path.stem.startswith(begun))


def global_options() -> list[click.Parameter]:
    """The contract's global options, made anew for each command that shows them."""
    return [
        click.Option(["-C", "--chdir"], type=click.Path(path_type=Path), metavar="DIR", help="The stack's directory."),
        click.Option(
            ["-e", "--env"], metavar="NAME", shell_complete=_environments, help="Environment, from envs/NAME.yaml."
        ),
        click.Option(["--var"], multiple=True, metavar="K=V", help="Set a variable; wins over the Stack's."),
        click.Option(["--no-color"], is_flag=True, help="No colours (also NO_COLOR)."),
        click.Option(["--no-pager"], is_flag=True, help="Long texts without LSFORM_PAGER, PAGER or less."),
        click.Option(["-v", "--verbose"], count=True, help="Say what is done; twice: each request."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say only what is wrong."),
        click.Option(["--log-format"], type=click.Choice(["text", "json"]), help="Messages as text or JSON lines."),
    ]


class Command(click.Command):
    """A command with the global options; its callback gets an Invocation first."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own = super().get_params(ctx)
        known = {param.name for param in own}
        return [*own, *(option for option in _GLOBALS if option.name not in known)]

    def invoke(self, ctx: click.Context) -> object:
        ctx.obj = invocation(ctx)
        ctx.params = {name: value for name, value in ctx.params.items() if name not in _NAMES}
        return super().invoke(ctx)


class Group(click.Group):
    """A command of commands, such as `state list`."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; the nearest one is named when there is none."""
        known = self.list_commands(ctx)
        if args[0].startswith("-") or args[0] in known:
            return super().resolve_command(ctx, args)
        hint = nearest(args[0], known) or f"there are: {', '.join(f'`{name}`' for name in known)}"
        raise UsageError(f"there is no command `{ctx.command_path} {args[0]}`", hint=hint)


_GLOBALS = global_options()
_NAMES = frozenset(option.name for option in _GLOBALS)


def invocation(ctx: click.Context) -> Invocation:
    """The global options of a command and of the groups above it; the innermost wins, variables add up."""
    levels: list[dict[str, object]] = []
    at: click.Context | None = ctx
    while at is not None:
        levels.insert(0, at.params)
        at = at.parent

    def last(name: str) -> object:
        return next((level[name] for level in reversed(levels) if level.get(name)), None)

    console = ctx.find_object(Console)
    assert console is not None
    _configure(console, last)
    folder = last("chdir")
    assignments = [text for level in levels for text in cast("Iterable[str]", level.get("var") or ())]
    return Invocation(
        console=console,
        folder=folder if isinstance(folder, Path) else Path(),
        environment=str(last("env") or ""),
        variables=tuple(_assignment(text) for text in assignments),
        process=wiring.environment(),
    )


def _configure(console: Console, last: object) -> None:
    assert callable(last)
    no_color = bool(last("no_color"))
    console.out, console.err = (
        Paint(wiring.wants_color(no_color=no_color, stream_is_terminal=wiring.is_terminal(stream)))
        for stream in ("stdout", "stderr")
    )
    console.paged = wiring.is_terminal("stdout") and not last("no_pager")
    console.live = wiring.is_terminal("stderr")
    console.json_log = last("log_format") == "json"
    if console.json_log:
        console.err = Paint()
    console.verbosity = -1 if last("quiet") else int(last("verbose") or 0)


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"`--var {text}` has no value", hint="write `--var name=value`")
    return name, value

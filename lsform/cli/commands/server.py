"""`lsform server`: a local Label Studio for trying things out, and the files of one for production."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from lsform.cli import wiring
from lsform.cli.commands import compose
from lsform.cli.common import as_json
from lsform.cli.options import Group, Invocation
from lsform.config.connection import API_KEY, URL
from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.server import local
from lsform.server.local import LocalServer

DATA = ".lsform/server"
FILES = "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"  # Label Studio's own name for it
_data = click.option(
    "--data", default=DATA, type=click.Path(path_type=Path), metavar="DIR", help=f"Data folder ({DATA})."
)


@click.group("server", cls=Group, epilog="Example: lsform server up")
def command() -> None:
    """A Label Studio on this machine: SQLite, loopback only, with a token that works. `compose` is for production."""


command.add_command(compose.command)


@command.command("up", epilog="Example: lsform server up --files ./media")
@_data
@click.option("--port", type=click.IntRange(1, 65535), help="Port; any free one by default.")
@click.option(
    "--files", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Root of local storages."
)
@click.option("--private-addresses", is_flag=True, help="Let it talk to private addresses (webhooks, S3, ML backends).")
@click.pass_obj
def up(invocation: Invocation, *, data: Path, port: int | None, files: Path | None, private_addresses: bool) -> None:
    """Start the server, or find it running; a first start takes about half a minute."""
    running = local.up(
        invocation.folder / data,
        port=port,
        document_root=files and invocation.folder / files,
        ssrf_protection=not private_addresses,
        environment=wiring.environment(),
        progress=invocation.console.step,
    )
    invocation.console.data(describe(running))


@command.command("status", epilog='Example: eval "$(lsform server status --format env)"')
@_data
@click.option("--format", "form", type=click.Choice(["text", "json", "env"]), default="text", help="How it is written.")
@click.pass_obj
def status(invocation: Invocation, *, data: Path, form: str) -> None:
    """Say where the server is. `--format env` and `json` show the token, for scripts."""
    running = local.status(invocation.folder / data)
    if running is None:
        raise LsformError("no server is running here", hint="`lsform server up` starts one")
    if form == "text":
        invocation.console.data(describe(running))
    elif form == "json":
        invocation.console.data(as_json(document(running)))
    else:
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in variables(running).items())
        invocation.console.data("".join(lines))


@command.command("down", epilog="Example: lsform server down")
@_data
@click.pass_obj
def down(invocation: Invocation, *, data: Path) -> None:
    """Stop the server. Its data stays, and `up` starts it again."""
    stopped = local.down(invocation.folder / data)
    invocation.console.say("stopped; the data stays" if stopped else "no server is running here")


def variables(running: LocalServer) -> dict[str, str]:
    """What a stack needs to work with this server."""
    return {URL: running.url, API_KEY: running.api_key.value, FILES: str(running.document_root)}


def typed(action: str, data: Path) -> str:
    """What one types here for the server with this data folder."""
    return shlex.join(["lsform", "server", action, *([] if data == Path(DATA).resolve() else ["--data", str(data)])])


def document(running: LocalServer) -> dict[str, Json]:
    """For scripts; the token is in it."""
    return {**variables(running), "pid": running.pid, "version": running.version}


def describe(running: LocalServer) -> str:
    """Where it is and how to get in. The password is shown: it is that of a toy server on this machine's loopback."""
    return (
        f"Label Studio {running.version} is up at {running.url}\n"
        f"  login:    {running.username}\n"
        f"  password: {running.password.value}\n"
        f"  files:    {running.document_root}\n"
        f'  token:    eval "$({typed("status", running.directory)} --format env)"\n'
    )

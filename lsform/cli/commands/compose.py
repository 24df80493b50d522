"""`lsform server compose`: Docker Compose files of a production server for a stack."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lsform.cli.options import Command, Invocation
from lsform.core.errors import LsformError

if TYPE_CHECKING:
    from lsform.config.checked import Checked

SECRETS = ".env"


@click.command("compose", cls=Command, epilog="Example: lsform -e prod server compose --out deploy --secrets")
@click.option(
    "--out",
    default="deploy",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the files go (deploy).",
)
@click.option(
    "--host", metavar="URL", default="", help="Where browsers find the server; `server.url` of the stack by default."
)
@click.option(
    "--listen",
    metavar="[ADDRESS:]PORT",
    default="",
    help="What it listens on: the port of the URL, or 127.0.0.1:8080 behind https.",
)
@click.option("--owner", metavar="EMAIL", default="admin@localhost", help="The first user (admin@localhost).")
@click.option("--image", metavar="IMAGE", default="", help="Label Studio's image, as from a registry of your own.")
@click.option(
    "--files", metavar="DIR", default="./files", help="Folder of that machine that local storages are in (./files)."
)
@click.option("--private", metavar="NETWORK", multiple=True, help="A private network that Label Studio may talk to.")
@click.option(
    "--subnet",
    metavar="NETWORK",
    default="",
    help="It talks to containers that have these addresses; by default, if to some, 172.30.113.0/24.",
)
@click.option("--minio", is_flag=True, help="With MinIO, an S3 store, at http://minio:9000.")
@click.option("--secrets", is_flag=True, help="Make up the secrets, in `.env`, unless it is there.")
@click.option("--overwrite", is_flag=True, help="Replace files that differ; never `.env`.")
@click.pass_obj
def command(
    invocation: Invocation, *, out: Path, host: str, listen: str, owner: str, image: str, files: str,
    private: tuple[str, ...], subnet: str, minio: bool, secrets: bool, overwrite: bool,
) -> None:  # fmt: skip
    """Write `compose.yml`: Label Studio on PostgreSQL behind nginx, with the settings that this stack needs.

    Local storages get a folder that is served. Private addresses that webhooks, models and storages name are allowed,
    and no others. Beside it go `.env.example`, with the names of the secrets, and `.gitignore`, which keeps `.env` out.
    """
    from lsform.config.checked import checked
    from lsform.deploy.compose import IMAGE, Wanted, compose
    from lsform.deploy.needs import needs
    from lsform.deploy.place import place
    from lsform.deploy.secrets import example
    from lsform.deploy.subnets import network

    found = checked(invocation.request())
    needed = needs(found.compiled.desired.values())
    where, allowed = place(host or _url(found), listen), tuple(map(network, private))
    wanted = Wanted(where, owner, image or IMAGE, files, allowed, network(subnet) if subnet else None, minio=minio)
    for one in (*where.doubts(), *needed.doubts()):
        invocation.console.say(one.message, level="warning", label="warning", hint=one.hint)
    texts = {
        "compose.yml": compose(found.configuration.stack, needed, wanted),
        ".env.example": example(minio=minio),
        ".gitignore": f"{SECRETS}\n",
    }
    folder = invocation.folder / out
    try:
        _write(invocation, folder, texts, overwrite=overwrite)
        _secrets(invocation, folder / SECRETS, minio=minio, wanted=secrets)
    except OSError as error:
        raise LsformError(f"`{folder}` cannot be written: {error.strerror}") from None


def _url(found: Checked) -> str:
    from lsform.config.connection import server_url

    url = server_url(found.configuration)
    if not url:
        raise LsformError("nothing says where the server will be", hint="name it: `--host https://labels.example.com`")
    return url


def _write(invocation: Invocation, folder: Path, texts: Mapping[str, str], *, overwrite: bool) -> None:
    """All files or none. Those that differ are shown, and replaced only when that is asked for."""
    there = {name: (folder / name).read_text("utf-8") for name in texts if (folder / name).exists()}
    differing = [name for name, text in there.items() if text != texts[name]]
    for name in differing:
        old, new = there[name].splitlines(keepends=True), texts[name].splitlines(keepends=True)
        invocation.console.data("".join(difflib.unified_diff(old, new, name, f"{name} (new)")))
    if differing and not overwrite:
        names = " and ".join(f"`{folder / name}`" for name in differing)
        raise LsformError(
            f"not overwritten, because not the same: {names}",
            hint="`--overwrite` replaces them; what is yours belongs in `compose.override.yml`",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        if there.get(name) != text:
            (folder / name).write_text(text, "utf-8")
            invocation.console.say(f"wrote {folder / name}")


def _secrets(invocation: Invocation, path: Path, *, minio: bool, wanted: bool) -> None:
    """Make up a `.env` if that is wanted and there is none, and say what is missing in the one that is there."""
    from lsform.deploy.secrets import fresh, missing

    if wanted and not path.exists():
        # only its owner may read it, from its first byte on; and nobody else's is touched that has just come
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(fresh(minio=minio))
        invocation.console.say(f"made up secrets in {path}")
    lacking = list(missing(path.read_text("utf-8") if path.exists() else "", minio=minio))
    if lacking:
        names = ", ".join(f"`{name}`" for name in lacking)
        message, hint = f"`{path}` has no value for {names}", "see `.env.example`; `--secrets` makes a new `.env`"
        invocation.console.say(message, level="warning", label="warning", hint=hint)

"""`lsform init`: a starter stack."""

from __future__ import annotations

import shlex
from importlib.resources import files
from pathlib import Path

import click

from lsform.cli.options import Command, Invocation
from lsform.core.errors import LsformError


@click.command("init", cls=Command, epilog="Example: lsform init my-labels")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(invocation: Invocation, *, directory: Path) -> None:
    """Write a starter stack to DIRECTORY; nothing that is there already is changed."""
    folder = invocation.folder / directory
    source = files("lsform.cli").joinpath("starter")
    texts = {"lsform.yaml": source.joinpath("lsform.yaml"), ".gitignore": source.joinpath("gitignore")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "lsform.yaml").exists():
            raise LsformError(f"`{folder / 'lsform.yaml'}` exists already", hint="name another directory")
        for name, text in texts.items():
            if not (folder / name).exists():
                (folder / name).write_text(text.read_text("utf-8"), "utf-8")
    except OSError as error:
        raise LsformError(f"`{folder}` cannot be written: {error.strerror}") from None
    option = "" if folder == Path() else f" -C {shlex.quote(str(folder))}"
    invocation.console.data(
        f"wrote {folder / 'lsform.yaml'}\n\nnext:\n  lsform{option} validate\n"
        f'  lsform server up && eval "$(lsform server status --format env)"\n  lsform{option} plan\n'
    )

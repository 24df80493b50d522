"""`lsform schema`: JSON Schemas for editors."""

from __future__ import annotations

from pathlib import Path

import click

from lsform.cli.common import as_json
from lsform.cli.options import Command, Invocation
from lsform.config.schema import schema, schemas
from lsform.core.errors import LsformError


@click.command("schema", cls=Command, epilog="Example: lsform schema --out schemas")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write one file a kind.")
@click.pass_obj
def command(invocation: Invocation, *, out: Path | None) -> None:
    """Write the JSON Schemas of all kinds, or print the one that covers them all.

    For completion in an editor with yaml-language-server, begin a manifest with
    `# yaml-language-server: $schema=schemas/lsform.json`.
    """
    if out is None:
        invocation.console.data(as_json(schema()))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, document in schemas().items():
            (out / name).write_text(as_json(document), "utf-8")
    except OSError as error:
        raise LsformError(f"`{out}` cannot be written: {error.strerror}") from None
    invocation.console.say(f"wrote {len(schemas())} schemas to {out}")

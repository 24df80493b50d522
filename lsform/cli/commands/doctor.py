"""`lsform doctor`: why things do not work, each with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lsform.cli import wiring
from lsform.cli.options import Command, Invocation
from lsform.config.files import ROOT_FILE
from lsform.core.errors import ExitCode, LsformError, UsageError
from lsform.core.values import Secret, secrets_in
from lsform.report.findings import fails

if TYPE_CHECKING:
    from lsform.doctor.check import Check, Repair, Repairs
    from lsform.doctor.diagnosis import Diagnosis
    from lsform.doctor.examination import Wanted
    from lsform.engine.declared import DesiredResource


@dataclass(frozen=True, slots=True)
class _Place:
    """Whom to look at, and what the stack there declares."""

    url: str
    api_key: Secret
    stack: str = ""
    declared: tuple[DesiredResource, ...] = ()


@click.command("doctor", cls=Command, epilog="Example: lsform doctor --server http://localhost:8080 --project 12")
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option("--server", "url", metavar="URL", help="Look at this server; the token is in LABEL_STUDIO_API_KEY.")
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Only this project: address, title or id.")
@click.option("--env-file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Variables that the server was started with: its settings are checked, too.")  # fmt: skip
@click.option("--check", "only", multiple=True, metavar="ID", help="Only these checks, or a beginning: LSFC2.")
@click.option("--skip", "without", multiple=True, metavar="ID", help="Not these checks.")
@click.option("--list", "listing", is_flag=True, help="Show all checks and exit.")
@click.option("--all", "every", is_flag=True, help="Look at all tasks, not at the newest 1,000 of each project.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything.")
@click.option("--auto-approve", is_flag=True, help="Do not ask before mending.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    directory: Path | None,
    url: str | None,
    projects: tuple[str, ...],
    env_file: Path | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    listing: bool,
    every: bool,
    fix: bool,
    auto_approve: bool,
    form: str,
) -> int:
    """Find out why things do not work on a server: that of the stack in DIR, or any other.

    Exits with 1 when something is broken; warnings alone are no failure. Reads only, but for `--fix`; storages and ML
    backends are tried by the server, as its settings pages do.
    """
    from lsform.doctor.check import page
    from lsform.doctor.diagnosis import chosen, parts
    from lsform.doctor.examination import TASKS, Wanted
    from lsform.report.doctor import FORMATS, list_text

    console, checks = invocation.console, chosen(only, without)
    if listing:
        console.data(list_text(page(one) for one in checks))
        return ExitCode.DONE
    place = _place(replace(invocation, folder=directory or invocation.folder), url, named=directory is not None)
    settings = None if env_file is None else _settings(env_file)
    tasks = 0 if every else TASKS
    wanted = Wanted(parts(checks), projects, place.stack, tasks, settings, place.declared)
    found = _visited(invocation, place, checks, wanted, mend=fix, approved=auto_approve)
    console.data(FORMATS[form](found, console.out))
    return ExitCode.ERROR if fails(found.findings, strict=False) else ExitCode.DONE


def _place(invocation: Invocation, url: str | None, *, named: bool) -> _Place:
    """The server that is named, else that of the stack, else that of the environment."""
    from lsform.config.connection import API_KEY, URL

    if url is None and (named or (invocation.folder / ROOT_FILE).exists()):
        from lsform.config.checked import check
        from lsform.config.connection import connection

        invocation.console.progress("reading manifests", done=0, total=0)
        found = check(invocation.request())
        place = connection(found.configuration)
        declared = tuple(found.compiled.desired.values())
        return _Place(place.url, place.api_key, found.configuration.stack, declared)
    given = {URL: url or invocation.process.get(URL, ""), API_KEY: invocation.process.get(API_KEY, "").strip()}
    if missing := [f"`{name}`" for name, text in given.items() if not text]:
        raise UsageError(f"no server to look at: {' and '.join(missing)} not set",
                         hint="set it, name a stack's folder, or give `--server URL`")  # fmt: skip
    if "@" in given[URL].partition("://")[2].partition("/")[0]:
        raise UsageError("the address has a user name or a password in it", hint=f"`{API_KEY}` alone says who you are")
    return _Place(given[URL].rstrip("/"), Secret(given[API_KEY], f"env:{API_KEY}"))


def _settings(path: Path) -> dict[str, str]:
    from lsform.doctor.dotenv import settings

    try:
        return settings(path.read_text("utf-8"))
    except (OSError, UnicodeError):
        raise LsformError(f"`{path}` cannot be read", hint="it is a text of lines `NAME=value`") from None


def _visited(
    invocation: Invocation, place: _Place, checks: Sequence[Check], wanted: Wanted, *, mend: bool, approved: bool
) -> Diagnosis:
    """What is found; after mending, what is left."""
    from lsform.doctor.diagnosis import diagnose
    from lsform.doctor.examination import examine
    from lsform.server.inspection import LabelStudioInspection

    console = invocation.console
    server = LabelStudioInspection(place.url, place.api_key, tell=console.tell)
    try:
        found = diagnose(examine(server, wanted, console.progress), checks)
        console.finish()
        if mend and _mended(invocation, server, found.repairs, approved=approved):
            found = diagnose(examine(server, wanted, console.progress), checks)
        return _discreet(found, place)
    finally:
        console.finish()
        server.close()


def _discreet(found: Diagnosis, place: _Place) -> Diagnosis:
    """The same without any secret that the stack declares: servers quote what they are given."""
    from lsform.server.translation import redacted

    values = (value for one in place.declared for value in one.attributes.values())
    known = [place.api_key.value, *(secret.value for value in values for secret in secrets_in(value))]
    findings = tuple(replace(one, message=redacted(known, one.message)) for one in found.findings)
    return replace(found, findings=findings)


def _mended(invocation: Invocation, server: Repairs, repairs: Sequence[Repair], *, approved: bool) -> bool:
    """Show what is safe to do, ask, and do it; whether anything was done."""
    console = invocation.console
    if not repairs:
        console.say("there is nothing that can be mended without losing anything")
        return False
    for one in repairs:
        console.say(f"will {one.text}")
    if not approved:
        if not wiring.is_terminal("stdin"):
            raise UsageError("there is nobody to ask", hint="`--auto-approve` mends without asking")
        if not console.confirm("Do this?"):
            return False
    for one in repairs:
        one.run(server)
        console.say(f"did {one.text}")
    return True

"""`lsform adopt`: manifests of what is on the server, bound to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from lsform import adopting, workflow
from lsform.cli.commands.apply import ask, exit_code, run
from lsform.cli.common import as_json, session, warn
from lsform.cli.options import Command, Invocation
from lsform.config.adoption import Manifests
from lsform.config.files import ROOT_FILE
from lsform.config.loader import Request
from lsform.core.address import Address, is_name
from lsform.core.diagnostics import counted, finding_json
from lsform.core.errors import UsageError
from lsform.core.values import Json
from lsform.engine import guard
from lsform.engine.document import apply_document
from lsform.engine.model import Outcome, Plan
from lsform.report.terminal import outcomes_summary, plan_text

NEW_STACK = "adopted"  # what a stack is called that nobody gave a name


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be adopted: projects that become manifests in `out`, or declared addresses with their objects."""

    request: Request
    out: Path
    selection: adopting.Selection
    bindings: dict[Address, int]
    approved: bool
    binds: bool
    form: str


@click.command(
    "adopt", cls=Command, epilog="Example: lsform adopt --all --out vision, or lsform adopt 17 'Traffic *' --no-bind"
)
@click.argument("what", nargs=-1, metavar="[ID | TITLE | ADDRESS=ID]...")
@click.option("--all", "everything", is_flag=True, help="Every project that no stack owns.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Where manifests go.")
@click.option("--stack", "name", default=NEW_STACK, metavar="NAME", help="Name of a stack that is made anew.")
@click.option("--no-bind", is_flag=True, help="Only write the manifests.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How the result is written."
)
@click.pass_obj
def command(
    invocation: Invocation,
    *,
    what: tuple[str, ...],
    everything: bool,
    out: Path | None,
    name: str,
    no_bind: bool,
    auto_approve: bool,
    form: str,
) -> int:
    """Write manifests of existing projects, and bind them, so that the next plan is empty.

    ID and TITLE (a glob) choose projects. ADDRESS=ID binds what is declared already to an existing object. Binding adds
    a marker to each object, and changes nothing else.
    """
    bound = [one for one in what if _is_binding(one)]
    chosen = [one for one in what if not _is_binding(one)]
    if bound and (chosen or everything or no_bind or out):
        raise UsageError("`ADDRESS=ID` stands alone", hint="adopt other projects in a command of their own")
    if everything == bool(chosen or bound):
        raise UsageError("it is not clear what to adopt", hint="name projects by id or title, or say `--all`")
    if not is_name(name):
        raise UsageError(f"`{name}` is no name of a stack", hint="use letters, digits, `_`, `.` and `-`")
    folder, place = invocation.folder.resolve(), (out or invocation.folder).resolve()
    home = folder if not out or ((folder / ROOT_FILE).exists() and place.is_relative_to(folder)) else place
    is_new = not bound and not (home / ROOT_FILE).exists()
    asked = Asked(
        request=replace(invocation.request(), folder=home, root=adopting.root_text(name) if is_new else ""),
        out=place,
        selection=_selection(chosen, everything=everything),
        bindings=dict(_binding(one) for one in bound),
        approved=auto_approve,
        binds=not no_bind,
        form=form,
    )
    return _carry_out(invocation, asked)


def _selection(chosen: Sequence[str], *, everything: bool) -> adopting.Selection:
    ids = frozenset(int(one) for one in chosen if one.isdecimal())
    return adopting.Selection(everything, ids, tuple(one for one in chosen if not one.isdecimal()))


def _is_binding(text: str) -> bool:
    """Whether this begins with an address such as `project.traffic`; titles may have a `=` in them, too."""
    address, equals, _ = text.partition("=")
    try:
        Address.parse(address)
    except ValueError:
        return False
    return bool(equals)


def _binding(text: str) -> tuple[Address, int]:
    address, _, remote = text.partition("=")
    if not remote.isdecimal():
        raise UsageError(f"`{text}` names no object", hint="write `ADDRESS=ID`, with the server's id of the object")
    return Address.parse(address), int(remote)


def _carry_out(invocation: Invocation, asked: Asked) -> int:
    """Read, write the manifests, plan, show, ask, bind, and tell what there is to know of secrets."""
    console = invocation.console
    made, files, plan = Manifests({}, {}, (), ()), tuple[str, ...](), None
    outcomes: list[Outcome] = []
    with session(invocation, request=asked.request, lock_for="adopt" if asked.binds else "") as opened:
        if not asked.bindings:
            made = adopting.survey(opened, asked.selection, asked.out)
            console.finish()
            files = adopting.write(made, asked.request, asked.out)
            _tell(invocation, asked, made, files)
            if made.bindings:
                opened = adopting.read_again(opened, asked.request, made)
        bindings = asked.bindings or {address: one.remote for address, one in made.bindings.items()}
        if asked.binds and bindings:
            plan = adopting.plan(opened, bindings)
            outcomes = _bind(invocation, opened, plan, asked)
    if asked.form == "json":
        console.data(as_json(document(asked.out, made, files, plan, outcomes)))
    elif outcomes:
        console.data(outcomes_summary(outcomes, console.out) + "\n")
    _tell_variables(invocation, made)
    return exit_code(outcomes)


def _bind(invocation: Invocation, opened: workflow.Session, plan: Plan, asked: Asked) -> list[Outcome]:
    console = invocation.console
    if asked.form == "text":
        console.data(plan_text(plan, console.out))
    else:
        warn(invocation, plan.findings)
    if not asked.approved:
        ask(
            console,
            "Bind these objects?",
            otherwise="nothing was bound; until the same command binds them, `apply` would make them anew",
            without="`--auto-approve` binds without asking, `--no-bind` only writes the manifests",
        )
    return run(invocation, opened, plan, guard.Permission())


def _tell(invocation: Invocation, asked: Asked, made: Manifests, files: Sequence[str]) -> None:
    """What was written, and what could not be."""
    console = invocation.console
    console.findings(made.findings)
    if not made.bindings:
        console.say("nothing to adopt: every project that was asked for belongs to a stack")
        return
    projects = sum(1 for address in made.bindings if address.parent is None)
    where = f"{counted(projects, 'project')} below {asked.out}"
    console.say(f"{where}, {counted(len(files), 'new file')}" if files else f"{where}, whose files were there already")
    if not asked.binds:
        hint = "bind them before the next `apply`, which would make them anew: the same command without `--no-bind`"
        console.say("nothing was bound", hint=hint)


def _tell_variables(invocation: Invocation, made: Manifests) -> None:
    """Which variables the manifests name: those that they need, and those in lines that are still comments."""
    for needed, text in (
        (True, "to be set before the next plan, as the manifests need them:"),
        (False, "secrets that the server keeps; take the `# ` before one away to manage it:"),
    ):
        names = [one.variable for one in made.placeholders if one.is_needed is needed]
        if names:
            invocation.console.say("\n".join([text, *(f"  {name}" for name in names)]))


def document(
    folder: Path, made: Manifests, files: Sequence[str], plan: Plan | None, outcomes: Sequence[Outcome]
) -> dict[str, Json]:
    """All that was done, for machines."""
    created_at, expires_at = workflow.lifetime()
    applied = apply_document(plan, outcomes, created_at=created_at, expires_at=expires_at) if plan else None
    return {
        "folder": str(folder),
        "files": [*made.files],
        "written": [*files],
        "variables": [{"name": one.variable, "needed": one.is_needed} for one in made.placeholders],
        "findings": [finding_json(one) for one in made.findings],
        "plan": applied,
    }

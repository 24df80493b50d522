"""The use case adopt: what is on the server becomes manifests, and these are bound to it. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from lsform import workflow
from lsform.config.adoption import PROJECTS, Known, Manifests, manifests
from lsform.config.adoption_bodies import Placeholder
from lsform.config.checked import checked
from lsform.config.emit import Verbatim, manifest
from lsform.config.files import ROOT_FILE
from lsform.config.loader import Request
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.errors import LsformError, PlanRefused, Refusal, UsageError
from lsform.engine import snapshot
from lsform.engine.adoption import unlike
from lsform.engine.model import Action, LiveResource, Pair, Plan
from lsform.interface.model import canonical
from lsform.resources.project import PROJECT

VARIABLES = ".env.example"
IGNORED = "# what lsform remembers on this machine, and secrets\n.lsform/\n.env\n"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which projects are meant: all that nobody owns, or those with these ids or titles (globs)."""

    everything: bool = False
    ids: frozenset[int] = frozenset()
    titles: tuple[str, ...] = ()

    def has(self, project: LiveResource) -> bool:
        title = str(project.attributes.get("title") or "")
        return self.everything or project.remote in self.ids or any(fnmatchcase(title, one) for one in self.titles)


def root_text(name: str) -> str:
    """A minimal `lsform.yaml`."""
    url, key = Verbatim("${env:LABEL_STUDIO_URL}"), Verbatim("${env:LABEL_STUDIO_API_KEY}")
    return manifest("Stack", name, {"server": {"url": url, "api_key": key}})


def survey(session: workflow.Session, selection: Selection, out: Path) -> Manifests:
    """Read what is meant, and say it in manifests. Writes nothing. Raises PlanRefused for what is another stack's."""
    projects = session.server.list(PROJECT)
    _refuse_namesake(session, projects)
    _require_found(selection, projects)
    meant = [one for one in projects if selection.has(one) and not _is_ours(session, one)]
    foreign = [_of_another_stack(one) for one in meant if one.ownership is not None]
    if foreign and not selection.everything:
        raise PlanRefused(Refusal(one.code, "", one.message, one.hint) for one in foreign)
    free = [one for one in meant if one.ownership is None]
    remotes = [one.remote for one in free]
    children = list(snapshot.children(session.server, lambda _kind: remotes, session.progress))
    made = manifests(free, [one for one in children if one.ownership is None], _known(session, projects, out))
    owned = [_of_another_stack(one) for one in children if one.ownership is not None]
    return replace(made, findings=(*foreign, *owned, *made.findings))


def _is_ours(session: workflow.Session, one: LiveResource) -> bool:
    """By its marker, or, where it took none, by what we remember."""
    if one.ownership is not None:
        return one.ownership.stack == session.stack
    return any((entry.kind, entry.remote) == (one.kind.name, one.remote) for entry in session.state.entries.values())


def _of_another_stack(one: LiveResource) -> Finding:
    assert one.ownership is not None
    message = f"{one.kind.name} {one.remote} belongs to the stack `{one.ownership.stack}`, as `{one.ownership.address}`"
    hint = "adopt it once that stack has let it go, with a `Removed` that says `destroy: false`"
    return Finding("LSFA01", Severity.WARNING, message, hint)


def _refuse_namesake(session: workflow.Session, projects: Sequence[LiveResource]) -> None:
    """A new stack must not take the name of one that owns something already: each would see the other's as its own."""
    if (session.checked.configuration.folder / ROOT_FILE).exists():
        return
    for one in projects:
        if one.ownership is not None and one.ownership.stack == session.stack:
            reason = f"a stack `{session.stack}` owns project {one.remote} already, as `{one.ownership.address}`"
            hint = "go to its folder with `-C`, or name the new stack with `--stack NAME`"
            raise PlanRefused([Refusal("LSFA05", "", reason, hint)])


def _require_found(selection: Selection, projects: Sequence[LiveResource]) -> None:
    missing = sorted(selection.ids - {one.remote for one in projects})
    if missing:
        raise LsformError(f"there is no project {missing[0]} on the server", hint="its id stands in its web address")
    for glob in selection.titles:
        if not any(replace(selection, ids=frozenset(), titles=(glob,)).has(one) for one in projects):
            hint = nearest(glob, [str(one.attributes.get("title")) for one in projects])
            raise LsformError(f"no project has the title `{glob}`", hint=hint or "`*` stands for any text")


def _known(session: workflow.Session, projects: Sequence[LiveResource], out: Path) -> Known:
    """What is bound, and what is declared elsewhere: files that adopt would write itself do not count."""
    configuration, compiled = session.checked.configuration, session.checked.compiled
    bound = {one.address.name for one in session.state.entries.values() if one.address.parent is None}
    bound |= {one.ownership.address.name for one in projects if one.ownership and _is_ours(session, one)}
    here = out.relative_to(configuration.folder.resolve())
    declared = {
        one.name
        for one in configuration.manifests
        if one.kind == "Project" and one.document.file != (here / PROJECTS / f"{one.name}.yaml").as_posix()
    }
    named = {at.name: canonical(one.xml) for at, one in compiled.interfaces.items() if at.kind == "interface"}
    return Known(
        projects=frozenset(bound | declared),
        interfaces={text: name for name, text in sorted(named.items(), reverse=True)},
        interface_names=frozenset(named),
        resources=tuple(compiled.desired.values()),
    )


def write(made: Manifests, request: Request, out: Path) -> tuple[str, ...]:
    """Write the files that are not there yet, and return their paths; LsformError if one is there and is different."""
    files = {out / path: text for path, text in made.files.items()}
    changed = [path for path, text in files.items() if path.exists() and path.read_bytes() != text.encode()]
    if changed:
        shown = ", ".join(f"`{path.relative_to(request.folder)}`" for path in changed[:3])
        raise LsformError(
            f"{shown} and {len(changed) - 3} more are there already and are different"
            if len(changed) > 3
            else f"{shown} {'is' if len(changed) == 1 else 'are'} there already and different",
            hint="move it away, or bind what is declared as it is: `lsform adopt ADDRESS=ID`",
        )
    if request.root and files:
        for name, text in ((ROOT_FILE, request.root), (".gitignore", IGNORED)):
            if not (request.folder / name).exists():
                files[request.folder / name] = text
    if variables := _variables(out / VARIABLES, made.placeholders):
        files[out / VARIABLES] = variables
    new = [path for path, text in files.items() if not path.exists() or path.read_bytes() != text.encode()]
    for path in new:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path].encode())
    return tuple(sorted(path.relative_to(request.folder).as_posix() for path in new))


def _variables(path: Path, placeholders: Sequence[Placeholder]) -> str:
    """The list of variables with those that it lacks; '' where there are none."""
    before = path.read_text("utf-8") if path.exists() else "# what the manifests ask the environment for\n"
    there = {line.partition("=")[0] for line in before.splitlines()}
    lacking = [one.variable for one in placeholders if one.variable not in there]
    return before + "".join(f"{name}=\n" for name in lacking) if lacking else ""


def read_again(session: workflow.Session, request: Request, made: Manifests) -> workflow.Session:
    """The session with what has been written; an address with credentials is what it is on the server."""
    known = {one.variable: one.value for one in made.placeholders if one.is_needed and one.value is not None}
    found = checked(replace(request, process={**known, **request.process}))
    lost = [address for address in made.bindings if address not in found.compiled.desired]
    if lost:
        message = f"`{lost[0]}` has been written, but the stack does not read it"
        raise LsformError(message, hint=f"check `include` in `{ROOT_FILE}`: folders that begin with `.` are left out")
    return replace(session, checked=found)


def plan(session: workflow.Session, bindings: Mapping[Address, int]) -> Plan:
    """What binds these addresses to these objects. Raises PlanRefused where one cannot be bound."""
    for address in bindings:
        if address not in session.desired:
            hint = nearest(str(address), [str(one) for one in session.desired])
            raise UsageError(f"`{address}` is not declared", hint=hint or "declare it first")
    made = workflow.make_plan(session, workflow.Options(bindings=bindings))
    pairs = {pair.address: pair for pair in made.pairs}
    adopted = {change.address for change in made.changes if change.action is Action.ADOPT}
    missed = {at: _reason(session, pairs, at, remote) for at, remote in bindings.items() if at not in adopted}
    if missed:
        hint = "an object can be bound that no stack owns, in a project that is bound before or with it"
        raise PlanRefused(Refusal("LSFA06", str(at), reason, hint) for at, reason in missed.items())
    only = replace(made, changes=tuple(change for change in made.changes if change.action is Action.ADOPT))
    return replace(only, findings=(*made.findings, *_different(only)))


def _reason(session: workflow.Session, pairs: Mapping[Address, Pair], address: Address, remote: int) -> str:
    pair = pairs[address]
    if pair.live is not None:
        return f"`{address}` is {pair.live.kind.name} {pair.live.remote} already"
    assert pair.desired is not None
    kind = pair.desired.kind
    above = pairs[address.parent].live if address.parent is not None else None
    if kind.parent and above is None:
        return f"`{address.parent}` has to be bound before `{address}`"
    found = session.server.get(kind, remote, project=above.remote if above else None)
    if found is None:
        return f"there is no {kind.variant} {kind.name} {remote} on the server".replace("  ", " ")
    if found.ownership is not None:
        return f"{kind.name} {remote} is `{found.ownership.address}` of the stack `{found.ownership.stack}` already"
    return f"{kind.name} {remote} is in project {found.parent}, which is not `{address.parent}`"


def _different(made: Plan) -> Iterator[Finding]:
    """What the next plan will change, since the manifest does not say what is on the server."""
    for change in made.changes:
        assert change.pair is not None and change.pair.desired is not None and change.pair.live is not None
        names = sorted(unlike(change.pair.desired, change.pair.live))
        if names:
            shown = ", ".join(f"`{name}`" for name in names)
            message = f"{shown} of `{change.address}` is not as in its manifest"
            hint = "binding leaves it so; the next plan changes it"
            yield Finding("LSFA04", Severity.WARNING, message, hint, address=str(change.address))

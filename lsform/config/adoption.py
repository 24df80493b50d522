"""Live projects as manifests: one file each, interfaces beside them, every secret a placeholder. Pure.

The same objects give the same bytes: what has to be told apart is told apart by the order in which the server made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lsform.config.adoption_bodies import Body, Placeholder, body
from lsform.config.adoption_names import child_name, project_name, unique, variable_name
from lsform.config.adoption_storages import settled
from lsform.config.emit import manifest
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Json
from lsform.engine.declared import DesiredResource
from lsform.engine.model import LiveResource
from lsform.engine.planner import INTERFACE
from lsform.interface.model import InterfaceError, canonical, parse
from lsform.resources import KINDS, children_of
from lsform.resources.project import EMPTY_INTERFACE, PROJECT

PROJECTS, INTERFACES = "projects", "interfaces"  # folders
FEWEST_SHARED = 3  # labels: a list of Yes and No is no label set
_RANK = {(kind.name, kind.variant): rank for rank, kind in enumerate(KINDS)}
EMPTY = canonical(EMPTY_INTERFACE)


@dataclass(frozen=True, slots=True)
class Known:
    """What the stack has already: names that are taken, its interfaces, canonical text -> name, and its resources."""

    projects: frozenset[str] = frozenset()
    interfaces: Mapping[str, str] = field(default_factory=dict)
    interface_names: frozenset[str] = frozenset()
    resources: tuple[DesiredResource, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifests:
    """What is to be written, path -> text, and what becomes of what: address -> object. `findings` say what is not."""

    files: Mapping[str, str]
    bindings: Mapping[Address, LiveResource]
    placeholders: tuple[Placeholder, ...]
    findings: tuple[Finding, ...]


def manifests(projects: Sequence[LiveResource], children: Sequence[LiveResource], known: Known) -> Manifests:
    """Projects and what belongs to them, none of which anybody owns."""
    writer = _Writer(known)
    below: dict[int | None, list[LiveResource]] = defaultdict(list)
    for child in sorted(children, key=lambda one: (_RANK[one.kind.name, one.kind.variant], one.place, one.remote)):
        below[child.parent].append(child)
    for project in sorted(projects, key=lambda one: one.remote):
        writer.take(project, below[project.remote])
    writer.findings += settled(writer.bodies, writer.bindings, known.resources)
    files = {**dict(writer.interface_files()), **{path: writer.project_file(path) for path in writer.projects}}
    return Manifests(
        files={path: files[path] for path in sorted(files)},
        bindings=dict(sorted(writer.bindings.items())),
        placeholders=tuple(writer.placeholders),
        findings=(*writer.findings, *_shared_labels([*writer.interfaces])),
    )


@dataclass(frozen=True, slots=True)
class _Project:
    """A project's name and spec; `interface` is the canonical text of its own, '' where it is left out."""

    name: str
    spec: Mapping[str, Json]
    interface: str = ""


@dataclass(slots=True)
class _Writer:
    """Gathers what the manifests of all projects are made of."""

    known: Known
    projects: dict[str, _Project] = field(default_factory=dict)
    interfaces: dict[str, tuple[str, str]] = field(default_factory=dict)  # canonical -> name of its first project, XML
    uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    names: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    bindings: dict[Address, LiveResource] = field(default_factory=dict)
    bodies: dict[Address, dict[str, Json]] = field(default_factory=dict)  # of children
    placeholders: list[Placeholder] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, project: LiveResource, children: Sequence[LiveResource]) -> None:
        name = unique(project_name(project), self.names | self.known.projects)
        self.names.add(name)
        address = Address.of(PROJECT.name, name)
        self.bindings[address] = project
        spec = dict(self._body(project, address, name) or {})
        for collection in children_of(PROJECT.name):
            found = [one for one in children if one.kind.collection == collection and not _is_by_itself(one, children)]
            bodies = dict(self._children(address, found))
            if bodies:
                spec[collection] = bodies
        interface = self._interface(project, address, name)
        self.projects[f"{PROJECTS}/{name}.yaml"] = _Project(name, spec, interface)

    def _children(self, address: Address, children: Sequence[LiveResource]) -> Iterator[tuple[str, Json]]:
        taken: set[str] = set()
        for child in children:
            name = unique(child_name(child), taken)
            at = address.child(child.kind.name, name)
            written = self._body(child, at, name)
            if written is not None:
                taken.add(name)
                self.bindings[at] = child
                self.bodies[at] = dict(written)
                yield name, self.bodies[at]

    def _body(self, live: LiveResource, address: Address, name: str) -> Mapping[str, Json] | None:
        def name_variable(*path: str) -> str:
            above = [one for _, one in address.path]
            inside = path[1:] if len(path) > 1 and path[0] == "headers" else path
            made = unique(variable_name(*above, *inside), self.variables, "_")
            self.variables.add(made)
            return made

        made = body(live, name, name_variable)
        self.placeholders += made.placeholders
        self.findings += _unsaid(live, address, made)
        return made.written

    def _interface(self, project: LiveResource, address: Address, name: str) -> str:
        """The canonical text of its interface, which is noted; '' where there is none to speak of."""
        xml = project.attributes.get(INTERFACE)
        try:
            text = canonical(str(xml))
            parse(str(xml))
        except InterfaceError as error:
            message = f"the interface of `{address}` is left to the server: {error.message}"
            hint = "mend it in Label Studio, then declare it as `interface`"
            self.findings.append(Finding("LSFA02", Severity.WARNING, message, hint, address=str(address)))
            return ""
        if text == EMPTY:
            return ""
        self.interfaces.setdefault(text, (name, str(xml)))
        self.uses[text] += 1
        return text

    def _shared_name(self, text: str) -> str:
        """The name of the Interface manifest that has it; '' where one project alone uses it."""
        if text in self.known.interfaces:
            return self.known.interfaces[text]
        return unique(self.interfaces[text][0], self.known.interface_names) if self.uses[text] > 1 else ""

    def interface_files(self) -> Iterator[tuple[str, str]]:
        for text, (name, xml) in self.interfaces.items():
            shared = self._shared_name(text)
            if text in self.known.interfaces:
                continue
            yield f"{INTERFACES}/{shared or name}.xml", xml if xml.endswith("\n") else f"{xml}\n"
            if shared:
                yield f"{INTERFACES}/{shared}.yaml", manifest("Interface", shared, {"file": f"./{shared}.xml"})

    def project_file(self, path: str) -> str:
        project = self.projects[path]
        interface: dict[str, Json] = {}
        if project.interface:
            shared = self._shared_name(project.interface)
            interface["interface"] = shared or {"file": f"../{INTERFACES}/{project.name}.xml"}
        first = {key: value for key, value in project.spec.items() if key in ("title", "description")}
        return manifest("Project", project.name, {**first, **interface, **project.spec})


def _is_by_itself(one: LiveResource, others: Sequence[LiveResource]) -> bool:
    """Whether the server added this with another object, as a webhook with an ML backend, and nobody changed it."""
    for other in others:
        name, identity = other.kind.brings or ("", lambda _attributes: {})
        if name == one.kind.name:
            has, new = one.attributes, {**one.kind.initial({}), **identity(other.attributes)}
            if all(key not in has or has[key] == value for key, value in new.items()):
                return True
    return False


def _unsaid(live: LiveResource, address: Address, made: Body) -> Iterator[Finding]:
    names = ", ".join(f"`{name}`" for name in made.unsaid if name)
    if made.written is None:
        where = f"{live.kind.name} {live.remote} of `{address.parent}`" if address.parent else f"project {live.remote}"
        message = f"{where} is left out: no manifest can say its {names or 'settings'}"
        hint = "change it in Label Studio, and adopt it then; lsform leaves it alone"
        yield Finding("LSFA02", Severity.WARNING, message, hint, address=str(address))
    elif made.unsaid:
        message = f"{names} of `{address}` is left to the server: no manifest can say what it is there"
        yield Finding("LSFA02", Severity.WARNING, message, "declare what it should be", address=str(address))


def _shared_labels(interfaces: Sequence[str]) -> Iterator[Finding]:
    """Lists of labels that several interfaces have: a proposal, as whoever shares them decides that they stay alike."""
    found: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, text in enumerate(interfaces):
        for control in parse(text).controls():
            labels = tuple(label.stored for label in control.labels)
            if len(labels) >= FEWEST_SHARED:
                found[labels].add(number)
    for labels, users in found.items():
        if len(users) > 1:
            shown = ", ".join(f"`{label}`" for label in labels[:FEWEST_SHARED])
            more = " and so on" if len(labels) > FEWEST_SHARED else ""
            message = f"{len(users)} interfaces have the same {len(labels)} labels: {shown}{more}"
            hint = "declare them once as a `LabelSet`, and make the interfaces templates, to change them in one place"
            yield Finding("LSFA03", Severity.INFO, message, hint)

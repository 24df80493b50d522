"""Asks a server what the chosen checks look at, and no more. What cannot be read is told, and the rest goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias, TypeVar

from lsform.core.errors import ServerError, UsageError
from lsform.core.values import Attributes
from lsform.doctor.evidence import Address, Evidence, Part, Project, Refusal, Storage
from lsform.doctor.ports import Patient
from lsform.engine.declared import DesiredResource
from lsform.engine.model import LiveResource
from lsform.engine.ports import Progress
from lsform.resources import ResourceKind, kind_of

ML_BACKEND, WEBHOOK = kind_of("ml_backend"), kind_of("webhook")
TASKS = 1_000  # of a project that are looked at unless told otherwise: a second or two
# Attribute in which a kind names an address that the server is to go to.
GOES_TO = {"s3": "s3_endpoint", "ml_backend": "url", "webhook": "url"}
OF_PROJECTS = frozenset({Part.STORAGES, Part.BACKENDS, Part.TASKS, Part.ADDRESSES})

T = TypeVar("T")
Place: TypeAlias = tuple[str, Address]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at. `projects` are addresses, titles or ids; without any, those of the `stack`, or all.

    tasks  how many of each project, 0: all
    """

    parts: frozenset[Part] = frozenset(Part)
    projects: tuple[str, ...] = ()
    stack: str = ""
    tasks: int = TASKS
    settings: Mapping[str, str] | None = None
    declared: tuple[DesiredResource, ...] = ()


@dataclass(slots=True)
class _Examination:
    """One visit. `unread` collects what could not be looked at."""

    patient: Patient
    wanted: Wanted
    progress: Progress
    unread: list[tuple[str, Refusal]] = field(default_factory=list)
    models: dict[int, Sequence[LiveResource]] = field(default_factory=dict)

    def ask(self, subject: str, question: Callable[[], T]) -> T | None:
        """The answer to a question; None when there is none."""
        try:
            return question()
        except ServerError as error:
            self.unread.append((subject, Refusal(error.message, error.hint, error.status)))
            return None

    def project(self, project: Project) -> Project:
        """A project with all that was asked of it."""
        parts, remote, name = self.wanted.parts, project.remote, project.name
        if Part.STORAGES in parts or Part.ADDRESSES in parts:
            found = self.ask(f"the storages of {name}", lambda: [*self.patient.storages(remote)]) or []
            project = replace(project, storages=tuple(self._tried(one, project) for one in found))
        if Part.BACKENDS in parts:
            project = self._models(project)
        if Part.TASKS in parts:
            counted = self.ask(f"the counters of {name}", partial(self.patient.usage, remote))
            sample = partial(self.patient.sample, remote, project.interface, self.wanted.tasks, self.progress)
            looked = self.ask(f"the tasks of {name}", sample) or project.sample
            project = replace(project, counted=counted, sample=looked)
        return project

    def _tried(self, storage: Storage, project: Project) -> Storage:
        if Part.STORAGES not in self.wanted.parts:
            return storage
        subject = f"{storage.name} of {project.name}"
        attempt = partial(self.patient.tried, storage, project.remote, self._declared(storage))
        storage = self.ask(subject, attempt) or storage
        return replace(storage, link=self.ask(subject, partial(self.patient.link, storage, project.remote)))

    def _declared(self, storage: Storage) -> Attributes:
        """What the stack says of a storage that it made, of any other nothing."""
        ours = self.wanted.declared if storage.stack == self.wanted.stack else ()
        return next((one.attributes for one in ours if str(one.address) == storage.owner), {})

    def _models(self, project: Project) -> Project:
        subject = f"the models of {project.name}"
        asked = [self.ask(subject, partial(self.patient.backend, one)) for one in self._listed_models(project)]
        counts = self.ask(subject, partial(self.patient.prediction_counts, project.remote)) or {}
        return replace(project, backends=tuple(one for one in asked if one is not None), predictions=counts)

    def _listed_models(self, project: Project) -> Sequence[LiveResource]:
        if project.remote not in self.models:
            listed = partial(self.patient.list, ML_BACKEND, project=project.remote)
            self.models[project.remote] = self.ask(f"the models of {project.name}", listed) or ()
        return self.models[project.remote]

    def addresses(self, projects: Sequence[Project]) -> Iterator[Address]:
        """Where the server is to go, each asked about once; what is declared counts, too: it may not be there yet."""
        answers: dict[tuple[str, bool], Refusal | None] = {}
        for url, address in self._places(projects):
            key = (url, address.use == "ml")
            if key not in answers:
                question = partial(self.patient.refusal, url, model=key[1])
                answers[key] = self.ask(f"the address of {address.subject}", question)
            yield replace(address, refusal=answers[key])

    def _places(self, projects: Sequence[Project]) -> Iterator[Place]:
        for one in self.wanted.declared:
            yield from _place(one.kind, one.attributes, f"`{one.address}`", str(one.address))
        for project in projects:
            for storage in project.storages:
                subject = f"{storage.name} of {project.name}"
                yield from _place(storage.kind, storage.attributes, subject, project.owner)
            for live in self._listed_models(project):
                subject = f"the ML backend `{live.attributes.get('title')}` of {project.name}"
                yield from _place(live.kind, live.attributes, subject, project.owner)
        chosen = {one.remote: one for one in projects}
        for live in self.ask("the webhooks", partial(self.patient.list, WEBHOOK)) or ():
            if live.parent in chosen:
                owner = chosen[live.parent]
                yield from _place(live.kind, live.attributes, f"a webhook of {owner.name}", owner.owner)


def _place(kind: ResourceKind, attributes: Attributes, subject: str, owner: str) -> Iterator[Place]:
    """Where an object sends the server, without a path and what stands before the host; of a secret one, nothing."""
    url = attributes.get(GOES_TO.get(kind.variant or kind.name, ""))
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        scheme, _, rest = url.partition("://")
        host = re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        use = "ml" if kind.name == "ml_backend" else ""
        yield f"{scheme}://{host}", Address(subject, use, host, owner=owner)


def examine(patient: Patient, wanted: Wanted, progress: Progress) -> Evidence:
    """All that the wanted parts need; of a server that does not let us in only how it was met."""
    progress("meeting the server", done=0, total=0)
    server = patient.meet()
    visit = _Examination(patient, wanted, progress)
    if server.refusal is not None or not OF_PROJECTS & wanted.parts:
        return Evidence(server, wanted.settings)
    listed = visit.ask("the list of projects", patient.projects) or ()
    chosen = _chosen(listed, wanted)
    projects = []
    for number, project in enumerate(chosen, start=1):
        progress(f"looking at {project.name}", done=number, total=len(chosen))
        projects.append(visit.project(project))
    found = tuple(visit.addresses(projects)) if Part.ADDRESSES in wanted.parts else ()
    return Evidence(server, wanted.settings, found, tuple(projects), tuple(dict.fromkeys(visit.unread)))


def _chosen(projects: Sequence[Project], wanted: Wanted) -> list[Project]:
    """The projects that were asked for; raises UsageError for one that is not there."""
    for name in wanted.projects:
        if not any(_is_called(one, name) for one in projects):
            raise UsageError(f"the server has no project `{name}`", hint="give its address, its title or its id")
    if not wanted.projects:
        return [one for one in projects if wanted.stack in ("", one.stack)]
    return [one for one in projects if any(_is_called(one, name) for name in wanted.projects)]


def _is_called(project: Project, name: str) -> bool:
    return name in (project.owner, project.owner.removeprefix("project."), project.title, str(project.remote))

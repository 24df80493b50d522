"""A patient in memory, for `lsform.doctor.ports.Patient`: what it says is what the test gives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lsform.core.errors import ServerError
from lsform.core.values import Attributes
from lsform.doctor.evidence import Backend, Link, Project, Refusal, Sample, ServerFacts, Storage, Token
from lsform.engine.model import LiveResource
from lsform.engine.ports import Progress
from lsform.interface.compatibility import Usage
from lsform.interface.model import LabelInterface, parse
from lsform.resources import ResourceKind

URL = "http://labels.example.com"
NOTHING = Usage({}, {}, {}, frozenset())
CONFIG = (
    '<View><Text name="text" value="$text"/>'
    '<Choices name="kind" toName="text"><Choice value="A"/><Choice value="B"/></Choices></View>'
)
MET = ServerFacts(URL, Token("legacy"), now=1_000.0, release="1.23.2", skew=0.2, members=1)


def project(remote: int = 1, title: str = "Texts", **more: object) -> Project:
    return Project(remote=remote, title=title, interface=parse(CONFIG), **more)  # type: ignore[arg-type]


def usage(results: int, **labels: int) -> Usage:
    return Usage({"kind|text|choices": results} if results else {}, {"kind": labels} if labels else {}, {}, frozenset())


@dataclass
class MemoryPatient:
    """`broken` maps the name of a method to the error that it raises."""

    facts: ServerFacts = MET
    known: Sequence[Project] = ()
    objects: list[LiveResource] = field(default_factory=list)
    counted: dict[int, Usage] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    broken: dict[str, ServerError] = field(default_factory=dict)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def _enter(self, *call: object) -> None:
        self.asked.append(call)
        if error := self.broken.get(str(call[0])):
            raise error

    def close(self) -> None:
        """Nothing is held."""

    def meet(self) -> ServerFacts:
        return self.facts

    def projects(self) -> Sequence[Project]:
        self._enter("projects")
        return [replace(one, storages=(), backends=(), predictions={}, sample=Sample()) for one in self.known]

    def _of(self, remote: int) -> Project:
        return next(one for one in self.known if one.remote == remote)

    def list(self, kind: ResourceKind, *, project: int | None = None) -> list[LiveResource]:
        self._enter("list", kind.name, project)
        return [one for one in self.objects if one.kind is kind and project in (None, one.parent)]

    def refusal(self, url: str, *, model: bool) -> Refusal | None:
        self._enter("refusal", url, model)
        return self.refused.get(url)

    def storages(self, project: int) -> Iterator[Storage]:
        self._enter("storages", project)
        yield from self._of(project).storages

    def tried(self, storage: Storage, project: int, declared: Attributes) -> Storage:
        self._enter("tried", project, storage.remote, *declared)
        return storage

    def link(self, storage: Storage, project: int) -> Link | None:
        self._enter("link", project, storage.remote)
        return storage.link

    def backend(self, live: LiveResource) -> Backend:
        self._enter("backend", live.remote)
        return Backend(str(live.attributes["title"]), "model")

    def prediction_counts(self, project: int) -> dict[str, int]:
        self._enter("prediction_counts", project)
        return dict(self._of(project).predictions)

    def usage(self, project: int) -> Usage:
        self._enter("usage", project)
        return self.counted.get(project, NOTHING)

    def sample(self, project: int, interface: LabelInterface | None, limit: int, progress: Progress) -> Sample:
        self._enter("sample", project, limit)
        progress("looking at tasks", done=limit, total=limit)
        return self._of(project).sample

    def reset_summary(self, project: int) -> None:
        self._enter("reset_summary", project)
        self.counted[project] = self._of(project).sample.usage

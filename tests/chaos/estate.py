"""A stack that keeps changing: what is declared, what is no longer declared but still there, and random changes of it.

Everything is decided by the one `Random` that it is given, so the same seed tells the same story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

import yaml

from lsform.core.values import Json

Spec = dict[str, Json]
T = TypeVar("T")

USED = ("Good", "Bad")  # what annotations use: an interface must keep it
SPARE = ("Blurred", "Dark", "Empty", "Night", "Rain")
TITLES = ("Signs", "Traffic signs", "Pedestrians", "Lanes", "A stranger's")
NAMES = ("a", "b", "c", "d")
COLLECTIONS = {
    "import_storages": "import_storage", "export_storages": "export_storage", "webhooks": "webhook", "views": "view",
}  # fmt: skip
MOST_PROJECTS = 3  # beside those that are kept
MANAGED = 0.7  # the share of collections that a project mentions at all
FOLDERS = 12  # of files, for as many storages in one project
XML = '<View><Text name="text" value="$text"/><Choices name="label" toName="text">{}</Choices></View>'


@dataclass
class Estate:
    """One stack as its manifests say it, in plain data. `left` are addresses that wait for a prune, `marked` what some
    of them bear in their place: who was no longer declared when its project moved has the address from before.

    `kept` names the projects with annotations: nothing here ever drops them.
    """

    stack: str
    files: str
    random: Random
    projects: dict[str, Spec] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    marked: dict[str, str] = field(default_factory=dict)
    moves: list[tuple[str, str]] = field(default_factory=list)
    _count: int = 0

    def manifests(self) -> str:
        """All documents of the stack."""
        limits: Json = {"max_delete_share": 1.0, "max_update_share": 1.0}
        documents = [document("Stack", self.stack, {"limits": limits})]
        documents += [document("Project", name, spec) for name, spec in self.projects.items()]
        for number, (source, target) in enumerate(self.moves):
            documents.append(document("Moved", f"move-{number}", {"from": source, "to": target}))
        return yaml.safe_dump_all(documents, sort_keys=False)

    def declared(self) -> dict[str, Spec]:
        """Address -> what is declared of it, children apart."""
        found: dict[str, Spec] = {}
        for name, spec in self.projects.items():
            own = f"project.{name}"
            found[own] = {key: value for key, value in spec.items() if key not in COLLECTIONS}
            for collection, kind in COLLECTIONS.items():
                found.update({f"{own}/{kind}.{child}": body for child, body in _children(spec, collection).items()})
        return found

    def project(self) -> Spec:
        """A new project, with some children."""
        spec: Spec = {
            "title": self.random.choice(TITLES),
            "description": self._text(),
            "maximum_annotations": 1,
            "interface": {"xml": interface(USED)},
            **{collection: {} for collection in COLLECTIONS if self.random.random() < MANAGED},
        }
        for _ in range(self.random.randrange(4)):
            self._add_child(spec, NAMES)
        return spec

    def change(self) -> None:
        """One to four random changes, which one apply will have to carry out."""
        self.moves = []
        there = {*self.declared(), *self.left}
        for _ in range(self.random.randint(1, 4)):
            before, moves = self.declared().keys(), len(self.moves)
            self._one_of(CHANGES)(self)
            if len(self.moves) == moves:  # what moves leaves nothing behind
                self.left |= before - self.declared().keys()
                self.left -= self.declared().keys()
            else:
                source, target = self.moves[-1]
                there = {target + one[len(source) :] if f"{one}/".startswith(f"{source}/") else one for one in there}
        self.left &= there  # what came and went in one change was never made
        self.left = {self._as_marked(address) for address in self.left}
        for source, target in self.moves:
            self.marked |= {one: source + one[len(target) :] for one in self.left if one.startswith(f"{target}/")}
        self.marked = {address: marker for address, marker in self.marked.items() if address in self.left}

    def on_server(self) -> set[str]:
        """What those that wait for a prune bear."""
        return {self.marked.get(address, address) for address in self.left}

    def _as_marked(self, address: str) -> str:
        """What moved and went in one change is no longer declared, so nobody writes its new address on it."""
        for source, target in reversed(self.moves):
            if f"{address}/".startswith(f"{target}/") and target not in self.declared():
                return source + address[len(target) :]
        return address

    def prune(self) -> None:
        """What is not declared has been deleted, but for children whose project no longer mentions their collection."""
        self.left = {address for address in self.left if self._is_unmentioned(address)}

    def _is_unmentioned(self, address: str) -> bool:
        project, _, child = address.partition("/")
        spec = self.projects.get(project.partition(".")[2])
        kinds = [kind for collection, kind in COLLECTIONS.items() if spec is not None and collection in spec]
        return spec is not None and child.partition(".")[0] not in kinds

    # -- changes --------------------------------------------------------------------------------------------------

    def add_project(self) -> None:
        taken = {*self.projects, *(source.removeprefix("project.") for source, _ in self.moves)}
        free = [name for name in (f"p{number}" for number in range(MOST_PROJECTS)) if name not in taken]
        if free:
            self.projects[self._one_of(free)] = self.project()

    def drop_project(self) -> None:
        free = sorted(self.projects.keys() - self.kept)
        if free:
            del self.projects[self._one_of(free)]

    def edit_project(self) -> None:
        spec = self._some_project()
        spec["title"] = self.random.choice((spec["title"], *TITLES))
        spec["description"] = self._text()
        spec["maximum_annotations"] = self.random.randint(1, 3)

    def edit_interface(self) -> None:
        """Labels come and go, but none that is in use."""
        labels = [label for label in SPARE if self.random.random() < 0.5]
        self._some_project()["interface"] = {"xml": interface((*USED, *labels))}

    def add_child(self) -> None:
        moved = {source.rpartition(".")[2] for source, _ in self.moves}  # a name that moves away is not free yet
        self._add_child(self._some_project(), [name for name in NAMES if name not in moved])

    def drop_child(self) -> None:
        for _spec, children, name in self._some_child():
            del children[name]

    def edit_child(self) -> None:
        for spec, children, name in self._some_child():
            collection = next(key for key in COLLECTIONS if spec.get(key) is children)
            body, fresh = children[name], _BODIES[collection](self, spec)
            assert isinstance(body, dict)
            kept = self._one_of(sorted(fresh))
            body.update({key: value for key, value in fresh.items() if key != kept})

    def move_project(self) -> None:
        source = self._one_of(sorted(self.projects))
        self._count += 1
        target = f"moved{self._count}"
        own = f"project.{source}"
        if any(
            address.partition("/")[0] == own for address in (*self.left, *(one for pair in self.moves for one in pair))
        ):
            return
        self.projects = {target if name == source else name: spec for name, spec in self.projects.items()}
        if source in self.kept:
            self.kept = {*self.kept - {source}, target}
        self.moves.append((own, f"project.{target}"))

    def move_child(self) -> None:
        for spec, children, name in self._some_child():
            owner = next(key for key, one in self.projects.items() if one is spec)
            kind = next(COLLECTIONS[key] for key in COLLECTIONS if spec.get(key) is children)
            self._count += 1
            source, target = (f"project.{owner}/{kind}.{one}" for one in (name, f"moved{self._count}"))
            if any(source.startswith(one) for pair in self.moves for one in pair):
                return
            children[f"moved{self._count}"] = children.pop(name)
            self.moves.append((source, target))

    # -- chances --------------------------------------------------------------------------------------------------

    def _one_of(self, things: list[T] | tuple[T, ...]) -> T:
        return self.random.choice(things)

    def _some_project(self) -> Spec:
        return self.projects[self._one_of(sorted(self.projects))]

    def _some_child(self) -> Iterator[tuple[Spec, Spec, str]]:
        """A child with what holds it, if there is one."""
        found = [
            (spec, children, name)
            for _, spec in sorted(self.projects.items())
            for children in (_children(spec, collection) for collection in COLLECTIONS)
            for name in sorted(children)
        ]
        if found:
            yield self._one_of(found)

    def _add_child(self, spec: Spec, names: Iterable[str]) -> None:
        collections = [collection for collection in COLLECTIONS if collection in spec]
        collection = self._one_of(collections or [*COLLECTIONS])
        children = spec.setdefault(collection, {})
        assert isinstance(children, dict)
        free = [name for name in names if name not in children]
        if free:
            children[self._one_of(free)] = _BODIES[collection](self, spec)

    def _text(self) -> str:
        self._count += 1
        return f"text {self._count}"

    def _folder(self, spec: Spec, collection: str) -> str:
        taken = {body["path"] for body in _children(spec, collection).values() if isinstance(body, dict)}
        kind = COLLECTIONS[collection]
        free = [path for path in (f"{self.files}/{kind}-{n}" for n in range(FOLDERS)) if path not in taken]
        return self._one_of(free)


def _import_storage(estate: Estate, spec: Spec) -> Spec:
    return {
        "type": "localfiles",
        "path": estate._folder(spec, "import_storages"),
        "title": estate._text(),
        "regex_filter": ".*txt",
        "use_blob_urls": True,
    }


def _export_storage(estate: Estate, spec: Spec) -> Spec:
    return {"type": "localfiles", "path": estate._folder(spec, "export_storages"), "title": estate._text()}


def _webhook(estate: Estate, _spec: Spec) -> Spec:
    actions = [
        one for one in ("PROJECT_UPDATED", "TASKS_CREATED", "ANNOTATION_CREATED") if estate.random.random() < 0.6
    ]
    return {
        "url": f"http://127.0.0.1:9/{estate.random.randrange(5)}",
        "actions": [*actions] or ["TASKS_DELETED"],
        "send_payload": estate.random.random() < 0.5,
        "is_active": False,
    }


def _view(estate: Estate, _spec: Spec) -> Spec:
    return {
        "title": estate._text(),
        "type": estate.random.choice(("list", "grid")),
        "ordering": estate.random.choice((["tasks:id"], ["-tasks:id"], [])),
    }


_BODIES: dict[str, Callable[[Estate, Spec], Spec]] = {
    "import_storages": _import_storage, "export_storages": _export_storage, "webhooks": _webhook, "views": _view,
}  # fmt: skip
# What happens often stands more than once.
CHANGES: tuple[Callable[[Estate], None], ...] = (
    Estate.add_project, Estate.add_project, Estate.drop_project, Estate.edit_project, Estate.edit_project,
    Estate.edit_interface, Estate.add_child, Estate.add_child, Estate.add_child, Estate.add_child, Estate.drop_child,
    Estate.drop_child, Estate.edit_child, Estate.edit_child, Estate.move_project, Estate.move_child,
)  # fmt: skip


def _children(spec: Spec, collection: str) -> Spec:
    found = spec.get(collection, {})
    assert isinstance(found, dict)
    return found


def interface(labels: tuple[str, ...]) -> str:
    return XML.format("".join(f'<Choice value="{label}"/>' for label in labels))


def document(kind: str, name: str, spec: Spec) -> Spec:
    return {"apiVersion": "lsform/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}

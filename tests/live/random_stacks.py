"""Random valid stacks with resources of every kind, and what people make of a stack afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import yaml
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from lsform.core.values import Json
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.bench import project
from tests.conformance.examples import Body, example_of, named
from tests.live.random_fields import field_values, is_valid

MOST_PROJECTS, MOST_CHILDREN = 3, 4  # Hypothesis draws no larger examples
CHOSEN_BY_NAME = "model_version"  # of a project: the title of one of its backends
BACKEND = "ml_backend"


@dataclass(frozen=True)
class Said:
    """What a manifest says of one resource.

    `apart` are one key whose values do not go together with all others, and its value; `shared`: whether it stands in
    a connection that the resource names.
    """

    kind: ResourceKind
    free: Body = field(default_factory=dict)
    apart: tuple[str, Json] | None = None
    shared: bool = False

    @property
    def body(self) -> Body:
        example = example_of(self.kind)
        if self.apart is None:
            return {**example.base, **self.free}
        alone = example.declared(*self.apart)
        together = {**self.free, **alone}
        return together if is_valid(self.kind, together) else alone


@dataclass(frozen=True)
class Family:
    """A project and its children by kind and name; `silent` are collections that it does not mention when empty."""

    root: Said
    children: Mapping[tuple[str, str], Said]
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, repr=False)
class Stack:
    """All that a stack declares. `moves` lead from the addresses of the stack that it was made of."""

    families: Mapping[str, Family]
    moves: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"\n{yaml.safe_dump_all(self.documents(), allow_unicode=True, sort_keys=False)}"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        printer.text(repr(self))  # else Hypothesis prints what it is made of

    @property
    def kinds(self) -> Counter[str]:
        """How many resources of each kind it declares."""
        said = [one for family in self.families.values() for one in (family.root, *family.children.values())]
        return Counter(named(one.kind) for one in said)

    def documents(self) -> Iterator[Body]:
        for name, family in self.families.items():
            spec: dict[str, Json] = {**family.root.body}
            spec.update({kind.collection: {} for kind in KINDS if kind.parent and kind.name not in family.silent})
            for (_, child), said in family.children.items():
                body: Body = said.body
                if said.shared:
                    used = f"{name}-{child}"
                    yield _document("Storage" if said.kind.variant else "MLBackend", used, body)
                    body = {"storage" if said.kind.variant else BACKEND: used}
                spec.setdefault(said.kind.collection, {})
                spec[said.kind.collection][child] = body  # type: ignore[index, call-overload]
            yield project(name, spec)
        for number, (source, target) in enumerate(self.moves):
            yield _document("Moved", f"past-{number}", {"from": source, "to": target})


def _document(kind: str, name: str, spec: Body) -> Body:
    return {"apiVersion": "lsform/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def _some(draw: st.DrawFn, keys: list[str]) -> list[str]:
    """Any of the keys: each with an even chance, so that many stand together."""
    chosen = draw(st.integers(0, 2 ** len(keys) - 1))
    return [key for place, key in enumerate(keys) if chosen >> place & 1]


def _own_keys(kind: ResourceKind) -> list[str]:
    """Those whose values do not depend on other resources."""
    return [key for key in field_values(kind) if not (kind is PROJECT and key == CHOSEN_BY_NAME)]


@st.composite
def resources(draw: st.DrawFn, kind: ResourceKind, before: Said | None = None) -> Said:
    """A resource, or what becomes of one: fields kept, changed, taken out or added."""
    values, example = field_values(kind), example_of(kind)
    keys = _own_keys(kind)
    old = before.free if before else {}
    free = {key: old[key] for key in _some(draw, [*old])}
    free.update({key: draw(values[key]) for key in _some(draw, [one for one in keys if one not in example.apart])})
    kept = before.apart if before else None
    key = draw(st.sampled_from(["", *(one for one in keys if one in example.apart)]))
    apart = (key, draw(values[key])) if key else kept
    return _fitting(Said(kind, free, apart, draw(st.booleans()) if _can_share(kind) else False))


def _can_share(kind: ResourceKind) -> bool:
    return bool(kind.variant) or kind.name == BACKEND


def _fitting(said: Said) -> Said:
    """Without what does not go together."""
    return said if is_valid(said.kind, said.body) else replace(said, free={})


@st.composite
def families(draw: st.DrawFn, kinds: tuple[ResourceKind, ...]) -> Family:
    count = draw(st.integers(0, MOST_CHILDREN))
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=count, max_size=count))
    children = {(kind.name, f"c{number}"): draw(resources(kind)) for number, kind in enumerate(chosen)}
    family = Family(draw(resources(PROJECT)), children, draw(_silent(kinds)))
    return draw(_choosing(family))


def _silent(kinds: tuple[ResourceKind, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted({kind.name for kind in kinds})), max_size=2)


@st.composite
def _choosing(draw: st.DrawFn, family: Family) -> Family:
    """The family with a backend chosen, or none, or nothing said of it."""
    # one that is not declared may be an older one: that of a backend that was renamed, or declared a title once
    titles = [
        str(said.body["title"]).strip()
        for (kind, _), said in family.children.items()
        if kind == BACKEND and "title" in said.body
    ]
    choice = draw(st.sampled_from([None, "", *(title for title in titles if title and "$" not in title)]))
    free = {key: value for key, value in family.root.free.items() if key != CHOSEN_BY_NAME}
    if choice is not None:
        free[CHOSEN_BY_NAME] = choice
    return replace(family, root=replace(family.root, free=free))


@st.composite
def stacks(draw: st.DrawFn, kinds: tuple[ResourceKind, ...]) -> Stack:
    """A stack of some projects with children of these kinds."""
    count = draw(st.integers(1, MOST_PROJECTS))
    return Stack({f"p{number}": draw(families(kinds)) for number in range(count)})


@st.composite
def changed(draw: st.DrawFn, before: Stack, kinds: tuple[ResourceKind, ...], new: str) -> Stack:
    """What becomes of a stack: resources changed, removed, renamed and added. `new` begins all new names."""
    made: dict[str, Family] = {}
    moves: list[tuple[str, str]] = []
    for name, family in before.families.items():
        fate = draw(st.sampled_from(["kept", "kept", "changed", "changed", "changed", "gone"]))
        if fate == "gone" and (made or name != [*before.families][-1]):
            continue
        now = f"{new}{name}" if draw(st.integers(0, 3)) == 0 else name
        if now != name:
            moves.append((f"project.{name}", f"project.{now}"))
        made[now] = family
        if fate == "changed":
            made[now], renamed = draw(_changed_family(family, kinds, new))
            moves += [(f"project.{now}/{kind}.{old}", f"project.{now}/{kind}.{later}") for kind, old, later in renamed]
    if draw(st.integers(0, 2)) == 0:
        made[f"{new}new"] = draw(families(kinds))
    return Stack(made, tuple(moves))


@st.composite
def _changed_family(
    draw: st.DrawFn, before: Family, kinds: tuple[ResourceKind, ...], new: str
) -> tuple[Family, list[tuple[str, str, str]]]:
    children: dict[tuple[str, str], Said] = {}
    renamed = []
    for (kind, name), said in before.children.items():
        fate = draw(st.sampled_from(["kept", "changed", "changed", "gone"]))
        if fate == "gone":
            continue
        now = f"{new}{name}" if draw(st.integers(0, 3)) == 0 else name
        if now != name:
            renamed.append((kind, name, now))
        children[kind, now] = draw(resources(said.kind, said)) if fate == "changed" else said
    for number, kind in enumerate(draw(st.lists(st.sampled_from(kinds), max_size=2))):
        children[kind.name, f"{new}new{number}"] = draw(resources(kind))
    root = draw(resources(PROJECT, before.root))
    return draw(_choosing(Family(root, children, draw(_silent(kinds))))), renamed


@st.composite
def histories(draw: st.DrawFn, lacks: frozenset[str], changes: int) -> tuple[Stack, ...]:
    """A stack, and what becomes of it, change after change; without the types of storages that the machine lacks."""
    kinds = tuple(kind for kind in KINDS if kind.parent and kind.variant not in lacks)
    first = draw(stacks(kinds))
    return reduce(
        lambda known, number: (*known, draw(changed(known[-1], kinds, f"n{number}-"))), range(changes), (first,)
    )

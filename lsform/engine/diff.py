"""What differs between a declared and a live resource, field by field, in canonical form. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsform.core.values import Attributes, Json, Value, mask, reveal, secrets_in
from lsform.engine.model import FieldChange
from lsform.interface.diff import InterfaceChange, compare
from lsform.interface.model import InterfaceError, LabelInterface, parse
from lsform.resources import ResourceKind

EMPTY = "<View/>"


def field_changes(kind: ResourceKind, desired: Attributes, live: Attributes) -> tuple[FieldChange, ...]:
    """The declared attributes that the server has differently; secrets are masked here and never unmasked.

    Whether a write-only secret is different nobody can see here: `fingerprints` can.
    """
    return tuple(change for name, want in desired.items() for change in _changes(kind, name, want, live.get(name)))


def _changes(kind: ResourceKind, name: str, want: Value, have: Value) -> Iterator[FieldChange]:
    if isinstance(want, str) and want == have:
        return  # nearly always, and much cheaper than the canonical forms
    after = kind.canonical(name, want)
    before = kind.canonical(name, have)
    if name in kind.fields.lenient:
        before = restricted(before, after)
    if same(reveal(before), reveal(after)):
        return
    if name in kind.fields.secret | kind.fields.write_only or next(secrets_in(after), None):
        yield from _secret_changes(name, before, after)
    elif isinstance(before, dict | list) and isinstance(after, dict | list):
        yield from nested_changes(name, reveal(before), reveal(after))
    else:
        yield FieldChange(name, mask(before), mask(after))


def restricted(have: Value, want: Value) -> Value:
    """The part of a live mapping that the declared one speaks of."""
    if not isinstance(have, dict) or not isinstance(want, dict):
        return have
    return {key: restricted(have[key], value) for key, value in want.items() if key in have}


def merged(have: Value, want: Value) -> Value:
    """A live mapping with the declared one laid over it."""
    if not isinstance(have, dict) or not isinstance(want, dict):
        return want
    return {**have, **{key: merged(have.get(key), value) for key, value in want.items()}}


def _secret_changes(name: str, before: Value, after: Value) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if not same(reveal(before.get(key)), reveal(after.get(key))):
                yield from _secret_changes(f"{name}.{key}", before.get(key), after.get(key))
        return
    verb = "cleared" if not reveal(after) else "rotated" if reveal(before) else "set"
    yield FieldChange(name, None, f"(secret {verb})", secret=True)


def nested_changes(name: str, before: Json, after: Json) -> Iterator[FieldChange]:
    """The parts of a list or a mapping that differ, by path; what is not there is None."""
    from deepdiff import DeepDiff  # imports half of the scientific stack where that is installed

    found: dict[str, FieldChange] = {}
    for group in DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0).values():
        for level in group:
            steps = level.path(output_format="list")
            path = name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
            found[path] = FieldChange(path, _at(before, steps), _at(after, steps))
    yield from (found[path] for path in sorted(found))


def _at(value: Json, steps: list[str | int]) -> Json:
    for step in steps:
        match value, step:
            case dict(), str():
                value = value.get(step)
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return None
    return value


def interface_changes(before: Value, after: Value) -> tuple[InterfaceChange, ...]:
    """What changes in the label interface, in words."""
    return compare(as_interface(before), as_interface(after))


def as_interface(xml: Value) -> LabelInterface:
    """The interface of a `label_config`; one that cannot be read counts as empty."""
    try:
        return parse(xml if isinstance(xml, str) else EMPTY)
    except InterfaceError:
        return parse(EMPTY)


def differs(kind: ResourceKind, one: Attributes, other: Attributes, names: Mapping[str, object]) -> bool:
    """Whether two readings of one object differ in any of the named attributes."""
    return not all(
        same(reveal(kind.canonical(name, one.get(name))), reveal(kind.canonical(name, other.get(name))))
        for name in names
    )


def same(one: Json, other: Json) -> bool:
    """Equal as JSON: numbers by value, but a boolean is no number, though Python has `True == 1`."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
        case _:
            return isinstance(one, bool) == isinstance(other, bool) and one == other

"""What a manifest has to say of a live object: what is not as of every new one, secrets as placeholders. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import ValidationError

from lsform.config.emit import Verbatim, switched_off
from lsform.core.values import Attributes, Json, Value, reveal
from lsform.engine.diff import field_changes, same
from lsform.engine.model import LiveResource
from lsform.engine.planner import INTERFACE, SYNC_IS_DUE
from lsform.resources import ResourceKind

# What no person would put into an address: letters and digits in turn, or very many of them.
_OPAQUE = re.compile(r"(?=[A-Za-z0-9]{4})(?:[A-Za-z]+[0-9]+[A-Za-z]|[0-9]+[A-Za-z]+[0-9])|[A-Za-z0-9]{20}")
_ADDRESSES = ("url", "s3_endpoint")  # attributes that are web addresses


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A secret in a manifest: the variable that is to hold it, and what it is now, where the server tells.

    `is_needed`: the manifest makes no sense without it; the others are switched off until somebody wants them managed.
    """

    variable: str
    value: str | None = field(repr=False)
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What is written of one object, and the names of what could not be; None: nothing could."""

    written: Mapping[str, Json] | None
    placeholders: tuple[Placeholder, ...] = ()
    unsaid: tuple[str, ...] = ()


class NameVariable(Protocol):
    """Gives the variable for a part of an object its name."""

    def __call__(self, *path: str) -> str: ...


def body(live: LiveResource, name: str, name_variable: NameVariable) -> Body:
    """The body of a resource called `name`, less its interface. `name_variable(*parts)` gives variables their names."""
    kind = live.kind
    declared, unsaid = _faithful(live, _worth_saying(live, name))
    if declared is None:
        return Body(None, (), unsaid)
    writer = _Writer(kind, name_variable)
    written: dict[str, Json] = {"type": kind.variant} if kind.variant else {}
    for key in kind.attributes:
        if key in kind.fields.write_only or key in kind.fields.secret:
            written.update(writer.secret(key, live.attributes))
        elif key in declared:
            written[key] = writer.plain(key, declared[key])
    if "sync" in kind.spec.model_fields and live.status in SYNC_IS_DUE:
        written["sync"] = "never"
    return Body(written, tuple(writer.placeholders), unsaid)


def _worth_saying(live: LiveResource, name: str) -> dict[str, Value]:
    """The attributes that are not what they would be anyway, and those that identify the object; no secrets."""
    kind, has = live.kind, live.attributes
    hidden = {INTERFACE} | kind.fields.secret | kind.fields.write_only
    anyway = {**kind.initial(has), **kind.defaults(name)}
    always = {one for one in kind.fields.identity if has.get(one) is not None}
    return {
        key: _beyond(has[key], anyway.get(key)) if key in kind.fields.lenient else has[key]
        for key in kind.attributes
        if key in has and key not in hidden and (key in always or not _is_same(kind, key, has[key], anyway.get(key)))
    }


def _beyond(value: Value, anyway: Value) -> Value:
    """The part of a mapping that is not so anyway."""
    if not isinstance(value, dict) or not isinstance(anyway, dict):
        return value
    inner = {key: _beyond(item, anyway.get(key)) for key, item in value.items()}
    return {key: item for key, item in inner.items() if item != {} and not same(reveal(item), reveal(anyway.get(key)))}


def _is_same(kind: ResourceKind, key: str, one: Value, other: Value) -> bool:
    """Equal, or both nothing: an empty text, list or mapping, or null."""
    values = [reveal(kind.canonical(key, value)) for value in (one, other)]
    nothing = all(value is None or value in ("", [], {}) for value in values)
    return nothing or same(*values)


def _faithful(live: LiveResource, said: dict[str, Value]) -> tuple[dict[str, Value] | None, tuple[str, ...]]:
    """What a manifest can say of these attributes so that it means just them, and the names of the others."""
    unsaid: list[str] = []
    required = {key for key, one in live.kind.spec.model_fields.items() if one.is_required()}
    while wrong := _misunderstood(live, said):
        culprits = [key for key in said if key in wrong] or _culprit(live, said)
        if lacking := sorted(required.intersection((*wrong, *culprits))):
            return None, tuple(lacking)
        if not culprits:
            return None, tuple(unsaid)
        unsaid += culprits
        said = {key: value for key, value in said.items() if key not in culprits}
    return said, tuple(unsaid)


def _culprit(live: LiveResource, said: Attributes) -> list[str]:
    """Where attributes contradict one another: the one without which they do not, else the last."""
    last = [*said][::-1]
    alone = (key for key in last if not _misunderstood(live, {one: said[one] for one in said if one != key}))
    return [next(alone, last[0])] if last else []


def _misunderstood(live: LiveResource, said: Attributes) -> set[str]:
    """The attributes that the manifest's reader refuses, or would understand as something else."""
    kind = live.kind
    given = {key: value for key, value in said.items() if value is not None}
    try:
        spec = kind.spec.model_validate({**({"type": kind.variant} if kind.variant else {}), **given})
    except ValidationError as error:
        return {str(one["loc"][0]) if one["loc"] else "" for one in error.errors(include_url=False)}
    declared = {key: value for key, value in spec.declared().items() if key in kind.attributes}
    return {one.attribute for one in field_changes(kind, declared, live.attributes)}


@dataclass(slots=True)
class _Writer:
    """Writes attributes, and notes the placeholders that it puts in."""

    kind: ResourceKind
    name_variable: NameVariable
    placeholders: list[Placeholder] = field(default_factory=list)

    def plain(self, key: str, value: Value) -> Json:
        """An attribute as it is; of an address with credentials in it, a placeholder that has to be filled."""
        shown = reveal(value)
        if key in _ADDRESSES and isinstance(shown, str) and carries_credentials(shown):
            return self._placeholder((key,), shown, is_needed=True)
        return shown

    def secret(self, key: str, attributes: Attributes) -> Iterator[tuple[str, Json]]:
        """A secret, switched off: the server keeps it. What the server never tells may be there or not."""
        if key in self.kind.fields.write_only:
            if key not in self.kind.initial(attributes):
                yield switched_off(key), self._placeholder((key,), None)
        elif reveal(attributes.get(key)):
            yield switched_off(key), self._hidden((key,), reveal(attributes.get(key)))

    def _hidden(self, path: tuple[str, ...], value: Json) -> Json:
        """The value with a placeholder for each text in it."""
        match value:
            case str():
                return self._placeholder(path, value)
            case dict():
                return {key: self._hidden((*path, key), item) for key, item in value.items()}
            case list():
                return [self._hidden((*path, str(number)), item) for number, item in enumerate(value, start=1)]
            case _:
                return value

    def _placeholder(self, path: tuple[str, ...], value: str | None, *, is_needed: bool = False) -> Verbatim:
        variable = self.name_variable(*path)
        self.placeholders.append(Placeholder(variable, value, is_needed))
        return Verbatim(f"${{env:{variable}}}")


def carries_credentials(text: str) -> bool:
    """Whether this is a web address with a user, a query or a part that nobody could guess."""
    if not re.match(r"https?://", text.strip(), re.IGNORECASE):
        return False
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return True
    return bool(parts.username or parts.password or parts.query or parts.fragment or _OPAQUE.search(parts.path))

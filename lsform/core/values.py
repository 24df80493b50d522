"""Values of attributes: JSON, plus secrets that cannot be printed. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from typing_extensions import TypeAliasType

SHOWN_SECRET = "(secret)"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that never leaves by accident: `repr` and `str` show where it comes from, not what it is."""

    value: str
    source: str = "literal"

    def __repr__(self) -> str:
        return f"Secret({self.source})"

    __str__ = __repr__


class Referenced(str):
    """Text that came out of `${env:...}` or `${file:...}`: it remembers from where, so that a secret field can tell."""

    __slots__ = ("source",)
    source: str

    def __new__(cls, text: str, source: str) -> Referenced:
        made = super().__new__(cls, text)
        made.source = source
        return made


class Confidential(Referenced):
    """Text that is a secret wherever it stands, such as what a provider of secrets gave."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Confidential({self.source})"


# Named types, not plain aliases: they are recursive, and pydantic must be able to stop at the name.
Json = TypeAliasType("Json", "bool | int | float | str | list[Json] | dict[str, Json] | None")
Value = TypeAliasType("Value", "bool | int | float | str | Secret | list[Value] | dict[str, Value] | None")
Attributes: TypeAlias = Mapping[str, Value]


def reveal(value: Value) -> Json:
    """The value as the server must see it, for adapters and for comparing; what this returns is never kept."""
    match value:
        case Secret():
            return value.value
        case dict():
            return {key: reveal(item) for key, item in value.items()}
        case list():
            return [reveal(item) for item in value]
        case _:
            return value


def mask(value: Value) -> Json:
    """The value as people may see it."""
    match value:
        case Secret():
            return SHOWN_SECRET
        case dict():
            return {key: mask(item) for key, item in value.items()}
        case list():
            return [mask(item) for item in value]
        case _:
            return value


def secrets_in(value: Value) -> Iterator[Secret]:
    """Every secret inside a value."""
    match value:
        case Secret():
            yield value
        case dict():
            for item in value.values():
                yield from secrets_in(item)
        case list():
            for item in value:
                yield from secrets_in(item)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)  # made once: it is asked often


def canonical_json(value: Json) -> str:
    """One text for one value: keys sorted, no white space, Unicode kept."""
    return _CANONICAL.encode(value)


def as_json(document: Json) -> str:
    """JSON as it is printed and saved."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def digest(value: Json) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()

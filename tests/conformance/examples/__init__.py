"""One example a kind: what may be declared of it, and what people do to its objects by hand.

A new kind needs one module here, named `<kind>.py` or `<kind>_<variant>.py`, with an `EXAMPLE`: the suite finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import NamedTuple

from lsform.core.values import Json
from lsform.resources import ResourceKind

Record = dict[str, Json]  # an object in the server's own words
Body = Mapping[str, Json]  # a declaration, in a manifest's words
Edit = Callable[[Record], Record]  # an object -> the request that changes it

# Environment variables that manifests take their secrets from.
SECRETS: Mapping[str, str] = {
    "SECRET_ONE": "canary-one-5e2f",
    "SECRET_TWO": "canary-two-77aa",
    "SECRET_PADDED": "  canary padded ",
    "SECRET_UNICODE": "canary-ünï-漢字-🦊",
    "SECRET_NONE": "",
    "SECRET_URL": "https://hooks.example.com/canary/9c1b",
}

# Free text at its worst: what trims, folds, escapes or cuts it somewhere shows.
TEXTS: tuple[str, ...] = (
    "plain",
    "Ünïcode, 漢字, 🦊 and \u200b",
    "  spaces around\t ",
    "\u00a0no-break\u2003spaces around\u2028",
    "two\r\nlines, and a last one\n",
    "'single', \"double\", `back`, \\ and &amp; <b>tags</b> %s {{x}} {0}",
    "$${not:a reference}",
    "# no comment: - [1, 2]",
    "",
)


class ByHand(NamedTuple):
    """Somebody changes `key`, declared as `declared`, to something else, by sending `body(record)`."""

    key: str
    declared: Json
    body: Edit


class Refused(NamedTuple):
    """A value of `key` that we let pass and the server refuses, saying `words`; `is_named`: of this very field."""

    key: str
    value: Json
    words: str
    is_named: bool = True


@dataclass(frozen=True)
class Example:
    """What the suite has to know of one kind.

    path        of the collection in the server's API; its objects are below it
    base        the least that a manifest says
    values      key -> valid values; each is a change to the one before it, the first to what the server has by itself
    beside      key -> what has to be declared with it
    spellings   key -> values that mean the same
    steps       declarations of fields that the server changes together, applied one after the other
    apart       keys whose values do not go together with those of others
    implied     keys whose values go without saying, since others bring them along
    stored_as   key -> attribute, where the names differ
    predictions whether values are about predictions, so that there have to be some
    unmarked    the request that takes our marker off an object
    foreign     an object that somebody else makes
    slash       what the server wants at the end of an object's address
    """

    path: str
    base: Body
    values: Mapping[str, Sequence[Json]]
    by_hand: ByHand
    refused: Refused
    unmarked: Edit
    foreign: Record
    beside: Mapping[str, Body] = field(default_factory=dict)
    spellings: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    steps: Sequence[Sequence[Body]] = ()
    apart: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()
    stored_as: Mapping[str, str] = field(default_factory=dict)
    predictions: frozenset[str] = frozenset()
    slash: str = "/"

    def declared(self, key: str, *value: Json) -> Body:
        """The base with what `key` needs beside it, and with a value of `key` if one is given."""
        return {**self.base, **self.beside.get(key, {}), **({key: value[0]} if value else {})}

    def combinations(self) -> Iterator[Body]:
        """Few declarations that have every value of every field: the n-th values of all fields at once."""
        together = {key: values for key, values in self.values.items() if key not in self.apart}
        beside = {key: value for name in together for key, value in self.beside.get(name, {}).items()}
        for row in range(max(len(values) for values in together.values())):
            yield {**self.base, **beside, **{key: values[row] for key, values in together.items() if row < len(values)}}
        yield from (self.declared(key, value) for key in sorted(self.apart) for value in self.values[key])

    def attribute(self, key: str) -> str:
        return self.stored_as.get(key, key)


def named(kind: ResourceKind) -> str:
    """`project`, or `import_storage_localfiles` where several kinds share a name."""
    return f"{kind.name}_{kind.variant}".rstrip("_")


def example_of(kind: ResourceKind) -> Example:
    """The example of a kind; raises ModuleNotFoundError when nobody has written one."""
    found = import_module(f"{__name__}.{named(kind)}").EXAMPLE
    assert isinstance(found, Example)
    return found

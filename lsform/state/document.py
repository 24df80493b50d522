"""The state as a value and as text: which server object each address was last applied to. Pure.

Format 2 has fingerprints of secrets and the key that they are made with; a state of format 1 has none of either.
The key is no secret of anybody's server, and a fingerprint cannot be turned back. Who can read the state can try
guesses, though: `LSFORM_FINGERPRINT_KEY` keeps the key elsewhere, and `secret_version` leaves no fingerprint at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from lsform.core.address import Address
from lsform.core.errors import LsformError
from lsform.core.values import Secret
from lsform.engine.model import Intent, StateEntry

FORMAT_VERSION = 2
NO_KEY = Secret("", "state")
CACHE_HINT = "state is a cache: delete it and the next plan finds everything by its markers"


class StateError(LsformError):
    """The state, or its lock, cannot be read or written."""


@dataclass(frozen=True, slots=True)
class State:
    """All that a stack remembers. `serial` counts saves, not edits: 0 was never saved, and only a save raises it.

    `fingerprint_key` is random and made once. `interrupted` is what the last run was about to write when it died.
    `doubts` are the nonces of creates after which nobody could see whether the server had made twins.
    """

    stack: str
    server: str
    lineage: str
    serial: int
    entries: Mapping[Address, StateEntry]
    fingerprint_key: Secret = NO_KEY
    interrupted: Intent | None = None
    doubts: frozenset[str] = frozenset()

    def with_entry(self, entry: StateEntry) -> State:
        return replace(self, entries={**self.entries, entry.address: entry})

    def without(self, address: Address) -> State:
        """Forget one resource, but not its children; forgetting what is not there changes nothing."""
        return replace(self, entries={key: entry for key, entry in self.entries.items() if key != address})


class Text(BaseModel):
    """Strict; and a wrong file is never quoted in an error, since nobody knows what is in it."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class EntryText(Text):
    digests: dict[str, str]
    fingerprints: dict[str, str] = {}
    kind: str
    nonce: str
    protect: bool
    remote: int
    variant: str


class _StateText(Text):
    doubts: list[str] = []
    entries: dict[str, EntryText]
    fingerprint_key: str = ""
    format_version: Literal[1, 2]
    lineage: str
    serial: int = Field(ge=0)
    server: str
    stack: str


class _AnyFormat(BaseModel):
    model_config = ConfigDict(defer_build=True)

    format_version: int


def dumps(state: State) -> bytes:
    """JSON, keys sorted, a line for each resource: the same state is always the same bytes."""
    head = {
        **({"doubts": sorted(state.doubts)} if state.doubts else {}),
        "fingerprint_key": state.fingerprint_key.value,
        "format_version": FORMAT_VERSION,
        "lineage": state.lineage,
        "serial": state.serial,
        "server": state.server,
        "stack": state.stack,
    }
    # Written a line at a time: one big document of 30,000 small dicts takes the garbage collector twice as long.
    named = {str(entry.address): entry for entry in state.entries.values()}
    lines = (b"\n    " + to_json({address: entry_json(named[address])})[1:-1] for address in sorted(named))
    return to_json(head, indent=2)[:-2] + b',\n  "entries": {' + b",".join(lines) + b"\n  }\n}\n"


def entry_json(entry: StateEntry) -> Mapping[str, object]:
    return {
        "digests": dict(sorted(entry.digests.items())),
        "fingerprints": dict(sorted(entry.fingerprints.items())),
        "kind": entry.kind,
        "nonce": entry.nonce,
        "protect": entry.protect,
        "remote": entry.remote,
        "variant": entry.variant,
    }


def loads(data: bytes, *, where: str) -> State:
    """Read what `dumps` wrote; raises StateError, which names `where` the bytes come from."""
    try:
        text = _StateText.model_validate_json(data)
        entries = [entry_of(Address.parse(address), entry) for address, entry in text.entries.items()]
    except ValueError as error:
        raise _refusal(data, error, where) from error
    return State(
        stack=text.stack,
        server=text.server,
        lineage=text.lineage,
        serial=text.serial,
        entries={entry.address: entry for entry in entries},
        fingerprint_key=Secret(text.fingerprint_key, "state"),
        doubts=frozenset(text.doubts),
    )


def entry_of(address: Address, text: EntryText) -> StateEntry:
    return StateEntry(
        address=address,
        kind=text.kind,
        variant=text.variant,
        remote=text.remote,
        nonce=text.nonce,
        digests=text.digests,
        protect=text.protect,
        fingerprints=text.fingerprints,
    )


def _refusal(data: bytes, error: ValueError, where: str) -> StateError:
    try:
        written = _AnyFormat.model_validate_json(data).format_version
    except ValidationError:
        written = FORMAT_VERSION
    if written > FORMAT_VERSION:
        return StateError(
            f"the state `{where}` has format {written} of a newer lsform; this one reads format {FORMAT_VERSION}",
            hint=f"update lsform, or start anew: {CACHE_HINT}",
        )
    return StateError(f"the state `{where}` cannot be read: {first_mistake(error)}", hint=CACHE_HINT)


def first_mistake(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"][:1].lower() + first["msg"][1:]
    return f"`{place}`: {message}" if place else message

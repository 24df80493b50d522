"""What a run is about to write and what came of it, since its state was last saved. Touches the store.

Beside `<stack>.json`, each write has an object `<stack>.journal/<lineage>-<serial>-<number>.json` of its own. It is
made before the write, so that of two that write at once only one gets the number, and replaced when the outcome is
known. That costs the same however large the state is. The state that is saved next holds all of it and has another
serial: what is left of older serials says nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic_core import to_json

from lsform.core.address import Address
from lsform.core.errors import Conflict
from lsform.engine.model import Action, Intent, StateEntry
from lsform.state.document import EntryText, State, StateError, Text, entry_json, entry_of, first_mistake
from lsform.state.objects import Objects

if TYPE_CHECKING:
    from obstore import UpdateVersion

FULL = 100  # writes between two saves of the state: what a crash leaves to be read, an object each


class _RecordText(Text):
    action: Action
    address: str
    doubted: bool = False
    ended: bool
    forgotten: list[str]
    nonce: str
    remembered: dict[str, EntryText]


@dataclass(frozen=True, slots=True)
class Record:
    """One write. What was forgotten was so before what was remembered; `ended` says that there is an outcome."""

    intent: Intent
    forgotten: tuple[Address, ...] = ()
    remembered: tuple[StateEntry, ...] = ()
    ended: bool = False
    doubted: bool = False

    @property
    def doubt(self) -> str:
        """The nonce of a create that may have made two, or ''."""
        return self.intent.nonce if self.doubted or not self.ended else ""

    def and_then(self, forgotten: tuple[Address, ...], remembered: tuple[StateEntry, ...], *, doubted: bool) -> Record:
        """The same write once it had this outcome, too."""
        kept = tuple(entry for entry in self.remembered if entry.address not in forgotten)
        return Record(self.intent, (*self.forgotten, *forgotten), (*kept, *remembered), ended=True, doubted=doubted)


class Journal:
    """The journal of one stack. All methods may raise StateError."""

    def __init__(self, objects: Objects, stack: str) -> None:
        self._objects = objects
        self._folder = f"{stack}.journal"
        self._names: list[str] = []  # of the objects that are there, as far as we know
        self._open: tuple[str, Record, UpdateVersion] | None = None
        self._number = 0

    @property
    def is_empty(self) -> bool:
        return not self._names

    @property
    def is_full(self) -> bool:
        return self._number >= FULL

    def look(self) -> None:
        """See what is there: only what was seen is cleared later."""
        self._names = self._objects.names(self._folder)

    def recovered(self, state: State) -> State:
        """The state with what was written since it was saved, and what was about to be written in the end."""
        entries, doubts, record = dict(state.entries), set(state.doubts), None
        for name in self._names:
            if name.startswith(f"{self._folder}/{_prefix(state)}") and (stored := self._objects.read(name)) is not None:
                record = _loads(stored.data, where=f"{self._objects.url.rstrip('/')}/{name}")
                for address in record.forgotten:
                    entries.pop(address, None)
                entries |= {entry.address: entry for entry in record.remembered}
                doubts.add(record.doubt)
        if record is None:
            return state
        doubtful = frozenset(doubts - {""})
        return replace(state, entries=entries, doubts=doubtful, interrupted=None if record.ended else record.intent)

    def begin(self, state: State, intent: Intent) -> None:
        """Tell what is about to be written on top of a saved state; Conflict when somebody else has just done so."""
        name = f"{self._folder}/{_prefix(state)}{self._number + 1:06}.json"
        record = Record(intent)
        version = self._objects.replace(name, _dumps(record), seen=None)
        if version is None:
            raise _conflict(name)
        self._number += 1
        self._names.append(name)
        self._open = name, record, version

    def end(self, forgotten: tuple[Address, ...], remembered: tuple[StateEntry, ...], *, doubted: bool = False) -> None:
        """Tell what came of the write that was begun last."""
        assert self._open is not None, "begun"
        name, record, seen = self._open
        ended = record.and_then(forgotten, remembered, doubted=doubted)
        version = self._objects.replace(name, _dumps(ended), seen=seen)
        if version is None:
            raise _conflict(name)
        self._open = name, ended, version

    def clear(self) -> None:
        """Begin anew, once the state is saved: delete what was seen or written here."""
        self._objects.remove(self._names)
        self._names, self._open, self._number = [], None, 0


def _prefix(state: State) -> str:
    return f"{state.lineage}-{state.serial}-"


def _conflict(name: str) -> Conflict:
    return Conflict(
        f"somebody else writes to this stack at the same time: `{name}` is theirs",
        hint="wait for the other to end, then plan again: what was applied is found by its markers",
    )


def _dumps(record: Record) -> bytes:
    document = {
        "action": record.intent.action.value,
        "address": str(record.intent.address),
        "nonce": record.intent.nonce,
        "forgotten": [str(address) for address in record.forgotten],
        "remembered": {str(entry.address): entry_json(entry) for entry in record.remembered},
        "ended": record.ended,
        "doubted": record.doubted,
    }
    return to_json(document) + b"\n"


def _loads(data: bytes, *, where: str) -> Record:
    try:
        text = _RecordText.model_validate_json(data)
        return Record(
            Intent(Address.parse(text.address), text.action, text.nonce),
            tuple(Address.parse(one) for one in text.forgotten),
            tuple(entry_of(Address.parse(address), entry) for address, entry in text.remembered.items()),
            text.ended,
            text.doubted,
        )
    except ValueError as error:
        raise StateError(
            f"the journal `{where}` cannot be read: {first_mistake(error)}",
            hint="delete it: what was written is found by its markers",
        ) from error

"""The memory of a run: durable when a call returns, one address for one object, and nothing without the lock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.core.address import Address
from lsform.core.errors import Conflict
from lsform.engine.model import StateEntry
from lsform.state import StateLock, StateStore, unlock
from lsform.state.memory import StateMemory
from tests.unit.engine.estate import Fuse, MemoryObjects
from tests.unit.engine.generated import LAWS


def entry(name: str, remote: int, *, nonce: str = "n") -> StateEntry:
    return StateEntry(Address.of("project", name), "project", "", remote, nonce, {"title": f"digest of {name}"})


@pytest.fixture
def store(tmp_path: Path) -> StateStore:
    return StateStore.open("file:state", base=tmp_path, stack="s")


@pytest.fixture
def memory(store: StateStore) -> Iterator[StateMemory]:
    with StateLock(store, command="apply") as lock:
        yield StateMemory(store, store.new(server="http://memory"), lock)


def kept(store: StateStore) -> dict[str, int]:
    """What another process would read."""
    state = StateStore(store.objects, store.stack).load()
    return {} if state is None else {str(address): one.remote for address, one in state.entries.items()}


def test_what_is_remembered_is_saved_when_the_call_returns(store: StateStore, memory: StateMemory) -> None:
    memory.remember(entry("a", 1))
    assert {"project.a": 1} == kept(store)
    memory.remember(entry("b", 2), entry("c", 3))
    assert {"project.a": 1, "project.b": 2, "project.c": 3} == kept(store)


def test_what_is_forgotten_is_gone_when_the_call_returns(store: StateStore, memory: StateMemory) -> None:
    memory.remember(entry("a", 1), entry("b", 2))
    memory.forget(entry("a", 1))
    assert {"project.b": 2} == kept(store)
    memory.forget(entry("a", 1), entry("never", 9))
    assert {"project.b": 2} == kept(store)


def test_nothing_to_remember_saves_nothing(store: StateStore, memory: StateMemory) -> None:
    memory.remember()
    memory.forget()
    assert StateStore(store.objects, store.stack).load() is None


def test_a_moved_object_is_remembered_under_its_new_address_alone(store: StateStore, memory: StateMemory) -> None:
    memory.remember(entry("old", 1))
    memory.remember(entry("new", 1))
    assert {"project.new": 1} == kept(store)


def test_an_address_that_gets_another_object_gives_up_the_one_before(store: StateStore, memory: StateMemory) -> None:
    """A server that was set up anew gives old ids to new objects: `a` was 5 and is 1, then `b` becomes 5."""
    memory.remember(entry("a", 5))
    memory.remember(entry("a", 1))
    memory.remember(entry("b", 5))
    assert {"project.a": 1, "project.b": 5} == kept(store)


def test_entries_from_before_are_kept(store: StateStore) -> None:
    with StateLock(store, command="apply") as lock:
        StateMemory(store, store.new(server="http://memory"), lock).remember(entry("a", 1))
    with StateLock(store, command="apply") as lock:
        state = store.load()
        assert state is not None
        StateMemory(store, state, lock).remember(entry("b", 2))
    assert {"project.a": 1, "project.b": 2} == kept(store)


def test_ids_count_by_kind(store: StateStore, memory: StateMemory) -> None:
    view = StateEntry(Address.parse("project.a/view.v"), "view", "", 1, "n", {})
    memory.remember(entry("a", 1))
    memory.remember(view)
    assert {"project.a": 1, "project.a/view.v": 1} == kept(store)


def test_nothing_is_remembered_without_the_lock(store: StateStore, memory: StateMemory) -> None:
    memory.remember(entry("a", 1))
    unlock(store)
    with StateLock(store, command="other"), pytest.raises(Conflict, match="is locked by `other`"):
        memory.remember(entry("b", 2))
    assert {"project.a": 1} == kept(store)


def test_a_state_that_somebody_else_saved_is_not_overwritten(store: StateStore, memory: StateMemory) -> None:
    memory.remember(entry("a", 1))
    other = StateStore(store.objects, store.stack)
    state = other.load()
    assert state is not None
    other.save(state.without(Address.of("project", "a")))
    with pytest.raises(Conflict, match="was changed by somebody else"):
        memory.remember(entry("b", 2))
    assert {} == kept(store)


STEPS = st.lists(
    st.tuples(st.sampled_from(["remember", "forget"]), st.sampled_from("abc"), st.integers(1, 3)), max_size=12
)


@LAWS
@given(steps=STEPS)
def test_no_object_has_two_addresses_and_what_was_remembered_last_is_there(steps: list[tuple[str, str, int]]) -> None:
    store = StateStore(MemoryObjects(Fuse()), "s")
    with StateLock(store, command="apply") as lock:
        memory = StateMemory(store, store.new(server="http://memory"), lock)
        for verb, name, remote in steps:
            one = entry(name, remote)
            (memory.remember if verb == "remember" else memory.forget)(one)
            found = kept(store)
            assert (found.get(str(one.address)) == remote) == (verb == "remember")
            assert len(found) == len({*found.values()})

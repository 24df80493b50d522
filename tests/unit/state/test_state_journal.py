"""The journal: what is about to be written is told before, what came of it after, and a crash loses neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lsform.core.address import Address
from lsform.core.errors import Conflict
from lsform.engine.model import Action, Intent, StateEntry
from lsform.state import State, StateError, StateLock, StateStore, unlock
from lsform.state.journal import FULL
from lsform.state.memory import StateMemory

Open = Callable[[], StateStore]
A, B = Address.of("project", "a"), Address.of("project", "b")
CREATE_A, DELETE_A, CREATE_B = Intent(A, Action.CREATE, "n1"), Intent(A, Action.DELETE), Intent(B, Action.CREATE, "n2")


def entry(address: Address, remote: int) -> StateEntry:
    return StateEntry(address, "project", "", remote, "n", {"title": "digest"}, fingerprints={"key": "version:1"})


def begun(store: StateStore, lock: StateLock) -> StateMemory:
    return StateMemory(store, store.load() or store.new(server="http://server"), lock)


def loaded(open_store: Open) -> State:
    """What the next process would read."""
    state = open_store().load()
    assert state is not None
    return state


def journal(tmp_path: Path) -> list[Path]:
    return sorted(tmp_path.glob(".lsform/state/vision.journal/*"))


@pytest.fixture
def memory(open_store: Open) -> StateMemory:
    """That of a run which holds the lock, as it will do for the length of a test."""
    store = open_store()
    lock = StateLock(store, command="apply")
    lock.acquire()
    return begun(store, lock)


def test_what_is_about_to_be_written_is_known_to_the_next_process(open_store: Open, memory: StateMemory) -> None:
    memory.intend(CREATE_A)
    assert (CREATE_A, {}) == (loaded(open_store).interrupted, loaded(open_store).entries)


def test_what_came_of_it_is_known_too_without_a_save_of_the_state(open_store: Open, memory: StateMemory) -> None:
    memory.intend(CREATE_A)
    serial = loaded(open_store).serial
    memory.remember(entry(A, 1))
    memory.intend(CREATE_B)
    memory.remember(entry(B, 2))
    memory.intend(DELETE_A)
    memory.forget(entry(A, 1))
    after = loaded(open_store)
    assert (serial, None, {B: entry(B, 2)}) == (after.serial, after.interrupted, after.entries)


def test_what_is_remembered_and_forgotten_of_one_write_is_so_in_that_order(
    open_store: Open, memory: StateMemory
) -> None:
    memory.intend(CREATE_A)
    memory.remember(entry(A, 1))
    memory.forget(entry(A, 1))
    memory.remember(entry(B, 2))
    assert {B: entry(B, 2)} == loaded(open_store).entries


def test_only_the_last_write_can_be_cut_short(open_store: Open, memory: StateMemory) -> None:
    memory.intend(CREATE_A)  # refused by the server, which was told then
    memory.intend(CREATE_B)
    memory.remember(entry(B, 2))
    assert None is loaded(open_store).interrupted


def test_at_the_end_of_a_run_the_state_has_it_all_and_the_journal_is_gone(
    open_store: Open, memory: StateMemory, tmp_path: Path
) -> None:
    memory.intend(CREATE_A)
    memory.remember(entry(A, 1))
    assert 1 == len(journal(tmp_path))
    memory.finish()
    assert not (tmp_path / ".lsform/state/vision.journal").exists()
    assert {A: entry(A, 1)} == loaded(open_store).entries


def test_a_run_that_writes_nothing_saves_nothing(memory: StateMemory, tmp_path: Path) -> None:
    memory.finish()
    assert ["vision.lock"] == [path.name for path in tmp_path.glob(".lsform/state/*")]


def test_a_journal_does_not_grow_without_end(open_store: Open, memory: StateMemory, tmp_path: Path) -> None:
    for number in range(FULL + 1):
        memory.intend(replace(CREATE_A, nonce=f"n{number}"))
        memory.remember(entry(A, number))
    assert 1 == len(journal(tmp_path))
    assert {A: entry(A, FULL)} == loaded(open_store).entries


def test_what_a_crash_left_is_saved_by_the_next_run_and_cleared(
    open_store: Open, memory: StateMemory, tmp_path: Path
) -> None:
    memory.intend(CREATE_A)
    memory.remember(entry(A, 1))
    memory.intend(CREATE_B)
    store = open_store()
    unlock(store)
    with StateLock(store, command="apply") as lock:
        begun(store, lock).finish()
    assert [] == journal(tmp_path)
    assert (None, {A: entry(A, 1)}) == (loaded(open_store).interrupted, loaded(open_store).entries)


def test_leftovers_of_another_serial_or_lineage_say_nothing(
    open_store: Open, memory: StateMemory, tmp_path: Path
) -> None:
    memory.intend(CREATE_A)
    memory.remember(entry(A, 1))
    (left,) = journal(tmp_path)
    state = loaded(open_store)
    newer = open_store().save(replace(state, entries={}))  # a run that died between saving and clearing
    assert left.exists(), "this store had not seen it"
    assert newer == loaded(open_store)
    other = open_store()
    other.save(other.load() or state)
    assert [] == journal(tmp_path)


def test_a_deleted_state_takes_its_journal_along(open_store: Open, memory: StateMemory, tmp_path: Path) -> None:
    memory.intend(CREATE_A)
    open_store().delete()
    assert [] == journal(tmp_path)


def test_a_state_that_somebody_deleted_alone_leaves_a_journal_that_says_nothing(
    open_store: Open, memory: StateMemory, tmp_path: Path
) -> None:
    memory.intend(CREATE_A)
    (tmp_path / ".lsform/state/vision.json").unlink()
    store = open_store()
    assert None is store.load()
    store.save(store.new(server="http://server"))
    assert [] == journal(tmp_path)


def test_of_two_that_write_at_once_the_second_is_in_conflict(open_store: Open) -> None:
    """Both hold the lock, as they believe: they know the same state, and one gets the next number."""
    first, second = open_store(), open_store()
    state = first.save(first.new(server="http://server"))
    first.journal.begin(state, CREATE_A)
    with pytest.raises(Conflict, match="somebody else writes to this stack at the same time"):
        second.journal.begin(state, CREATE_B)


def test_an_outcome_is_not_written_over_a_journal_that_somebody_else_has_cleared(open_store: Open) -> None:
    first = open_store()
    state = first.save(first.new(server="http://server"))
    first.journal.begin(state, CREATE_A)
    other = open_store()
    other.save(loaded(open_store))
    other.load()
    other.journal.clear()
    with pytest.raises(Conflict):
        first.journal.end((), (entry(A, 1),))


@pytest.mark.parametrize("text", ["", '{"action": "create"', "[]", '{"action": "explode"}', "CANARY"])
def test_a_damaged_journal_is_named_and_never_quoted(
    open_store: Open, memory: StateMemory, tmp_path: Path, text: str
) -> None:
    memory.intend(CREATE_A)
    (path,) = journal(tmp_path)
    path.write_text(text)
    with pytest.raises(
        StateError, match=rf"the journal `file:\.lsform/state/vision\.journal/{path.name}` cannot"
    ) as caught:
        open_store().load()
    assert "delete it: what was written is found by its markers" == caught.value.hint
    assert "CANARY" not in str(caught.value)


# -- creates in doubt -------------------------------------------------------------------------------------------------


def test_a_create_is_in_doubt_until_it_is_known_what_it_made(open_store: Open, memory: StateMemory) -> None:
    memory.intend(CREATE_A)
    assert {"n1"} == loaded(open_store).doubts
    memory.remember(entry(A, 1))
    assert frozenset() == loaded(open_store).doubts


def test_a_doubt_outlives_the_run_and_a_save(open_store: Open, memory: StateMemory) -> None:
    memory.intend(CREATE_A)
    memory.remember(entry(A, 1), doubted=True)
    memory.intend(CREATE_B)
    assert {"n1", "n2"} == loaded(open_store).doubts
    memory.remember(entry(B, 2))
    memory.finish()
    assert ({"n1"}, []) == (loaded(open_store).doubts, open_store().objects.names("vision.journal"))


def test_a_doubt_that_nothing_bears_out_is_dropped(open_store: Open) -> None:
    store = open_store()
    with StateLock(store, command="apply") as lock:
        state = store.save(replace(store.new(server="http://server"), doubts=frozenset({"n1"})))
        StateMemory(store, state, lock, frozenset()).finish()
    assert frozenset() == loaded(open_store).doubts

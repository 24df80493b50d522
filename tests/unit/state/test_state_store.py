"""The state in a folder: saved by one at a time, and seen by its owner only."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lsform.core.address import Address
from lsform.core.errors import Conflict
from lsform.engine.model import StateEntry
from lsform.state import StateError, StateStore
from lsform.state.document import dumps

Open = Callable[[], StateStore]


def test_what_is_saved_is_loaded(open_store: Open, entry: StateEntry) -> None:
    store = open_store()
    saved = store.save(store.new(server="http://server").with_entry(entry))
    assert (saved.serial, saved.entries) == (1, {entry.address: entry})
    assert saved == store.load() == open_store().load()


def test_reading_makes_no_folder(open_store: Open, tmp_path: Path) -> None:
    assert open_store().load() is None
    open_store().delete()
    assert list(tmp_path.iterdir()) == []


def test_each_save_counts_and_can_be_followed_by_another(open_store: Open) -> None:
    store = open_store()
    state = store.new(server="http://server")
    for serial in (1, 2, 3):
        state = store.save(state)
        assert serial == state.serial
    assert state == open_store().load()


def test_a_state_has_a_key_of_its_own_that_is_made_once(open_store: Open, entry: StateEntry) -> None:
    store = open_store()
    state = store.save(store.new(server="http://server"))
    assert 64 == len(state.fingerprint_key.value)
    assert state.fingerprint_key == store.save(state.with_entry(entry)).fingerprint_key
    assert state.fingerprint_key != store.new(server="http://server").fingerprint_key


def test_a_state_of_format_1_gets_a_key_with_its_next_save(open_store: Open, entry: StateEntry) -> None:
    store = open_store()
    old = json.loads(dumps(store.save(store.new(server="http://server").with_entry(entry))))
    del old["fingerprint_key"], old["entries"][str(entry.address)]["fingerprints"]
    stored = store.objects.read("vision.json")
    assert stored is not None
    store.objects.replace("vision.json", json.dumps({**old, "format_version": 1}).encode(), seen=stored.version)
    loaded = open_store().load()
    assert loaded is not None
    assert (64, {entry.address: entry}) == (len(loaded.fingerprint_key.value), loaded.entries)
    assert loaded.fingerprint_key == open_store().save(loaded).fingerprint_key


def test_a_state_may_be_saved_through_another_store_object(open_store: Open, entry: StateEntry) -> None:
    first = open_store()
    state = first.save(first.new(server="http://server"))
    second = open_store().save(state.with_entry(entry))
    assert second == open_store().load()


def test_of_two_savers_the_second_is_in_conflict_and_changes_nothing(open_store: Open, entry: StateEntry) -> None:
    one, other = open_store(), open_store()
    one.save(one.new(server="http://server"))
    ours, theirs = one.load(), other.load()
    assert ours is not None
    assert theirs is not None
    saved = one.save(ours.with_entry(entry))
    for _ in range(2):
        with pytest.raises(Conflict, match="changed by somebody else"):
            other.save(theirs)
    assert saved == open_store().load()


def test_of_two_first_savers_the_second_is_in_conflict(open_store: Open) -> None:
    one, other = open_store(), open_store()
    saved = one.save(one.new(server="http://server"))
    with pytest.raises(Conflict):
        other.save(other.new(server="http://server"))
    assert saved == open_store().load()


def test_an_old_value_cannot_be_saved_again_by_the_same_store(open_store: Open) -> None:
    store = open_store()
    old = store.save(store.new(server="http://server"))
    store.save(old)
    with pytest.raises(Conflict):
        store.save(old)


def test_a_state_of_another_lineage_is_not_overwritten(open_store: Open) -> None:
    store = open_store()
    saved = store.save(store.new(server="http://server"))
    with pytest.raises(Conflict):
        open_store().save(replace(saved, lineage="other"))


def test_a_state_that_was_deleted_meanwhile_does_not_come_back(open_store: Open) -> None:
    store = open_store()
    saved = store.save(store.new(server="http://server"))
    open_store().delete()
    with pytest.raises(Conflict):
        store.save(saved)
    assert open_store().load() is None


def test_a_deleted_state_is_gone_and_may_begin_anew(open_store: Open) -> None:
    store = open_store()
    store.save(store.new(server="http://server"))
    store.delete()
    store.delete()
    assert store.load() is None
    assert store.save(store.new(server="http://server")).serial == 1


def test_a_delete_of_what_was_seen_spares_what_came_after(open_store: Open) -> None:
    objects = open_store().objects
    first = objects.replace("x", b"first", seen=None)
    second = objects.replace("x", b"second", seen=first)
    objects.delete("x", seen=first)
    assert objects.read("x") is not None
    objects.delete("x", seen=second)
    assert objects.read("x") is None


def test_a_corrupted_state_is_not_overwritten(open_store: Open, tmp_path: Path) -> None:
    store = open_store()
    saved = store.save(store.new(server="http://server"))
    file = tmp_path / ".lsform/state/vision.json"
    file.write_bytes(b"{")
    with pytest.raises(StateError, match=re.escape("`file:.lsform/state/vision.json` cannot be read")):
        open_store().save(saved)
    with pytest.raises(Conflict):
        store.save(saved)
    assert file.read_bytes() == b"{"


def test_the_folder_is_the_owners_alone_and_git_does_not_see_it(open_store: Open, tmp_path: Path) -> None:
    store = open_store()
    store.save(store.new(server="http://server"))
    assert stat.S_IMODE((tmp_path / ".lsform/state").stat().st_mode) == 0o700
    assert (tmp_path / ".lsform/.gitignore").read_text() == "*\n"
    assert [file.name for file in (tmp_path / ".lsform/state").iterdir()] == ["vision.json"]


def test_stacks_share_a_folder_without_seeing_each_other(tmp_path: Path) -> None:
    one, other = (StateStore.open("file:state", base=tmp_path, stack=stack) for stack in ("one", "other"))
    one.save(one.new(server="http://server"))
    assert other.load() is None


@pytest.mark.parametrize("form", ["file:{}", "file://{}"])
def test_an_absolute_folder_is_not_relative_to_the_stack(form: str, tmp_path: Path) -> None:
    store = StateStore.open(form.format(tmp_path / "a folder, #1"), base=Path("/nowhere"), stack="vision")
    store.save(store.new(server="http://server"))
    assert (tmp_path / "a folder, #1/vision.json").is_file()


def test_a_relative_folder_stays_where_it_was_when_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = StateStore.open("file:state", base=Path(), stack="vision")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.save(store.new(server="http://server"))
    assert (tmp_path / "state/vision.json").is_file()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://host/x", "names no store"),
        ("s3:", "names no store"),
        (".lsform/state", "names no store"),
        ("file://state", "names a host"),
        ("s3://ID:CANARY@bucket/x", "may not hold credentials"),
        ("az://box/x?sig=CANARY", "may not hold credentials"),
        ("s3://", "failed"),
    ],
)
def test_a_wrong_url_is_refused_at_once_without_being_quoted(url: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(StateError, match=message) as caught:
        StateStore.open(url, base=tmp_path, stack="vision")
    assert "CANARY" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


def test_a_file_in_the_place_of_the_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    store = StateStore.open("file:state", base=tmp_path, stack="vision")
    with pytest.raises(StateError, match=r"`file:state` failed: .*File exists") as caught:
        store.save(store.new(server="http://server"))
    assert "check that the folder" in caught.value.hint


def test_a_large_state_is_loaded_as_saved(open_store: Open, entry: StateEntry) -> None:
    many = {
        address: replace(entry, address=address, remote=number)
        for number in range(3000)
        for address in (Address.of("project", f"p{number}"),)
    }
    store = open_store()
    saved = store.save(replace(store.new(server="http://server"), entries=many))
    assert saved == open_store().load()


def test_a_state_of_another_stack_is_refused_by_name(open_store: Open, tmp_path: Path) -> None:
    other = StateStore.open("file:.lsform/state", base=tmp_path, stack="audio")
    other.save(other.new(server="http://server"))
    (tmp_path / ".lsform/state/audio.json").rename(tmp_path / ".lsform/state/vision.json")
    with pytest.raises(StateError, match=r"`file:\.lsform/state/vision\.json` is of the stack `audio`") as caught:
        open_store().load()
    assert "delete it and the next plan finds everything" in caught.value.hint

"""One state in every kind of store: a folder, and a real client against what speaks S3 (moto), Azure (azurite) and
Google's XML API. The last is ours, written after Google's documentation (`tests/google_storage.py` says why): `gs:` was
never tried on Google itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lsform.core.address import Address
from lsform.core.errors import Conflict
from lsform.engine.model import Action, Intent, StateEntry
from lsform.state import State, StateError, StateLock, StateStore, current, unlock
from lsform.state.lock import utc_now
from tests.google_storage import GoogleStorage

Open = Callable[[], StateStore]
SCHEMES = ("file", "s3", "gs", "az")
INTENT = Intent(Address.of("project", "a"), Action.CREATE, "n")


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    """Where the environment says that the bucket `memory` is."""
    found: str = request.param
    if found == "s3":
        request.getfixturevalue("s3")(request.getfixturevalue("moto_url"))
    elif found != "file":
        monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
        for name, value in request.getfixturevalue({"az": "azurite", "gs": "google_environment"}[found]).items():
            monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def open_bucket(scheme: str, tmp_path: Path) -> Iterator[Open]:
    url = f"file:{tmp_path}/memory/lsform/dev" if scheme == "file" else f"{scheme}://memory/lsform/dev"

    def opened() -> StateStore:
        return StateStore.open(url, base=Path("/nowhere"), stack="vision")

    yield opened
    opened().delete()
    unlock(opened())


def test_a_bucket_keeps_the_state(open_bucket: Open, entry: StateEntry) -> None:
    store = open_bucket()
    assert store.load() is None
    saved = store.save(store.save(store.new(server="http://server")).with_entry(entry))
    assert saved.serial == 2
    assert saved == open_bucket().load()
    store.delete()
    store.delete()
    assert open_bucket().load() is None


def test_of_two_savers_to_a_bucket_the_second_is_in_conflict(open_bucket: Open, entry: StateEntry) -> None:
    one, other = open_bucket(), open_bucket()
    saved = one.save(one.new(server="http://server"))
    with pytest.raises(Conflict):
        other.save(other.new(server="http://server"))
    assert saved == other.load()
    newer = one.save(saved.with_entry(entry))
    with pytest.raises(Conflict, match=re.escape(f"`{other.where}` was changed")):
        other.save(saved)
    assert newer == open_bucket().load()


def test_a_lock_in_a_bucket_excludes_is_taken_over_and_released(open_bucket: Open) -> None:
    with StateLock(open_bucket(), command="apply") as lock:
        with pytest.raises(Conflict):
            StateLock(open_bucket(), command="apply").acquire()
        lock.refresh()
    assert current(open_bucket()) is None
    yesterday = utc_now() - timedelta(days=1)
    expired = StateLock(open_bucket(), command="apply", host="elsewhere", clock=lambda: yesterday)
    expired_id = expired.acquire().id
    with StateLock(open_bucket(), command="apply"):
        found = current(open_bucket())
        assert found is not None
        assert expired_id != found.id
        expired.release()
        assert found == current(open_bucket())


@pytest.mark.parametrize("scheme", ["s3", "gs", "az"], indirect=True)
def test_a_bucket_that_does_not_exist_is_an_error_and_not_an_empty_state(scheme: str) -> None:
    store = StateStore.open(f"{scheme}://mistyped/x", base=Path("/nowhere"), stack="vision")
    code, place = ("ContainerNotFound", "container") if scheme == "az" else ("NoSuchBucket", "bucket")
    with pytest.raises(StateError, match=f"`{scheme}://mistyped/x` failed: {code}") as caught:
        store.load()
    assert f"check the {place}" in caught.value.hint


def test_a_journal_in_a_bucket_is_read_again_and_cleared(open_bucket: Open, entry: StateEntry) -> None:
    store = open_bucket()
    state = store.save(store.new(server="http://server"))
    store.journal.begin(state, INTENT)
    assert INTENT == loaded(open_bucket).interrupted
    with pytest.raises(Conflict, match="somebody else writes"):
        open_bucket().journal.begin(state, INTENT)
    store.journal.end((), (entry,))
    after = loaded(open_bucket)
    assert (None, {entry.address: entry}) == (after.interrupted, after.entries)
    store.save(after)
    assert [] == store.objects.names("vision.journal")


@pytest.mark.parametrize("scheme", ["gs"], indirect=True)
def test_google_is_sent_no_write_without_a_condition(
    open_bucket: Open, entry: StateEntry, google: GoogleStorage
) -> None:
    google.conditions.clear()
    store = open_bucket()
    with StateLock(store, command="apply") as lock:
        state = store.save(store.new(server="http://server"))
        store.journal.begin(state, INTENT)
        store.journal.end((), (entry,))
        store.save(loaded(open_bucket))
        lock.refresh()
    made, replaced = ["0"] * 3, [one for one in google.conditions if one not in ("", "0")]  # lock, state and journal
    assert [*made, *replaced] == google.conditions
    assert 3 == len(set(replaced))


def test_an_outcome_is_not_written_into_a_bucket_that_somebody_else_has_cleared(
    open_bucket: Open, entry: StateEntry
) -> None:
    store = open_bucket()
    store.journal.begin(store.save(store.new(server="http://server")), INTENT)
    open_bucket().delete()
    with pytest.raises(Conflict):
        store.journal.end((), (entry,))


def loaded(open_bucket: Open) -> State:
    state = open_bucket().load()
    assert state is not None
    return state


def test_a_refusal_names_the_code_and_never_a_key(refusing_url: str, s3: Callable[[str], None]) -> None:
    s3(refusing_url)
    store = StateStore.open("s3://memory/x", base=Path("/nowhere"), stack="vision")
    with pytest.raises(StateError, match="`s3://memory/x` failed: SignatureDoesNotMatch") as caught:
        store.load()
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "`AWS_ACCESS_KEY_ID`" in caught.value.hint
    assert "CANARY" not in f"{caught.value} {caught.value.hint}"

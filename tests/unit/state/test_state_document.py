"""The state as text: what goes in comes out, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.core.address import NAME_PATTERN, Address
from lsform.core.values import Secret
from lsform.engine.model import StateEntry
from lsform.state import State, StateError
from lsform.state.document import CACHE_HINT, FORMAT_VERSION, NO_KEY, dumps, loads

RAW = Address.parse("project.traffic/import_storage.raw")
ENTRY = StateEntry(
    address=RAW,
    kind="import_storage",
    variant="s3",
    remote=7,
    nonce="n7",
    digests={"prefix": "d1", "bucket": "d0"},
    fingerprints={"password": "hmac-1:f0"},
)
KEY = Secret("k", "state")
STATE = State("vision", "http://localhost:8080", "l1", 3, {RAW: ENTRY}, KEY)
OF_FORMAT_1 = b"""\
{
  "format_version": 1,
  "lineage": "l1",
  "serial": 3,
  "server": "http://localhost:8080",
  "stack": "vision",
  "entries": {
    "project.traffic/import_storage.raw":{"digests":{"bucket":"d0","prefix":"d1"},"kind":"import_storage",\
"nonce":"n7","protect":false,"remote":7,"variant":"s3"}
  }
}
"""

segments = st.tuples(st.from_regex(r"[a-z][a-z_]*", fullmatch=True), st.from_regex(NAME_PATTERN, fullmatch=True))
addresses = st.lists(segments, min_size=1, max_size=2).map(lambda path: Address(tuple(path)))
entries = st.builds(
    StateEntry,
    address=addresses,
    kind=st.text(),
    variant=st.text(),
    remote=st.integers(0, 2**63),
    nonce=st.text(),
    digests=st.dictionaries(st.text(), st.text()),
    fingerprints=st.dictionaries(st.text(), st.text()),
    protect=st.booleans(),
)
states = st.builds(
    State,
    stack=st.text(),
    server=st.text(),
    lineage=st.text(),
    serial=st.integers(0, 2**63),
    entries=st.lists(entries, max_size=5).map(lambda some: {entry.address: entry for entry in some}),
    fingerprint_key=st.builds(Secret, st.text(), st.just("state")),
)


def document(**changes: object) -> bytes:
    return json.dumps({**json.loads(dumps(STATE)), **changes}).encode()


@given(states)
def test_a_state_comes_back_as_it_went(state: State) -> None:
    assert state == loads(dumps(state), where="here")


@given(states)
def test_the_order_of_entries_and_digests_leaves_no_trace(state: State) -> None:
    backwards = {
        address: StateEntry(
            address=address,
            kind=entry.kind,
            variant=entry.variant,
            remote=entry.remote,
            nonce=entry.nonce,
            digests=dict(reversed(list(entry.digests.items()))),
            fingerprints=dict(reversed(list(entry.fingerprints.items()))),
            protect=entry.protect,
        )
        for address, entry in reversed(list(state.entries.items()))
    }
    assert dumps(state) == dumps(replace(state, entries=backwards))


def test_the_text_has_the_declared_fields_and_a_line_for_each_resource() -> None:
    text = """\
{
  "fingerprint_key": "k",
  "format_version": 2,
  "lineage": "l1",
  "serial": 3,
  "server": "http://localhost:8080",
  "stack": "vision",
  "entries": {
    "project.traffic/import_storage.raw":{"digests":{"bucket":"d0","prefix":"d1"},\
"fingerprints":{"password":"hmac-1:f0"},"kind":"import_storage",\
"nonce":"n7","protect":false,"remote":7,"variant":"s3"}
  }
}
"""
    assert text == dumps(STATE).decode()


def test_a_state_of_format_1_is_read_and_saved_as_format_2() -> None:
    read = loads(OF_FORMAT_1, where="here")
    assert replace(STATE, entries={RAW: replace(ENTRY, fingerprints={})}, fingerprint_key=NO_KEY) == read
    assert read == loads(dumps(read), where="here")
    assert FORMAT_VERSION == json.loads(dumps(read))["format_version"] == 2


def test_the_key_of_a_state_is_not_shown_by_accident() -> None:
    assert "canary" not in repr(replace(STATE, fingerprint_key=Secret("canary", "state")))


def test_a_resource_is_remembered_and_forgotten_without_touching_the_state_it_came_from() -> None:
    project = Address.of("project", "traffic")
    more = STATE.with_entry(StateEntry(project, "project", "", 1, "n1", {}, protect=True))
    assert {RAW, project} == set(more.entries)
    assert {RAW} == set(more.without(project).entries) == set(STATE.entries)
    assert STATE.without(project) == STATE
    assert STATE.serial == more.serial


def test_a_state_truncated_anywhere_is_refused_with_the_way_out() -> None:
    whole = dumps(STATE)
    for length in range(len(whole) - 1):  # the last byte is the end of a line, and no loss
        with pytest.raises(StateError, match="`here` cannot be read") as caught:
            loads(whole[:length], where="here")
        assert caught.value.hint == CACHE_HINT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe", "invalid JSON"),
        (b"[]", "should be an object"),
        (document(serial="3"), "`serial`: input should be a valid integer"),
        (document(serial=-1), "`serial`: input should be greater than"),
        (document(format_version=0), "`format_version`"),
        (document(payload={}), "`payload`: extra inputs are not permitted"),
        (document(entries={"project.traffic": {}}), "`entries.project.traffic.digests`: field required"),
        (document(entries={"nonsense": json.loads(dumps(STATE))["entries"][str(RAW)]}), "`nonsense` is not an address"),
    ],
)
def test_a_corrupted_state_is_refused_with_what_is_wrong(data: bytes, reason: str) -> None:
    with pytest.raises(StateError) as caught:
        loads(data, where="here")
    assert reason in caught.value.message
    assert caught.value.hint == CACHE_HINT


@pytest.mark.parametrize("data", [document(format_version=3), b'{"format_version": 99, "all": "new"}'])
def test_a_state_from_the_future_asks_for_a_newer_lsform(data: bytes) -> None:
    with pytest.raises(StateError, match="of a newer lsform") as caught:
        loads(data, where="here")
    assert caught.value.hint.startswith("update lsform")


@pytest.mark.parametrize("data", [document(serial="CANARY"), b'{"password": "CANARY"}', b'{"key": CANARY'])
def test_a_wrong_file_is_not_quoted(data: bytes) -> None:
    with pytest.raises(StateError) as caught:
        loads(data, where="here")
    assert "CANARY" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"

"""Who is who, for whatever anybody finds on a server or in a memory."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from lsform.core.address import Address
from lsform.engine.declared import Move
from lsform.engine.digests import field_digests
from lsform.engine.match import match, moved
from lsform.engine.model import Bond, LiveResource, Ownership, StateEntry
from lsform.resources import kind_of
from lsform.resources.project import PROJECT
from lsform.resources.view import VIEW
from tests.unit.engine.estate import addresses, declared
from tests.unit.engine.generated import LAWS

# Few names, ids and nonces, so that everything collides with everything.
ADDRESSES = addresses(["project.a", "project.b", "project.a/view.v", "project.b/view.v", "project.a/webhook.v"])
IDS, NONCES, TITLES = st.integers(1, 3), st.sampled_from(["n1", "n2"]), st.sampled_from(["Aaa", "Bbb"])
KINDS = st.sampled_from([PROJECT, VIEW, kind_of("webhook")])


@st.composite
def live_resources(draw: st.DrawFn) -> LiveResource:
    kind = draw(KINDS)
    owner = st.builds(Ownership, st.sampled_from(["s", "other"]), st.sampled_from(ADDRESSES), NONCES)
    return LiveResource(
        kind=kind,
        remote=draw(IDS),
        attributes={"title": draw(TITLES), "url": "http://example.com"},
        parent=draw(IDS) if kind.parent else None,
        ownership=draw(st.none() | owner),
    )


@st.composite
def state_entries(draw: st.DrawFn) -> StateEntry:
    address = draw(st.sampled_from(ADDRESSES))
    kind = kind_of(address.kind)
    digests = field_digests(kind, {"title": draw(TITLES), "url": "http://example.com"})
    return StateEntry(address, kind.name, kind.variant, draw(IDS), draw(NONCES), digests)


def identity(one: LiveResource) -> tuple[str, int]:
    return one.kind.name, one.remote


SERVERS = st.lists(live_resources(), max_size=8, unique_by=identity)
MEMORIES = st.lists(state_entries(), max_size=5, unique_by=lambda entry: entry.address)
MOVES = st.lists(st.builds(Move, st.sampled_from(ADDRESSES), st.sampled_from(ADDRESSES)), max_size=3)
DESIRED = st.sets(st.sampled_from(ADDRESSES))


@settings(LAWS, max_examples=300)
@given(live=SERVERS, memory=MEMORIES, desired=DESIRED, moves=MOVES)
def test_whatever_there_is_everything_is_itself_once(
    live: list[LiveResource], memory: list[StateEntry], desired: set[Address], moves: list[Move]
) -> None:
    wanted = {address: declared(str(address)) for address in desired}
    found = match(wanted, live, {entry.address: entry for entry in memory}, stack="s", moves=moves)
    assert [pair.address for pair in found.pairs] == sorted({pair.address for pair in found.pairs})
    assert desired == {pair.address for pair in found.pairs if pair.desired}
    taken = [identity(pair.live) for pair in found.pairs if pair.live]
    assert len(taken) == len({*taken})
    assert not {*taken} & {identity(one) for one in found.copies}
    at = {pair.address: pair for pair in found.pairs}
    for pair in found.pairs:
        assert (pair.live is None) == (pair.bond is Bond.NONE)
        if pair.live is None:
            continue
        assert pair.address.kind == pair.live.kind.name
        above = at[pair.address.parent].live if pair.address.parent else None
        assert (above.remote if above else None) == pair.live.parent
        owner = pair.live.ownership
        match pair.bond:
            case Bond.MARKER:
                assert owner is not None and "s" == owner.stack
                marked = moved(owner.address, moves)
                if marked != pair.address:  # its project moved when it was no longer declared itself
                    assert marked.parent is not None and (marked.parent not in at or at[marked.parent].live is None)
                    assert (marked.kind, marked.name) == (pair.address.kind, pair.address.name)
            case Bond.STATE:
                assert pair.entry is not None and pair.entry.remote == pair.live.remote
                assert owner is None or owner.nonce == pair.entry.nonce


@settings(LAWS, max_examples=100)
@given(live=SERVERS, memory=MEMORIES, desired=DESIRED, order=st.randoms(use_true_random=False))
def test_the_order_in_which_a_server_lists_does_not_matter(
    live: list[LiveResource], memory: list[StateEntry], desired: set[Address], order: random.Random
) -> None:
    wanted = {address: declared(str(address)) for address in desired}
    entries = {entry.address: entry for entry in memory}
    shuffled = [*live]
    order.shuffle(shuffled)
    assert match(wanted, live, entries, stack="s") == match(wanted, shuffled, entries, stack="s")


@settings(LAWS, max_examples=100)
@given(moves=MOVES, address=st.sampled_from(ADDRESSES))
def test_moves_come_to_an_end(moves: list[Move], address: Address) -> None:
    assert isinstance(moved(address, moves), Address)
    assert address == moved(address, [])


def test_a_circle_of_moves_ends_where_it_began() -> None:
    a, b = addresses(["project.a", "project.b"])
    assert [a, b] == [moved(one, [Move(a, b), Move(b, a)]) for one in (a, b)]


def test_an_object_that_two_entries_claim_belongs_to_the_first() -> None:
    bare = LiveResource(PROJECT, 1, {"title": "Aaa"})
    a, b = addresses(["project.a", "project.b"])
    entries = {
        address: StateEntry(address, "project", "", 1, "n", field_digests(PROJECT, {"title": "Aaa"}))
        for address in (a, b)
    }
    assert [bare, None] == [pair.live for pair in match({}, [bare], entries, stack="s").pairs]

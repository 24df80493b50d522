"""The laws of the contract, for stacks and accidents that nobody thought of."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lsform.core.address import Address
from lsform.core.values import Json, reveal
from lsform.engine.declared import DesiredResource, Move, Removal
from lsform.engine.document import plan_digest, plan_document
from lsform.engine.match import moved
from lsform.engine.model import Action, LiveResource, Plan
from lsform.resources import KINDS, variants_of
from lsform.resources.project import PROJECT
from tests.unit.engine.estate import Crash, Estate, declared, listed
from tests.unit.engine.generated import CHILDREN, COUPLED, EDITS, LAWS, Stack, stacks


def assert_converged(estate: Estate) -> None:
    """Nothing is left to do, and the server says so itself."""
    plan = estate.plan()
    assert () == plan.changes
    assert [] == [one for one in plan.syncs if estate.desired[one].sync != "always"]
    assert () == plan.drift
    for address, one in estate.desired.items():
        live = estate.live(str(address))
        assert {name: canonical(one, name, value) for name, value in one.attributes.items()} == {
            name: canonical(one, name, managed(one, name, live)) for name in one.attributes
        }


def canonical(one: DesiredResource, name: str, value: object) -> Json:
    return reveal(one.kind.canonical(name, value))  # type: ignore[arg-type]


def managed(one: DesiredResource, name: str, live: LiveResource) -> object:
    """The live value; of weights, those that are declared."""
    have, want = live.attributes.get(name), one.attributes[name]
    if name == "control_weights" and isinstance(have, dict) and isinstance(want, dict):
        return {key: {part: have[key][part] for part in weights} for key, weights in want.items()}  # type: ignore[index,call-overload,union-attr]
    return have


def died(estate: Estate, calls: int, *, prune: bool = False) -> bool:
    """Whether a run died in the `calls`th of its calls; otherwise it had fewer."""
    estate.fuse.left = calls
    try:
        estate.apply(prune=prune, allow=("*",))
    except Crash:
        return True
    finally:
        estate.fuse.left = -1
    return False


# -- simple properties ------------------------------------------------------------------------------------------------


@settings(LAWS, max_examples=60)
@given(before=stacks(), after=stacks())
def test_after_any_change_of_the_manifests_the_plan_is_empty(before: Stack, after: Stack) -> None:
    estate = Estate()
    for stack in (before, after):
        estate.declare(*(one.resource for one in stack))
        assert estate.apply().is_done
        assert_converged(estate)


@settings(LAWS, max_examples=50)
@given(stack=stacks(), data=st.data())
def test_what_people_change_is_put_back_where_it_is_declared_and_kept_elsewhere(
    stack: Stack, data: st.DataObject
) -> None:
    estate = Estate()
    estate.declare(*(one.resource for one in stack))
    estate.apply()
    for address in estate.desired:
        live = estate.live(str(address))
        estate.edit(live, data.draw(EDITS[live.kind.name]))
    before = {address: estate.live(str(address)).attributes for address in estate.desired}
    estate.apply()
    assert_converged(estate)
    for address, one in estate.desired.items():
        after = estate.live(str(address)).attributes
        untouched = before[address].keys() - one.attributes.keys() - COUPLED
        assert {name: before[address][name] for name in untouched} == {name: after.get(name) for name in untouched}


@settings(LAWS, max_examples=40)
@given(stack=stacks(), data=st.data())
def test_memory_lost_anywhere_changes_nothing_on_the_server(stack: Stack, data: st.DataObject) -> None:
    estate = Estate()
    estate.declare(*(one.resource for one in stack))
    estate.apply()
    whole = estate.state
    kept = data.draw(st.sets(st.sampled_from(sorted(whole.entries))))
    estate.store.save(replace(whole, entries={address: whole.entries[address] for address in kept}))
    done = estate.apply()
    assert () == done.plan.changes
    assert [] == [write for write in estate.server.writes if write[0] != "sync"]
    assert whole.entries == estate.state.entries


@settings(LAWS, max_examples=40)
@given(stack=stacks(), data=st.data())
def test_markers_lost_anywhere_are_put_back_and_nothing_is_created(stack: Stack, data: st.DataObject) -> None:
    estate = Estate()
    estate.declare(*(one.resource for one in stack))
    estate.apply()
    lost = data.draw(st.sets(st.sampled_from(sorted(estate.desired))))
    for address in lost:
        live = estate.live(str(address))
        bare = live.kind.to_record(live.attributes)
        estate.server.records[live.kind.name][live.remote].update({name: reveal(value) for name, value in bare.items()})
    done = estate.apply()
    assert {(address, Action.UPDATE) for address in lost} == {(one.address, one.action) for one in done.plan.changes}
    assert_converged(estate)


@settings(LAWS, max_examples=40)
@given(before=stacks(), after=stacks(), seed=st.integers())
def test_the_same_input_in_any_order_gives_the_same_bytes(before: Stack, after: Stack, seed: int) -> None:
    estate = Estate()
    estate.declare(*(one.resource for one in before))
    estate.apply()
    estate.put(PROJECT, {"title": "Aaa"})
    estate.declare(*(one.resource for one in after))
    first = estate.plan(prune=True)
    shuffle = random.Random(seed)
    shuffled = list(estate.desired.values())
    shuffle.shuffle(shuffled)
    estate.desired = {one.address: one for one in shuffled}
    for name, records in estate.server.records.items():
        items = list(records.items())
        shuffle.shuffle(items)
        estate.server.records[name] = dict(items)
    second = estate.plan(prune=True)
    assert text(first) == text(second)
    assert plan_digest(first) == plan_digest(second)


def text(plan: Plan) -> str:
    return json.dumps(plan_document(plan, created_at="now", expires_at="then"))


# -- a whole life -----------------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """Manifests change, people edit and delete, the memory is lost, runs die; again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.estate = Estate()
        self.names: dict[str, str] = {}
        self.fresh = itertools.count()

    @initialize(stack=stacks())
    def begin(self, stack: Stack) -> None:
        self.theirs = self.estate.put(PROJECT, {"title": "Aaa", "description": "theirs"})
        self.their_record = dict(self.estate.server.records["project"][self.theirs])
        self.estate.declare(*(one.resource for one in stack))

    @rule(stack=stacks())
    def write_other_manifests(self, stack: Stack) -> None:
        self.estate.declare(*(self._current(one.resource) for one in stack))

    def _current(self, one: DesiredResource) -> DesiredResource:
        """The resource under the name that its project has after all moves."""
        source = one.address.root
        target = Address.of("project", self.names.get(source.name, source.name))
        return replace(one, address=one.address.moved(source, target))

    @rule(name=st.sampled_from("abc"))
    def rename(self, name: str) -> None:
        source = Address.of("project", self.names.get(name, name))
        self.names[name] = f"{name}{next(self.fresh)}"
        target = Address.of("project", self.names[name])
        # the newest move stands first: their order in the files must not matter
        self.estate.moves = (Move(source, target), *self.estate.moves)
        self.estate.declare(
            *(
                replace(one, address=address.moved(source, target)) if address.is_within(source) else one
                for address, one in self.estate.desired.items()
            )
        )

    @precondition(lambda self: len({one.root for one in self.estate.desired}) > 1)
    @rule(data=st.data())
    def give_away(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(sorted({one.root for one in self.estate.desired})))
        original = next(name for name in "abc" if self.names.get(name, name) == source.name)
        self.names[original] = f"{original}{next(self.fresh)}"
        self.estate.removals = (*self.estate.removals, Removal(source, destroy=False))
        self.estate.declare(*(one for address, one in self.estate.desired.items() if not address.is_within(source)))

    @rule(data=st.data())
    def edit_on_the_server(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(KINDS))
        ours = [one for one in listed(self.estate.server, kind) if one.ownership]
        if ours:
            self.estate.edit(data.draw(st.sampled_from(ours)), data.draw(EDITS[kind.name]))

    @rule(data=st.data(), kind=st.sampled_from(("project", *CHILDREN)))
    def delete_on_the_server(self, data: st.DataObject, kind: str) -> None:
        remotes = sorted({*self.estate.server.records[kind]} - ({self.theirs} if kind == "project" else set()))
        if remotes:
            self.estate.server.delete(variants_of(kind)[0], data.draw(st.sampled_from(remotes)))

    @rule(data=st.data())
    def lose_memory(self, data: st.DataObject) -> None:
        state = self.estate.state
        if state.entries:
            lost = data.draw(st.sets(st.sampled_from(sorted(state.entries)), min_size=1))
            kept = {address: entry for address, entry in state.entries.items() if address not in lost}
            self.estate.store.save(replace(state, entries=kept))

    @rule(calls=st.integers(0, 60), prune=st.booleans())
    def apply_and_die(self, calls: int, prune: bool) -> None:
        died(self.estate, calls, prune=prune)

    @rule(prune=st.booleans())
    def apply(self, prune: bool) -> None:
        assert self.estate.apply(prune=prune, allow=("*",)).is_done
        assert_converged(self.estate)
        if prune:
            ours = {moved(address, self.estate.moves) for address in self.estate.bearers()}
            assert {*self.estate.desired} == {address for address in ours if self._is_managed(address)}

    def _is_managed(self, address: Address) -> bool:
        """Not so what is in a collection that nobody mentions, or in a project that was given away."""
        above = self.estate.desired.get(address.root)
        return address.parent is None or (above is not None and address.kind in above.collections)

    @invariant()
    def no_twins(self) -> None:
        assert {} == {address: found for address, found in self.estate.bearers().items() if len(found) > 1}

    @invariant()
    def strangers_are_left_alone(self) -> None:
        if hasattr(self, "theirs"):
            assert self.their_record == self.estate.server.records["project"][self.theirs]

    @invariant()
    def no_object_belongs_to_two(self) -> None:
        objects = [(entry.kind, entry.remote) for entry in self.estate.state.entries.values()]
        assert len(objects) == len({*objects})


TestLife = Life.TestCase
TestLife.settings = settings(LAWS, max_examples=40, stateful_step_count=20)


@settings(LAWS, max_examples=60)
@given(before=stacks(), after=stacks(), calls=st.integers(0, 80), prune=st.booleans())
def test_a_run_that_dies_anywhere_is_finished_by_the_next(before: Stack, after: Stack, calls: int, prune: bool) -> None:
    estate = Estate()
    estate.declare(*(one.resource for one in before))
    estate.apply()
    ids = estate.bearers()
    estate.declare(*(one.resource for one in after))
    died(estate, calls, prune=prune)
    assert estate.apply(prune=prune, allow=("*",)).is_done
    assert_converged(estate)
    now = estate.bearers()
    assert {} == {address: found for address, found in now.items() if len(found) > 1}
    replaceable = {address for address in ids if address.kind == "view"}
    survivors = {address for address in ids if address in estate.desired or not prune} - replaceable
    assert {address: ids[address] for address in survivors} == {address: now[address] for address in survivors}


def test_a_run_may_die_in_each_of_its_calls() -> None:
    """One by one: the laws above draw calls by chance."""
    first = (declared("project.a", title="Aaa"), declared("project.a/view.v", title="Mine", ordering=["tasks:id"]))
    second = (declared("project.a", title="Bbb"), declared("project.a/view.v", title="Mine", ordering=[]))
    for calls in itertools.count():
        estate = Estate()
        deaths = []
        for stack in (first, second):
            estate.declare(*stack)
            deaths.append(died(estate, calls))
            assert estate.apply().is_done
            assert_converged(estate)
            assert [1, 1] == [len(found) for found in estate.bearers().values()]
        if not any(deaths):
            break
    assert calls >= 15, "lists, reads, writes and saves"

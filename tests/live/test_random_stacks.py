"""Law 1 for stacks that nobody thought of: applied to the real server, changed, and applied again.

The profile `long` tries hundreds: `make random`. `--hypothesis-seed=N` repeats a run.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from lsform.config.checked import check
from lsform.core.diagnostics import Severity
from lsform.core.values import Value, reveal
from lsform.engine.declared import DesiredResource
from lsform.engine.diff import restricted, same
from lsform.resources import kind_of
from tests import conftest
from tests.conformance.bench import Bench
from tests.conformance.examples import Record
from tests.conformance.worlds import RealWorld
from tests.live.random_stacks import Stack, histories

pytestmark = pytest.mark.live

CHANGES = 2  # of each stack, so that what a change leaves behind meets another one
IN_MEMORY = 20  # stacks in memory take as long as one on the real server
PROFILE = settings(
    max_examples=max(1, settings().max_examples // IN_MEMORY),
    database=None,
    phases=[Phase.generate],  # to shrink a stack takes longer than to read it
    suppress_health_check=[*HealthCheck],
)


@dataclass
class Tally:
    """What was tried so far."""

    stacks: int = 0
    resources: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.resources.items()))
        actions = ", ".join(f"{count} {name}" for name, count in sorted(self.actions.items()))
        return f"{self.stacks} stacks with {self.resources.total()} resources ({kinds}); {actions}"


@pytest.mark.timeout(6 * 3600)
def test_random_stacks_become_what_they_declare_and_leave_nothing_to_plan(
    stack: conftest.Stack, real_world: RealWorld, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    number = int(pytestconfig.getoption("--hypothesis-seed") or random.randrange(2**32))
    tally = Tally()

    @seed(number)
    @PROFILE
    @given(histories(frozenset(real_world.lacks), CHANGES))
    def run(history: tuple[Stack, ...]) -> None:
        bench = Bench(stack, real_world)
        try:
            for declared in history:
                _becomes(bench, declared, tally)
        finally:
            bench.clean()

    try:
        run()
    finally:
        with capsys.disabled():
            print(f"\nseed {number}: {tally}")


def _becomes(bench: Bench, declared: Stack, tally: Tally) -> None:
    """Apply a stack, and look on the server whether all of it is there, and what went from it is not."""
    bench.write(*declared.documents())
    compiled = check(bench.stack.request()).compiled
    assert [] == [one for one in compiled.findings if one.severity is Severity.ERROR]
    before = {(one.kind, one.variant, one.remote) for one in bench.entries().values()}
    said = bench.settle(prune=True)
    entries = bench.entries()
    tally.stacks += 1
    tally.resources += declared.kinds
    tally.actions += Counter(action for action, _, _ in said)
    assert {} == {
        str(where): wrong
        for where, one in compiled.desired.items()
        if (wrong := _otherwise(one, bench.world.record(one.kind, entries[where].remote)))
    }
    left = before - {(one.kind, one.variant, one.remote) for one in entries.values()}
    assert [] == [one for one in sorted(left) if bench.world.server.get(kind_of(*one[:2]), one[2])]


def _otherwise(desired: DesiredResource, record: Record) -> dict[str, tuple[Value, Value]]:
    """Attribute -> the declared and the live value, in canonical form, where the server has another one."""
    kind = desired.kind
    live = kind.marker.strip(kind.read(record))  # type: ignore[arg-type]
    found = {}
    for name in desired.attributes.keys() - kind.fields.write_only:
        want, have = kind.canonical(name, desired.attributes[name]), kind.canonical(name, live.get(name))
        have = restricted(have, want) if name in kind.fields.lenient else have
        if not same(reveal(want), reveal(have)):
            found[name] = (reveal(want), reveal(have))
    return found

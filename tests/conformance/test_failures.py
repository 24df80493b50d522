"""Law 9: what the server refuses fails in the server's own words, at its YAML line, and takes nothing else along."""

from __future__ import annotations

import pytest

from lsform.cli.commands.apply import exit_code
from lsform.core.errors import ExitCode
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from lsform.resources.webhook import WEBHOOK
from tests.conformance.bench import Bench, address, manifests, project, said
from tests.conformance.examples import Body, example_of, named
from tests.conformance.worlds import RealWorld
from tests.conftest import Stack

every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)


def refused(kind: ResourceKind) -> Body:
    example = example_of(kind)
    child = {} if kind.parent else {WEBHOOK.collection: {"below": example_of(WEBHOOK).base}}
    return {**example.base, **child, example.refused.key: example.refused.value}


def line_of(bench: Bench, key: str) -> int:
    """Where a key stands for the first time."""
    lines = (bench.stack.folder / "lsform.yaml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.strip().startswith(f"{key}:"))


@every_kind
def test_a_refused_resource_fails_with_what_is_below_it_and_nothing_else(bench: Bench, kind: ResourceKind) -> None:
    example = example_of(kind)
    other = project("other", {WEBHOOK.collection: {"hook": example_of(WEBHOOK).base}})
    bench.write(*manifests(kind, {"it": refused(kind), "fine": example.base}), other)
    applied = bench.apply()
    failure = applied.outcome(address(kind))

    below = {f"{address(kind)}/webhook.below": "skipped"} if not kind.parent else {str(address(kind).root): "applied"}
    assert {
        str(address(kind)): "failed",
        str(address(kind, "fine")): "applied",
        "project.other": "applied",
        "project.other/webhook.hook": "applied",
        **below,
    } == applied.results
    assert ExitCode.PARTIAL == exit_code(applied.outcomes)
    assert example.refused.words in failure.error
    blamed = example.refused.key if example.refused.is_named else "it"
    assert ("lsform.yaml", line_of(bench, blamed)) == (failure.span.file, failure.span.line)

    bench.write(*manifests(kind, {"it": example.base, "fine": example.base}), other)
    order = [("update", str(address(kind).root))] if kind.place else []
    assert [("create", str(address(kind))), *order] == [one[:2] for one in bench.settle()]


@every_kind
def test_a_refused_change_leaves_the_object_as_it_was_and_is_due_again(bench: Bench, kind: ResourceKind) -> None:
    example = example_of(kind)
    bench.declare(kind, it=example.base)
    bench.settle()
    before = bench.live(kind)
    bench.declare(kind, it=example.declared(example.refused.key, example.refused.value))
    for _ in range(2):
        applied = bench.apply()
        assert [("update", str(address(kind)), [example.attribute(example.refused.key)])] == said(applied.plan)
        assert example.refused.words in applied.outcome(address(kind)).error
    assert (before.attributes, before.ownership) == (bench.live(kind).attributes, bench.live(kind).ownership)
    bench.declare(kind, it=example.base)
    assert [] == bench.settle()


def test_a_model_version_that_nobody_knows_is_refused_by_name(bench: Bench) -> None:
    bench.declare(PROJECT, it={})
    bench.settle()
    bench.declare(PROJECT, it={"model_version": "nobody knows it"})
    assert "`model_version`: Model version doesn't exist" in bench.apply().outcomes[0].error


def test_a_value_that_the_server_does_not_keep_is_no_success(bench: Bench) -> None:
    bench.declare(PROJECT, it={"is_published": True})
    bench.settle()
    bench.declare(PROJECT, lifecycle={"ignore": ["is_published"]}, it={"is_draft": True})
    for _ in range(2):
        assert "the server accepted `is_draft` but keeps something else" in bench.apply().outcomes[0].error


@pytest.mark.live
def test_the_command_line_tells_the_line_and_the_reason_and_ends_with_5(stack: Stack, real_world: RealWorld) -> None:
    bench = Bench(stack, real_world)
    bench.declare(PROJECT, it=refused(PROJECT), fine={})
    result = stack.run("apply", "--auto-approve")
    words = example_of(PROJECT).refused.words
    place = f"lsform.yaml:{line_of(bench, example_of(PROJECT).refused.key)}:"
    failed = next(line for line in result.err.splitlines() if "failed" in line)
    assert (5, True, True) == (result.code, place in failed, words in failed)
    assert "Apply: 1 applied, 1 failed, 1 skipped." in result.out
    bench.clean()

"""A saved plan is applied as it was shown, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from lsform import workflow
from lsform.core.errors import Conflict, PlanRefused, UsageError
from lsform.engine import guard
from lsform.engine.document import plan_document
from lsform.engine.model import Plan
from tests.unit.engine.estate import Applied, Estate, changes_of, declared

Document = dict[str, Any]
A, B = declared("project.a", title="Aaa"), declared("project.b", title="Bbb")
RAW = declared("project.a/import_storage.raw", path="/files", sync="always")


@pytest.fixture
def estate() -> Estate:
    return Estate()


def saved(plan: Plan, *, now: datetime | None = None) -> Document:
    """The plan as a file would hold it."""
    created_at, expires_at = workflow.lifetime(now)
    document = json.loads(json.dumps(plan_document(plan, created_at=created_at, expires_at=expires_at)))
    assert isinstance(document, dict)
    return document


def apply(estate: Estate, document: Document) -> Applied:
    estate.server.writes.clear()
    with estate.session() as session:
        plan = workflow.planned_again(session, document)
        return Applied(plan, list(workflow.run_plan(session, plan, guard.Permission())))


def test_a_saved_plan_is_applied_as_it_was_shown(estate: Estate) -> None:
    estate.declare(A, RAW, B)
    document = saved(estate.plan())
    done = apply(estate, document)
    assert document["digest"] == saved(done.plan)["digest"]
    assert [one["address"] for one in document["changes"]] == [address for address, _ in done.summary]
    assert done.is_done
    assert not estate.plan().changes


def test_a_saved_plan_without_changes_writes_nothing(estate: Estate) -> None:
    estate.declare(A)
    estate.apply()
    apply(estate, saved(estate.plan()))
    assert [] == estate.server.writes


def test_what_came_up_since_is_left_for_the_next_plan(estate: Estate) -> None:
    estate.declare(A)
    document = saved(estate.plan())
    estate.declare(A, B)
    assert [("project.a", "applied")] == apply(estate, document).summary
    assert [("project.b", "create")] == changes_of(estate.plan())


def test_a_saved_plan_of_a_part_stays_one_and_never_prunes(estate: Estate) -> None:
    estate.declare(A, B)
    estate.apply()
    estate.declare(A)
    document = saved(estate.plan(prune=True, targets=("project.*",)))
    with pytest.raises(PlanRefused, match="LSFG08 a plan of a part"):
        apply(estate, document)
    assert 2 == len(estate.server.records["project"])


def test_a_saved_plan_prunes_only_when_it_was_made_to(estate: Estate) -> None:
    estate.declare(A, B)
    estate.apply()
    estate.declare(A)
    assert [("project.b", "applied")] == apply(estate, saved(estate.plan(prune=True))).summary


OTHERWISE: dict[str, tuple[Callable[[Document], object], type[Exception], str]] = {
    "another stack": (lambda one: one.update(stack="other"), Conflict, "for stack `other`, this is `s`"),
    "another environment": (lambda one: one.update(environment="prod"), Conflict, "for environment `prod`, this is ``"),
    "another digest": (
        lambda one: one.update(digest="0" * 64),
        Conflict,
        "stale plan: digest .* instead of 000000000000",
    ),
    "no digest": (lambda one: one.pop("digest"), Conflict, "stale plan"),
    "one change less": (lambda one: one["changes"].pop(), Conflict, "stale plan"),
    "no changes": (lambda one: one.pop("changes"), UsageError, "no saved plan"),
    "no time": (lambda one: one.pop("expires_at"), UsageError, "no saved plan"),
    "no address": (lambda one: one["changes"].append({}), UsageError, "no saved plan"),
    "not even a change": (lambda one: one["changes"].append("project.a"), UsageError, "no saved plan"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_plan_that_is_not_what_was_saved_here_writes_nothing(estate: Estate, name: str) -> None:
    change, error, message = OTHERWISE[name]
    estate.declare(A, B)
    document = saved(estate.plan())
    change(document)
    with pytest.raises(error, match=message):
        apply(estate, document)
    assert [] == estate.server.writes


def test_a_plan_that_nobody_approved_in_time_has_expired(estate: Estate) -> None:
    estate.declare(A)
    plan = estate.plan()
    yesterday = datetime.now(timezone.utc) - workflow.PLAN_LIFETIME
    assert apply(estate, saved(plan, now=yesterday + timedelta(minutes=1))).is_done
    with pytest.raises(Conflict, match="expired at"):
        apply(estate, saved(plan, now=yesterday - timedelta(minutes=1)))


def test_a_manifest_that_changed_since_is_a_conflict(estate: Estate) -> None:
    estate.declare(A)
    document = saved(estate.plan())
    estate.declare(declared("project.a", title="Other"))
    with pytest.raises(Conflict, match="stale plan"):
        apply(estate, document)
    assert [] == estate.server.writes

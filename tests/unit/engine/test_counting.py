"""How far annotations and drafts are counted, what is told of it, and what becomes of a count that fails."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lsform.core.errors import ServerError, ServerUnavailable
from lsform.engine.counting import Asked, Counted, Counting, count_work
from lsform.engine.model import Impact
from lsform.interface.compatibility import Usage, losses
from lsform.interface.model import parse
from tests.fakes import MemoryServer

AFTER = parse('<View><Image name="i" value="$i"/><Choices name="q" toName="i"><Choice value="good"/></Choices></View>')
TASKS = 900  # nine pages
GATEWAY = ServerUnavailable("the server answered 504", status=504)


def used(drafts: Mapping[str, int] | None = None, **labels: int) -> Usage:
    counted = {"q|i|choices": sum(labels.values())} if labels else {}
    return Usage(counted, {"q": labels} if labels else {}, {"q": drafts} if drafts else {}, frozenset())


class Counter:
    """A project of which the server says one thing, while its annotations use another."""

    def __init__(self, summary: Usage, truth: Usage) -> None:
        self.server, self.summary = MemoryServer(), summary
        self.server.truths[1] = truth
        self.server.impacts[1] = Impact(tasks=TASKS)
        self.heard: list[tuple[str, int, int]] = []

    def count(self, *, doubted: bool = False, most: int = 0) -> Counted:
        asked = Asked(1, "project.a", TASKS, self.summary, lambda usage: losses(usage, AFTER), doubted)
        return count_work(self.server, asked, Counting(most, self.hear))

    def hear(self, text: str, *, done: int, total: int) -> None:
        self.heard.append((text, done, total))


def test_counters_that_hold_cost_one_page_and_nobody_is_told() -> None:
    project = Counter(used(good=800, bad=3), used(bad=2, good=800))
    assert Counted(project.summary) == project.count()
    assert ({"results": 1}, []) == (dict(project.server.calls), project.heard)


@pytest.mark.parametrize(("summary", "doubted"), [(used(good=802), False), (used(bad=5), True)])
def test_counters_that_do_not_hold_cost_every_page_and_each_is_told(summary: Usage, doubted: bool) -> None:
    project = Counter(summary, used(bad=2, good=800))
    found = project.count(doubted=doubted)
    assert (TASKS, {"q": {"bad": 2, "good": 800}}, ()) == (found.seen, found.usage.created_labels, found.doubts)
    text = "counting labels in the tasks of `project.a`"
    assert [(text, done, TASKS) for done in range(100, TASKS + 1, 100)] == project.heard


def test_counters_that_were_doubted_and_are_right_are_not_called_wrong() -> None:
    assert 0 == Counter(used(bad=2), used(bad=2)).count(doubted=True).seen


def test_a_count_ends_at_its_limit_and_says_at_least() -> None:
    project = Counter(used(good=1, bad=1), used(bad=700))
    found = project.count(most=500)
    doubt = "labels were counted in 500 of 900 tasks, so what else is lost is unknown"
    assert (f"{doubt}: `max_counted_tasks` under `limits` of the Stack",) == found.doubts
    assert {"q": {"good": 1, "bad": 500}} == found.usage.created_labels
    assert {"results": 5} == dict(project.server.calls)


def test_tasks_that_go_while_they_are_counted_may_have_hidden_others() -> None:
    project = Counter(used(good=3), used(bad=3))
    project.server.impacts[1] = Impact(tasks=TASKS - 1)
    assert ("its tasks changed while they were counted, so what is lost is unknown",) == project.count().doubts


@pytest.mark.parametrize("error", [ServerError("not allowed", status=403), GATEWAY])
def test_annotations_that_cannot_be_read_are_not_taken_for_none(error: ServerError) -> None:
    project = Counter(used(good=3), used(bad=3))
    project.server.faults["results"] = [error]
    found = project.count()
    assert (f"its annotations cannot be read ({error.message}), so what is lost is unknown",) == found.doubts
    assert project.summary.created_labels == found.usage.created_labels


def test_each_draft_is_counted_once() -> None:
    project = Counter(used({"bad": 7}), used({"bad": 1, "good": 1}))
    found = project.count()
    assert ({"q": {"bad": 1, "good": 1}}, 1, ()) == (found.usage.created_labels_drafts, found.drafts, found.doubts)


def test_drafts_beyond_the_limit_or_out_of_reach_are_not_taken_for_none() -> None:
    project = Counter(used({"bad": 7}), Usage({}, {}, {"q": {"bad": 1}, "r": {"x": 1}}, frozenset()))
    found = project.count(most=1)
    limit = "1 draft was counted, and there are more: `max_counted_tasks` under `limits` of the Stack"
    assert ((limit,), None) == (found.doubts[-1:], found.drafts)
    project.server.faults["drafts"] = [GATEWAY]
    found = project.count()
    assert ("its drafts cannot be read (the server answered 504), so what is lost of them is unknown",) == found.doubts
    assert {"q": {"bad": 7}} == found.usage.created_labels_drafts

"""What is told of passes: each thing once, and never in the way of the loop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsform.core.errors import LsformError, ServerError
from lsform.core.events import Detail, Event
from lsform.reconcile.conditions import Conditions
from lsform.reconcile.model import Ending, Pass, ended
from lsform.reconcile.telling import LONGEST_TEXT, MOST_UNDELIVERED, Notifier, Teller

STEADY = Pass("one", Ending.STEADY, "abc", drift=())
DRIFT = replace(STEADY, drift=("project.a (id 1): was changed; it is left so",))
REFUSED = replace(ended("one", Ending.REFUSED, "abc", LsformError("LSFG06 no", hint="mend it")), drift=())
FAILED = ended("one", Ending.FAILED, "abc", LsformError("port 1234 is closed"))
STANDBY = ended("one", Ending.STANDBY, "abc", LsformError("another leads"))


def news(*passes: Pass) -> list[str]:
    conditions = Conditions()
    return [str(one) for done in passes for one in conditions.after(done)]


@pytest.mark.parametrize(
    ("passes", "told"),
    [
        ([STEADY, STEADY], []),
        ([DRIFT, DRIFT, DRIFT], ["one at abc: drift: project.a (id 1): was changed; it is left so"]),
        ([REFUSED, REFUSED, STEADY], ["one at abc: refused: LSFG06 no", "one at abc: no longer refused"]),
        ([FAILED, replace(FAILED, problem="port 99 is closed")], ["one at abc: failed: port 1234 is closed"]),
        ([FAILED, STEADY, FAILED], [
            "one at abc: failed: port 1234 is closed", "one at abc: no longer failed",
            "one at abc: failed: port 1234 is closed",
        ]),
        ([DRIFT, replace(DRIFT, drift=("b",))], [
            "one at abc: drift: project.a (id 1): was changed; it is left so", "one at abc: drift: b",
        ]),
        ([DRIFT, REFUSED], [
            "one at abc: drift: project.a (id 1): was changed; it is left so", "one at abc: no longer drift",
            "one at abc: refused: LSFG06 no",
        ]),
        ([REFUSED, FAILED, REFUSED, STEADY], [
            "one at abc: refused: LSFG06 no", "one at abc: failed: port 1234 is closed",
            "one at abc: no longer failed", "one at abc: no longer refused",
        ]),
        ([DRIFT, FAILED, DRIFT], [
            "one at abc: drift: project.a (id 1): was changed; it is left so",
            "one at abc: failed: port 1234 is closed", "one at abc: no longer failed",
        ]),
        ([REFUSED, STANDBY, REFUSED], ["one at abc: refused: LSFG06 no", "one at abc: refused: LSFG06 no"]),
        ([FAILED, replace(FAILED, stack="two")], [
            "one at abc: failed: port 1234 is closed", "two at abc: failed: port 1234 is closed",
        ]),
    ],
)  # fmt: skip
def test_each_condition_is_told_when_it_begins_changes_and_ends(passes: list[Pass], told: list[str]) -> None:
    assert told == news(*passes)


def test_a_notification_that_fails_is_told_once_and_sent_later_in_order() -> None:
    away, sent, told = True, [], []

    def post(text: str) -> None:
        if away:
            raise ServerError("the webhook did not answer")
        sent.append(text)

    teller = Teller(told.append, Notifier(post, told.append))
    for done in (REFUSED, FAILED):
        teller(done)
    assert ([], 1) == (sent, sum("not notified" in one.text for one in told))
    away = False
    teller(STEADY)
    assert [
        "lsform: one at abc: refused: LSFG06 no\nhint: mend it",
        "lsform: one at abc: failed: port 1234 is closed",
        "lsform: one at abc: no longer refused",
        "lsform: one at abc: no longer failed",
    ] == sent


def test_what_waits_is_bounded_in_number_and_length() -> None:
    notifier = Notifier(lambda _text: None, lambda _event: None)
    for number in range(MOST_UNDELIVERED + 5):
        notifier.add(f"{number} " + "x" * 5000)
    assert MOST_UNDELIVERED == len(notifier.waiting)
    assert (LONGEST_TEXT, "5 x") == (len(notifier.waiting[0]), notifier.waiting[0][:3])


def test_a_pass_like_the_one_before_is_for_those_who_asked() -> None:
    told: list[Event] = []
    teller = Teller(told.append)
    for done in (replace(STEADY, ending=Ending.APPLIED), STEADY, replace(STEADY, revision="def"), STANDBY, STANDBY):
        teller(done)
    assert [
        ("one at abc: as declared", Detail.NEWS), ("one at abc: as declared", Detail.STEP),
        ("one at def: as declared", Detail.NEWS), ("one at abc: stands by: another leads", Detail.NEWS),
        ("one at abc: stands by: another leads", Detail.STEP),
    ] == [(one.text, one.detail) for one in told]  # fmt: skip

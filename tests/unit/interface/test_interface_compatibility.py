"""What annotations lose: the case files, and how the change is told from what was lost before."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lsform.interface.compatibility import Usage, losses
from lsform.interface.model import parse
from tests.unit.interface.interface_cases import cases

Counts = Mapping[str, Mapping[str, int]]


def usage(
    created_annotations: Mapping[str, int] | None = None,
    created_labels: Counts | None = None,
    created_labels_drafts: Counts | None = None,
    data_keys: tuple[str, ...] = (),
) -> Usage:
    return Usage(created_annotations or {}, created_labels or {}, created_labels_drafts or {}, frozenset(data_keys))


@pytest.mark.parametrize("case", cases("compatibility"))
def test_compatibility_cases(case: dict[str, object]) -> None:
    given = {key: value for key, value in case.items() if key not in {"claim", "xml", "losses"}}
    found = losses(usage(**given), parse(str(case["xml"])))  # type: ignore[arg-type]  # a case file has no types
    assert [[loss.kind.value, loss.subject, loss.annotations, loss.drafts, loss.text] for loss in found] == case[
        "losses"
    ]


def test_what_was_lost_before_can_be_told_from_what_the_change_loses() -> None:
    used = usage({"box|image|rectanglelabels": 2}, {"box": {"Old": 1, "Car": 1}})
    now = parse('<View><RectangleLabels name="box" toName="image"><Label value="Car"/></RectangleLabels></View>')
    new = parse('<View><RectangleLabels name="box" toName="image"><Label value="Bus"/></RectangleLabels></View>')
    assert [loss.subject for loss in losses(used, new) if loss not in losses(used, now)] == ["box/Car"]


def test_a_name_with_a_bar_in_it_is_still_one_name() -> None:
    xml = '<View><Choices name="a|b" toName="text"><Choice value="A"/></Choices></View>'
    assert losses(usage({"a|b|text|choices": 1}, {"a|b": {"A": 1}}), parse(xml)) == ()

"""Two values are one when the server takes them for one."""

from __future__ import annotations

import pytest

from lsform.core.values import Json, Value
from lsform.engine.diff import field_changes, same
from lsform.resources.localfiles import IMPORT_LOCALFILES
from lsform.resources.view import VIEW


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(1, 1.0, True), (1, True, False), (0, False, False), ({"a": [1]}, {"a": [True]}, False), (None, "", False)],
)
def test_a_boolean_is_no_number(one: Json, other: Json, expected: object) -> None:
    assert same(one, other) is expected


def test_a_filter_for_true_is_not_one_for_1() -> None:
    def filters(value: Json) -> dict[str, Value]:
        item: Value = {"filter": "filter:tasks:id", "operator": "equal", "type": "Number", "value": value}
        return {"filters": {"conjunction": "and", "items": [item]}}

    changes = field_changes(VIEW, filters(True), filters(1))
    assert [(one.path, one.before, one.after) for one in changes] == [("filters.items[0].value", 1, True)]


def test_a_text_that_looks_like_a_marker_is_the_users_own() -> None:
    marker = IMPORT_LOCALFILES.marker
    declared: dict[str, Value] = {"path": "/x", "description": "see lsform:a/project.b#c"}
    written = marker.write(declared, "lsform:s/project.p/import_storage.i#n")
    assert marker.read(written) == "lsform:s/project.p/import_storage.i#n"
    assert marker.strip(written) == declared

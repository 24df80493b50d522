"""What is said of filters and ordering before anything is sent is what the real server does with them."""

from __future__ import annotations

import httpx
import pytest

from lsform.config.view_findings import view_findings
from lsform.core.address import Address
from lsform.core.values import Json
from lsform.engine.declared import DesiredResource
from lsform.resources.project import PROJECT
from lsform.resources.view import VIEW
from tests.conformance.worlds import RealWorld

DAY, SPAN = "2026-11-30T12:00:00.000Z", {"min": 1, "max": 2.5}
DAYS: Json = {"min": DAY, "max": DAY}
# column, operator, type, value
CASES: list[tuple[str, str, str, Json]] = [
    *((column, "equal", "String", "x") for column in ("nonsense", "data.nonsense", "image")),
    ("is_labeled", "equal", "Boolean", True),
    *(("id", "equal", "Number", value) for value in (1, "1", True, "", "x", [1], SPAN, None)),
    *(("id", "equal", "String", value) for value in ("1", "x")),
    *(("id", "in", "Number", value) for value in (SPAN, {"min": "a", "max": "b"}, {"min": 1}, 1)),
    *(("id", "in_list", "Number", value) for value in ([1, 2], [], ["x"], 1)),
    *(("id", "empty", "Number", value) for value in (True, "false", "x")),
    *(("created_at", "less", "Datetime", value) for value in (DAY, "2026-11-30", "2026-11-30T12:00:00Z", 1, [DAY])),
    *(("created_at", "in", "Datetime", value) for value in (DAYS, SPAN, DAY)),
    *(("data.text", "contains", "String", value) for value in ("x", 1, True)),
    *(("data.text", "contains", kind, "x") for kind in ("Nonsense", "Image", "Number", "Datetime", "Boolean")),
    *(("data.text", "in", "String", value) for value in ({"min": "a", "max": "b"}, "x", ["x"])),
    *(("data.text", "in_list", "String", value) for value in (["x", 1], "x", True)),
    *(("data.text", "regex", "String", value) for value in ("x.*", "(", True, ["x"])),
    *((column, "regex", "String", "x") for column in ("id", "annotators", "draft_exists", "updated_by")),
    *(("id", "regex", kind, "1") for kind in ("Number", "Datetime", "Boolean")),
    *(("annotators", "contains", "List", value) for value in (1, "1", "x")),
    *(("draft_exists", "equal", "Boolean", value) for value in (True, "yes", "x")),
    *(("avg_lead_time", "greater", "Number", value) for value in (1.5, "x")),
    *((column, "contains", "String", "x") for column in ("annotations_results", "file_upload")),
    ("predictions_model_versions", "contains", "List", "x"),
]  # fmt: skip
# What the server takes for something else: for all times there are, and for a list of letters.
TAKEN = [("created_at", "in", "Datetime", DAY), ("data.text", "in_list", "String", "x")]
ORDERS = ["tasks:id", "-tasks:data.text", "tasks:predictions_score", "tasks:nonsense", "-tasks:text"]


def findings(**attributes: Json) -> list[str]:
    address = Address.of("project", "a").child("view", "it")
    return [one.message for one in view_findings([DesiredResource(address, VIEW, attributes)])]  # type: ignore[arg-type]


@pytest.mark.live
def test_a_finding_is_a_list_of_tasks_that_fails(real_world: RealWorld) -> None:
    project = real_world.make(PROJECT, {"title": "views"})
    view = real_world.make(VIEW, {"data": {"title": "it"}}, project)
    headers = {"Authorization": f"Token {real_world.api_key.value}", "Connection": "close"}
    wrong: list[object] = []
    with httpx.Client(base_url=real_world.url, headers=headers, trust_env=False, timeout=60) as http:
        http.post(f"/api/projects/{project}/import", json=[{"data": {"text": "x"}}]).raise_for_status()

        def compare(case: object, **data: Json) -> None:
            real_world.change(VIEW, view, {"data": {"title": "it", **data}})
            status = http.get("/api/tasks", params={"view": view, "project": project}).status_code
            fails = status == 500 or case in TAKEN
            if fails != bool(said := findings(**data)):
                wrong.append((case, status, said))

        for case in CASES:
            column, operator, kind, value = case
            item: Json = {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}
            compare(case, filters={"conjunction": "and", "items": [item]})
        for order in ORDERS:
            compare(order, ordering=[order], filters={"conjunction": "and", "items": []})
    real_world.remove(PROJECT, project)
    assert [] == wrong, wrong

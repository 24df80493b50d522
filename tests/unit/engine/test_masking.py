"""Law 6 inside the engine: no plan and no memory holds a secret, not even something to guess it by."""

from __future__ import annotations

import json

import pytest

from lsform.core.values import Secret
from lsform.engine.document import plan_document
from lsform.engine.model import Plan
from tests.unit.engine.estate import Estate, declared


def secret(text: str) -> Secret:
    return Secret(f"CANARY-{text}", "env:X")


@pytest.fixture
def estate() -> Estate:
    estate = Estate()
    declare(estate, "one")
    return estate


def declare(estate: Estate, text: str) -> None:
    estate.declare(
        declared("project.a", title="Aaa", task_data_password=secret(text)),
        declared(
            "project.a/webhook.h",
            url=Secret(f"http://example.com/CANARY-{text}", "env:URL"),
            headers={"X": secret(text), "Y": secret("same")},
        ),
    )


def written(plan: Plan) -> str:
    return json.dumps(plan_document(plan, created_at="", expires_at="")) + repr(plan.changes)


def shown(plan: Plan) -> dict[str, object]:
    return {f"{one.address}: {field.path}": field.after for one in plan.changes for field in one.fields if field.secret}


def test_a_plan_shows_what_happens_to_secrets_and_none_of_them(estate: Estate) -> None:
    made = estate.plan()
    estate.apply()
    declare(estate, "two")
    rotated = estate.plan()
    paths = ["project.a: task_data_password", "project.a/webhook.h: url"]
    headers = [f"project.a/webhook.h: headers{key}" for key in (".X", ".Y")]
    assert dict.fromkeys([*paths, "project.a/webhook.h: headers"], "(secret set)") == shown(made)
    assert dict.fromkeys([*paths, headers[0]], "(secret rotated)") == shown(rotated)
    assert "CANARY" not in written(made) + written(rotated)


def test_a_secret_that_is_the_same_is_no_change(estate: Estate) -> None:
    estate.apply()
    assert () == estate.plan().changes


def test_the_memory_has_no_digest_of_a_secret(estate: Estate) -> None:
    """A digest of a short secret can be guessed."""
    estate.apply()
    remembered = {str(address): {*entry.digests} for address, entry in estate.state.entries.items()}
    assert {"project.a": {"title"}, "project.a/webhook.h": set()} == remembered


def test_a_secret_that_somebody_changed_on_the_server_is_not_told(estate: Estate) -> None:
    estate.apply()
    estate.server.records["project"][1]["task_data_password"] = "CANARY-theirs"
    plan = estate.plan()
    assert {"project.a: task_data_password": "(secret rotated)"} == shown(plan)
    assert "CANARY" not in written(plan)

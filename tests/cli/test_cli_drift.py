"""`lsform drift`: what it prints and how it ends."""

from __future__ import annotations

import json

from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.conftest import Stack
from tests.fakes import MemoryServer

HEAD = "stack test on http://memory (Label Studio 1.23.2 Community)\n\n"
STORAGE = """\
  import_storages:
    raw: {type: s3, bucket: raw, aws_secret_access_key: "${env:TOKEN}", sync: never}
"""


def hand(memory: MemoryServer) -> None:
    """Somebody renames the project, gives the webhook another token and takes its marker away."""
    memory.records["project"][1]["title"] = "Renamed"
    memory.records["webhook"][1]["headers"] = {"Authorization": "theirs"}


def test_what_changed_on_the_server_is_told_and_nothing_is_written(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    state = (signs.folder / ".lsform" / "state" / "test.json").read_bytes()
    assert (0, HEAD + "No drift. 2 resources as they were left.\n", "") == (
        (result := signs.run("drift", "--detailed-exitcode")).code, result.out, result.err
    )  # fmt: skip
    hand(memory)
    memory.writes.clear()
    result = signs.run("drift")
    assert (
        HEAD + "  ~ project.signs (id 1): was changed\n"
        '      title: "Traffic signs" -> "Renamed"\n'
        "\n"
        "  ~ project.signs/webhook.retrain (id 1): was changed\n"
        "      headers: (secret changed)\n"
        '      (marker): "test/project.signs/webhook.retrain" -> null\n'
        "\n"
        "Drift: 2 changed, 0 gone, 0 as they were left.\n"
    ) == result.out
    assert (0, "", 2) == (result.code, result.err, signs.run("drift", "--detailed-exitcode").code)
    assert ([], state) == (memory.writes, (signs.folder / ".lsform" / "state" / "test.json").read_bytes())


def test_a_manifest_that_changed_is_no_drift_and_a_conflict_is_told_as_one(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    signs.write(STACK + PROJECT.replace("Traffic signs", "Signs").replace("TOKEN", "OTHER"))
    signs.environment["OTHER"] = "another token"
    assert HEAD + "No drift. 2 resources as they were left.\n" == signs.run("drift").out
    memory.records["project"][1]["title"] = "Renamed"
    assert '      title: "Signs" -> "Renamed", and its manifest changed\n' in signs.run("drift").out


def test_what_is_gone_or_no_longer_declared_is_told(signs: Stack, memory: MemoryServer) -> None:
    signs.write({"old.yaml": PROJECT.replace("signs", "old").removeprefix("---\n")})
    signs.run("apply", "--auto-approve")
    (signs.folder / "old.yaml").unlink()
    (old,) = [remote for remote, one in memory.records["project"].items() if "project.old#" in str(one["label_config"])]
    signs.write(STACK + PROJECT.partition("  webhooks:")[0])
    memory.records["project"][old]["maximum_annotations"] = 5
    memory.records["webhook"].clear()
    result = signs.run("drift")
    assert (
        HEAD + f"  ~ project.old (id {old}): was changed\n"
        "      maximum_annotations: differs from what was applied\n"
        "\n"
        "  - project.old/webhook.retrain (id 1): is gone\n"
        "\n"
        "  - project.signs/webhook.retrain (id 2): is gone\n"
        "\n"
        "Drift: 1 changed, 2 gone, 1 as they were left.\n"
    ) == result.out


def test_what_cannot_be_seen_is_said_once(signs: Stack, memory: MemoryServer) -> None:
    signs.write(STACK + PROJECT + STORAGE)
    signs.run("apply", "--auto-approve")
    assert (
        HEAD + "info LSFP06: secrets that the server never returns cannot be seen to change: 1 resource\n"
        "  hint: `secret_version` sends one again\n"
        "\n"
        "No drift. 3 resources as they were left.\n"
    ) == signs.run("drift").out
    (signs.folder / ".lsform" / "state" / "test.json").unlink()
    memory.records["project"][1]["title"] = "Renamed"
    assert (
        HEAD + "warning LSFP07: the state does not remember what was last applied to 3 resources\n"
        "  hint: `lsform plan` tells how they differ from their manifests\n"
        "\n"
        "No drift. 0 resources as they were left.\n"
    ) == signs.run("drift").out


def test_the_json_has_what_the_text_has_and_no_secret(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    hand(memory)
    result = signs.run("drift", "--format", "json", "--target", "*/webhook.*")
    document = json.loads(result.out)
    assert ["format_version", "stack", "environment", "server", "summary", "drift", "findings"] == [*document]
    assert {"changed": 1, "missing": 0, "steady": 0} == document["summary"]
    (item,) = document["drift"]
    detail = {"secret": False, "origin": "drift"}
    assert {
        "address": "project.signs/webhook.retrain", "kind": "webhook", "id": 1, "missing": False,
        "fields": ["headers", "(marker)"],
        "details": [
            {"path": "headers", **detail, "secret": True, "declared": None, "live": "(secret changed)"},
            {"path": "(marker)", **detail, "declared": "test/project.signs/webhook.retrain", "live": None},
        ],
    } == item  # fmt: skip
    assert CANARY not in result.out and "theirs" not in result.out


def test_a_target_that_matches_nothing_is_a_usage_error(signs: Stack) -> None:
    result = signs.run("drift", "--target", "project.sings")
    assert (64, "", True) == (result.code, result.out, "did you mean `project.signs`?" in result.err)

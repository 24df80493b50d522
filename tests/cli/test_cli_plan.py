"""`lsform plan`: what it prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.conftest import Stack
from tests.fakes import MemoryServer

PLAN = """\
stack test on http://memory (Label Studio 1.23.2 Community)

  + project.signs: create, because it is not on the server yet
      title: "Traffic signs"
      maximum_annotations: 2
      interface:
        object `image` (`Image`) added
        control `label` (`Choices`) added with `Stop`, `Yield`

  + project.signs/webhook.retrain: create, because it is not on the server yet
      url: "https://ci.example.com/hook"
      headers: (secret set)

Plan: 2 to create, 0 unchanged.
Digest: 20d670a9c42e47f1be243bb79f9d8b3f630d5c98716333273632e9fde2270974
"""


def test_a_plan_shows_what_apply_would_do_and_sends_nothing(signs: Stack, memory: MemoryServer) -> None:
    result = signs.run("plan")
    assert (0, PLAN, "") == (result.code, result.out, result.err)
    assert [] == memory.writes
    assert not (signs.folder / ".lsform").exists()


def test_the_detailed_exit_code_is_2_with_changes_and_0_without(signs: Stack) -> None:
    assert 2 == signs.run("plan", "--detailed-exitcode").code
    assert 0 == signs.run("apply", "--auto-approve").code
    result = signs.run("plan", "--detailed-exitcode")
    assert (0, "") == (result.code, result.err)
    assert (
        "stack test on http://memory (Label Studio 1.23.2 Community)\n\n"
        "No changes. 2 unchanged: the server is as declared.\n"
    ) == result.out


def test_the_json_of_a_plan_has_the_keys_of_the_contract_and_no_secret(signs: Stack) -> None:
    result = signs.run("plan", "--format", "json")
    document = json.loads(result.out)
    keys = (
        "format_version stack environment server partial prune digest created_at expires_at summary changes syncs "
        "drift findings"
    )
    assert keys.split() == [*document]
    assert ["create", "update", "replace", "delete", "adopt", "forget", "noop"] == [*document["summary"]]
    change = {"address", "kind", "action", "risk", "reason", "id", "fields", "interface_changes", "impact"}
    assert all(change <= set(one) for one in document["changes"])
    assert ["project.signs", "project.signs/webhook.retrain"] == [one["address"] for one in document["changes"]]
    assert CANARY not in result.out


def test_the_same_plan_has_the_same_digest(signs: Stack) -> None:
    first, second = (json.loads(signs.run("plan", "--format", "json").out) for _ in range(2))
    assert first["digest"] == second["digest"]
    without = ("created_at", "expires_at")
    assert [{**one, **dict.fromkeys(without)} for one in (first, second)] == [{**first, **dict.fromkeys(without)}] * 2


def test_the_markdown_of_a_plan_is_for_a_comment_and_has_no_secret(signs: Stack, memory: MemoryServer) -> None:
    result = signs.run("plan", "--format", "markdown")
    assert (0, "", []) == (result.code, result.err, memory.writes)
    assert result.out.startswith("<!-- lsform:plan test/ -->\n### Plan: 2 to create, 0 unchanged\n")
    assert result.out.endswith("\nDigest: `20d670a9c42e47f1be243bb79f9d8b3f630d5c98716333273632e9fde2270974`\n")
    assert "  headers: (secret set)\n" in result.out
    assert CANARY not in result.out


def test_reports_are_written_in_the_form_of_their_ending_and_have_no_secret(signs: Stack, memory: MemoryServer) -> None:
    paths = [signs.folder / name for name in ("plan.html", "plan.md")]
    result = signs.run("plan", *(word for path in paths for word in ("--report", str(path))))
    assert (0, []) == (result.code, memory.writes)
    html, markdown = (path.read_text("utf-8") for path in paths)
    assert markdown == signs.run("plan", "--format", "markdown").out
    assert 2 == html.count("<article ")
    assert "(secret set)" in html
    assert CANARY not in html
    unknown = signs.run("plan", "--report", "plan.pdf")
    assert (64, "error: `--report plan.pdf` has no known ending\nhint: known are: .html, .md\n") == (
        unknown.code,
        unknown.err.replace("  hint", "hint"),
    )


def test_a_saved_plan_is_the_json_of_the_plan(signs: Stack, steady: Callable[[str], str]) -> None:
    shown = signs.run("plan", "--format", "json").out
    result = signs.run("plan", "--out", str(signs.folder / "p.json"))
    assert PLAN == result.out
    assert "saved to STACK/p.json; `lsform apply STACK/p.json` applies exactly this\n" == steady(result.err)
    assert steady(shown) == steady((signs.folder / "p.json").read_text("utf-8"))


def test_a_plan_that_cannot_be_saved_says_why(signs: Stack, steady: Callable[[str], str]) -> None:
    result = signs.run("plan", "--out", str(signs.folder / "none" / "p.json"))
    assert 1 == result.code
    assert "error: `STACK/none/p.json` cannot be written: No such file or directory\n" == steady(result.err)


def test_a_target_narrows_the_plan_and_one_that_matches_nothing_is_a_usage_error(signs: Stack) -> None:
    signs.write({"other.yaml": PROJECT.replace("signs", "other").removeprefix("---\n")})
    result = signs.run("plan", "--target", "project.oth*", "--format", "json")
    document = json.loads(result.out)
    assert ["project.other", "project.other/webhook.retrain"] == [one["address"] for one in document["changes"]]
    assert document["partial"] is True
    result = signs.run("plan", "--target", "project.sings")
    assert (64, "") == (result.code, result.out)
    assert "error: `--target project.sings` matches nothing\nhint: did you mean `project.signs`?\n" == result.err


def test_what_is_no_longer_declared_is_named_and_pruned_only_when_asked(
    signs: Stack, steady: Callable[[str], str]
) -> None:
    signs.run("apply", "--auto-approve")
    signs.write(STACK + PROJECT.replace("retrain:", "other:").replace("/hook", "/other"))
    result = signs.run("plan")
    assert (0, "") == (result.code, result.err)
    assert (
        "stack test on http://memory (Label Studio 1.23.2 Community)\n"
        "\n"
        "  + project.signs/webhook.other: create, because it is not on the server yet\n"
        '      url: "https://ci.example.com/other"\n'
        "      headers: (secret set)\n"
        "\n"
        "info LSFP01: `project.signs/webhook.retrain` is no longer declared and stays on the server\n"
        "  hint: `--prune` deletes it; a `Removed` manifest with `destroy: false` forgets it\n"
        "\n"
        "Plan: 1 to create, 1 unchanged.\n"
        "Digest: DIGEST\n"
    ) == steady(result.out)
    result = signs.run("plan", "--prune")
    assert (
        "  - project.signs/webhook.retrain (id 1): delete, because it is no longer declared\n"
        "\n"
        "Plan: 1 to create, 1 to delete, 1 unchanged.\n"
    ) in result.out


def test_what_a_guard_will_refuse_is_said_with_the_plan(signs: Stack) -> None:
    signs.run("apply", "--auto-approve")
    signs.write(STACK)
    result = signs.run("plan", "--prune")
    assert (0, "") == (result.code, result.err)
    assert (
        "\n"
        "It will be refused:\n"
        "error LSFG06: no resource is declared at all, so pruning would delete everything\n"
        "  hint: `lsform destroy` does that\n"
    ) in result.out
    document = json.loads(signs.run("plan", "--prune", "--format", "json").out)
    assert ["LSFG06"] == [one["code"] for one in document["findings"]]


MISTAKES = """\
m.yaml:5:3: error LSFM03: unknown key `titel`
  hint: did you mean `title`?
m.yaml:6:3: error LSFM05: the environment variable `DESCRIPTION` is not set
  hint: `export DESCRIPTION=...`, then try again
error: the configuration has errors; nothing was sent
"""


def test_all_mistakes_are_said_at_once_and_nothing_was_sent(signs: Stack, memory: MemoryServer) -> None:
    head = "apiVersion: lsform/v1\nkind: Project\nmetadata: {name: a}\n"
    signs.write({"m.yaml": head + "spec:\n  titel: x\n  description: ${env:DESCRIPTION}\n"})
    for command in (["plan"], ["apply", "--auto-approve"], ["destroy", "--auto-approve"]):
        result = signs.run(*command)
        assert (1, "", MISTAKES) == (result.code, result.out, result.err)
    assert {} == memory.calls
    assert not (signs.folder / ".lsform").exists()

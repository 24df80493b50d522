"""What people and machines read: plans, outcomes and findings, whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, Span, counted
from lsform.core.values import Json
from lsform.engine.document import plan_digest
from lsform.engine.model import (
    Action,
    Change,
    DriftItem,
    FieldChange,
    Impact,
    Outcome,
    Pair,
    Plan,
    Result,
    Risk,
    ServerInfo,
)
from lsform.interface.diff import ChangeKind, InterfaceChange
from lsform.report.findings import FORMATS, summary
from lsform.report.paint import Paint
from lsform.report.terminal import outcome_line, outcomes_summary, plan_text
from lsform.report.told import SHOWN
from lsform.report.wording import visible
from lsform.resources import kind_of

PLAIN = Paint()
PROJECT, VIEW = kind_of("project"), kind_of("view")
STORAGE = kind_of("import_storage", "localfiles")
SERVER = ServerInfo("http://localhost:8080", "1.23.2", "Community", 1)


def change(address: str, action: Action, reason: str, **more: object) -> Change:
    kind = {"view": VIEW, "import_storage": STORAGE}.get(Address.parse(address).kind, PROJECT)
    return Change(Address.parse(address), kind, action, reason, **more)  # type: ignore[arg-type]


PLAN = Plan(
    stack="vision",
    environment="prod",
    server=SERVER,
    changes=(
        change(
            "project.traffic",
            Action.UPDATE,
            "its manifest changed",
            risk=Risk.DATA_LOSS,
            remote=7,
            fields=(
                FieldChange("title", "Signs", "Traffic signs"),
                FieldChange("maximum_annotations", None, 2),
                FieldChange("task_data_password", "(secret)", "(secret rotated)", secret=True),
                FieldChange("label_config", "<View/>", "<View></View>"),
            ),
            interface_changes=(InterfaceChange(ChangeKind.LABEL_REMOVED, "Car", "label `Car` removed"),),
            impact=Impact(tasks=10, annotations=3),
            losses=("3 annotations use `Car`",),
        ),
        change("project.traffic/import_storage.raw", Action.CREATE, "it is not on the server yet"),
        change(
            "project.words", Action.UPDATE, "it was changed on the server", remote=8,
            fields=(FieldChange("label_config", "<View/>", "<View />"),),
        ),
        change("project.words/view.mine", Action.REPLACE, "the server cannot change `ordering` in place", remote=4),
        change(
            "project.words/import_storage.raw", Action.REPLACE, "its type changes from `localfiles` to `s3`", remote=5,
            risk=Risk.DESTRUCTIVE,
        ),
        change("project.old", Action.FORGET, "`Removed` says to leave it on the server", remote=5),
        change(
            "project.older", Action.DELETE, "it is no longer declared", remote=6,
            impact=Impact(tasks=1, annotations=2, drafts=1, predictions=3),
        ),
    ),
    pairs=(),
    unchanged=(Pair(Address.of("project", "same")),) * 2,
    syncs=(Address.parse("project.traffic/import_storage.raw"), Address.parse("project.same/import_storage.all")),
    drift=(
        DriftItem(Address.of("project", "words"), PROJECT, 8, ("description", "title")),
        DriftItem(Address.parse("project.words/view.mine"), VIEW, 4, (), missing=True),
    ),
    findings=(Finding("LSFP02", Severity.WARNING, "project 9 has this title", "adopt it", address="project.words"),),
)  # fmt: skip
TEXT = """\
stack vision, environment prod on http://localhost:8080 (Label Studio 1.23.2 Community)

  ~ project.traffic (id 7): update, because its manifest changed
      ! 3 annotations use `Car`
      title: "Signs" -> "Traffic signs"
      maximum_annotations: null -> 2
      task_data_password: (secret rotated)
      interface:
        label `Car` removed

  + project.traffic/import_storage.raw: create, because it is not on the server yet
      then: sync

  ~ project.words (id 8): update, because it was changed on the server
      interface: its text, not its meaning

  ± project.words/view.mine (id 4): replace, because the server cannot change `ordering` in place

  ± project.words/import_storage.raw (id 5): replace, because its type changes from `localfiles` to `s3`
      ! destructive: made anew, a storage reads or writes all its objects once more

  / project.old (id 5): forget, because `Removed` says to leave it on the server

  - project.older (id 6): delete, because it is no longer declared
      ! it has 1 task, 2 annotations, 1 draft, 3 predictions

  s project.same/import_storage.all: will be synced

Changed on the server since the last apply:
  project.words (id 8): description, title
  project.words/view.mine (id 4): is gone

warning LSFP02: project 9 has this title
  hint: adopt it

Plan: 1 to create, 2 to update, 2 to replace, 1 to delete, 1 to forget, 2 unchanged.
Digest: ...
""".replace("...", plan_digest(PLAN))


def test_a_plan_with_everything_in_it_reads_so() -> None:
    assert TEXT == plan_text(PLAN, PLAIN)


def test_a_delete_is_painted_red() -> None:
    colored = plan_text(PLAN, Paint(colors=True))
    assert "\x1b[31m-\x1b[0m \x1b[1mproject.older\x1b[0m" in colored


def test_an_empty_plan_says_so() -> None:
    empty = replace(PLAN, environment="", changes=(), syncs=(), drift=(), findings=())
    head = "stack vision on http://localhost:8080 (Label Studio 1.23.2 Community)\n\n"
    assert f"{head}No changes. 2 unchanged: the server is as declared.\n" == plan_text(empty, PLAIN)
    due = replace(empty, syncs=PLAN.syncs[1:])
    said = f"\n\nNo changes. 1 to sync, 2 unchanged: the server is as declared.\nDigest: {plan_digest(due)}\n"
    assert plan_text(due, PLAIN).endswith(said)


LONG = "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 3


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (1, 2, "1 -> 2"),
        (None, "", 'null -> ""'),
        (["a"], {"b": None}, '["a"] -> {"b": null}'),
        ("é\n\x1b[31m\x9b", "", '"é\\n\\u001b[31m\\x9b" -> ""'),
        (LONG, "x", f'"{LONG[: SHOWN - 1]}... -> "x"'),
        (LONG + "1", LONG + "2", '...u v w x y z 1" -> ...u v w x y z 2"'),
        (LONG + "1" + LONG, LONG, f'...u v w x y z 1{LONG[:47]}... -> ...u v w x y z "'),
    ],
)
def test_two_long_values_are_shown_from_where_they_differ(before: Json, after: Json, shown: str) -> None:
    fields = (FieldChange("description", before, after),)
    plan = replace(PLAN, changes=(change("project.a", Action.UPDATE, "x", fields=fields),))
    assert f"      description: {shown}" in plan_text(plan, PLAIN).split("\n")


OUTCOMES = {
    "  ok project.a: created (id 1)": (Outcome(Address.of("project", "a"), Result.APPLIED, remote=1), Action.CREATE),
    "  ok project.a: deleted": (Outcome(Address.of("project", "a"), Result.APPLIED), Action.DELETE),
    "  ok project.a: synced (id 2), synced: completed, 3 objects\n    note: one was there": (
        Outcome(
            Address.of("project", "a"),
            Result.APPLIED,
            remote=2,
            synced="completed, 3 objects",
            notes=("one was there",),
        ),
        None,
    ),
    "  skipped project.a: interrupted": (
        Outcome(Address.of("project", "a"), Result.SKIPPED, error="interrupted"),
        Action.UPDATE,
    ),
    "  failed m.yaml:3:1: project.a: no \\x1b[2J\n    hint: do it otherwise": (
        Outcome(
            Address.of("project", "a"),
            Result.FAILED,
            error="no \x1b[2J",
            hint="do it otherwise",
            span=Span("m.yaml", 3, 1),
        ),
        Action.UPDATE,
    ),
}


@pytest.mark.parametrize("line", OUTCOMES)
def test_each_outcome_has_its_line(line: str) -> None:
    outcome, action = OUTCOMES[line]
    assert line == outcome_line(outcome, change("project.a", action, "x") if action else None, PLAIN)


def test_outcomes_are_summed_up() -> None:
    results = [Result.APPLIED, Result.FAILED, Result.APPLIED, Result.SKIPPED]
    outcomes = [Outcome(Address.of("project", "a"), result) for result in results]
    assert "Apply: 2 applied, 1 failed, 1 skipped." == outcomes_summary(outcomes, PLAIN)
    assert "Apply: nothing to do." == outcomes_summary([], PLAIN)


def test_things_are_counted_in_words() -> None:
    assert ["0 tasks", "1 task", "2 tasks"] == [counted(number, "task") for number in range(3)]


FINDINGS = (
    Finding(
        "LSFM03", Severity.ERROR, "unknown key `a%`\nb", "did you mean `b`?", Span("a:b,c.yaml", 3, 5), "project.a"
    ),
    Finding("LSFM10", Severity.WARNING, "a secret", "", Span("m.yaml", 4)),
    Finding("LSFP01", Severity.INFO, "it stays", "prune it"),
)


def test_findings_as_text() -> None:
    assert (
        "a:b,c.yaml:3:5: error LSFM03: unknown key `a%`\nb\n"
        "  hint: did you mean `b`?\n"
        "m.yaml:4: warning LSFM10: a secret\n"
        "info LSFP01: it stays\n"
        "  hint: prune it\n"
        "1 error, 1 warning, 1 info\n"
    ) == FORMATS["text"](FINDINGS, PLAIN)
    assert "no findings\n" == FORMATS["text"]((), PLAIN)


def test_findings_for_github_escape_what_has_a_meaning_there() -> None:
    assert (
        "::error file=a%3Ab%2Cc.yaml,line=3,col=5,title=LSFM03::unknown key `a%25`%0Ab (did you mean `b`?)\n"
        "::warning file=m.yaml,line=4,col=1,title=LSFM10::a secret\n"
        "::notice title=LSFP01::it stays (prune it)\n"
    ) == FORMATS["github"](FINDINGS, PLAIN)


def test_findings_in_sarif_have_only_the_places_that_are_known() -> None:
    results = json.loads(FORMATS["sarif"](FINDINGS, PLAIN))["runs"][0]["results"]
    assert [
        {"artifactLocation": {"uri": "a%3Ab%2Cc.yaml"}, "region": {"startLine": 3, "startColumn": 5}},
        {"artifactLocation": {"uri": "m.yaml"}, "region": {"startLine": 4}},
    ] == [one["locations"][0]["physicalLocation"] for one in results if one["locations"]]
    assert ["error", "warning", "note"] == [one["level"] for one in results]
    assert "a secret" == results[1]["message"]["text"]


def test_findings_for_gitlab_have_a_place_and_a_fingerprint_each() -> None:
    found = json.loads(FORMATS["gitlab"]((*FINDINGS, FINDINGS[1]), PLAIN))
    assert 4 == len({one["fingerprint"] for one in found})
    places = [("a:b,c.yaml", 3), ("m.yaml", 4), ("lsform.yaml", 1), ("m.yaml", 4)]
    assert places == [(one["location"]["path"], one["location"]["lines"]["begin"]) for one in found]
    assert ["major", "minor", "info", "minor"] == [one["severity"] for one in found]


def test_findings_are_counted_by_severity() -> None:
    assert {"error": 1, "warning": 1, "info": 1} == summary(FINDINGS)
    assert {"error": 0, "warning": 0, "info": 0} == summary(())


@given(st.text())
def test_no_text_can_move_the_cursor_or_change_colours(text: str) -> None:
    shown = visible(text)
    assert shown.replace("\n", "").isprintable()
    assert shown == text or not text.isprintable()

"""`lsform doctor`: its whole output, what it exits with, and what it asks before it mends."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lsform.core.errors import ExitCode
from lsform.doctor.check import page
from lsform.doctor.checks import CHECKS
from lsform.doctor.evidence import Refusal, Sample, Storage
from lsform.resources import kind_of
from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.conftest import Stack
from tests.unit.doctor.patient import MET, URL, MemoryPatient, project, usage

LOST = Sample(1, 1, 1, usage(1, B=1))
ABOUT = {one.ID: page(one) for one in CHECKS}
WRONG = "label `B` of `kind` counts 0, and is used 1 time; `kind` counts 0 results, and has 1"
BAD = f"""\
error LSFC201: project `Texts` (1): the server cannot use the import storage `raw` (s3): no such bucket
  cause: {ABOUT["LSFC201"].cause}
  hint: {ABOUT["LSFC201"].remedy}
error LSFC201: project `Texts` (1): the server cannot use the import storage `raw` (s3): it is far away
  hint: {ABOUT["LSFC201"].remedy}
warning LSFC401: project `Texts` (1): {WRONG}
  cause: {ABOUT["LSFC401"].cause}
  hint: {ABOUT["LSFC401"].remedy}
looked at http://labels.example.com, 1 project, 1 task, no settings (`--env-file` shows those of the server)
2 errors, 1 warning
"""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> MemoryPatient:
    """The server that the doctor looks at."""
    made = MemoryPatient()
    monkeypatch.setattr("lsform.server.inspection.LabelStudioInspection", lambda _url, _key, **_tell: made)
    return made


@pytest.fixture
def server(stack: Stack, patient: MemoryPatient) -> Stack:
    stack.environment |= {"LABEL_STUDIO_URL": URL, "LABEL_STUDIO_API_KEY": CANARY}
    return stack


def bucket(reason: str = "no such bucket") -> Storage:
    attributes = {"title": "raw", "bucket": "b"}
    return Storage(kind_of("import_storage", "s3"), 7, attributes, "completed", objection=Refusal(reason))


def test_what_is_broken_is_told_with_cause_and_remedy(server: Stack, patient: MemoryPatient) -> None:
    other = replace(bucket("it is far away"), attributes={"title": "raw", "bucket": "c"})
    patient.known = [project(storages=(bucket(), other), sample=LOST)]
    result = server.run("doctor")
    assert (BAD, ExitCode.ERROR) == (result.out, result.code)


def test_as_json_a_check_says_what_it_is(server: Stack, patient: MemoryPatient) -> None:
    patient.known = [project(storages=(bucket(),), owner="project.texts")]
    document = json.loads(server.run("doctor", "--format", "json").out)
    (found,) = document["findings"]
    assert ("LSFC201", "error", "project.texts") == (found["code"], found["severity"], found["address"])
    assert ["LSFC201"] == [one["id"] for one in document["checks"]]
    assert {"error": 1, "warning": 0, "info": 0} == document["summary"]
    assert {"id", "severity", "title", "symptom", "cause", "remedy"} == {*document["checks"][0]}


def test_warnings_alone_are_no_failure(server: Stack, patient: MemoryPatient) -> None:
    patient.known = [project(sample=LOST)]
    assert ExitCode.DONE == server.run("doctor").code


def test_a_healthy_server_has_no_findings(server: Stack, patient: MemoryPatient) -> None:
    patient.known = [project()]
    result = server.run("doctor")
    assert (ExitCode.DONE, "no findings") == (result.code, result.out.splitlines()[-1])


def test_checks_are_chosen_by_the_beginnings_of_their_ids(server: Stack, patient: MemoryPatient) -> None:
    patient.known = [project(storages=(bucket(),), sample=LOST)]
    assert "no findings" in server.run("doctor", "--check", "LSFC3").out
    assert ExitCode.DONE == server.run("doctor", "--skip", "LSFC201").code
    wrong = server.run("doctor", "--check", "LSFC999")
    assert (ExitCode.USAGE, "error: there is no check `LSFC999`") == (wrong.code, wrong.err.splitlines()[0])


def test_the_list_has_all_checks_and_needs_no_server(stack: Stack) -> None:
    lines = stack.run("doctor", "--list").out.splitlines()
    assert "LSFC001  error    nobody answers, or somebody who is no Label Studio" == lines[0]
    assert [f"LSFC30{number}" for number in range(1, 5)] == [one[:7] for one in lines if one.startswith("LSFC3")]


def test_what_is_mended_is_shown_and_asked_about(server: Stack, patient: MemoryPatient) -> None:
    patient.known = [project(sample=LOST)]
    refused = server.run("doctor", "--fix")
    assert (ExitCode.USAGE, False) == (refused.code, ("reset_summary", 1) in patient.asked)
    assert "will count the labels of project `Texts` (1) anew\n" in refused.err
    mended = server.run("doctor", "--fix", "--auto-approve")
    assert "did count the labels of project `Texts` (1) anew\n" in mended.err
    assert "no findings" in mended.out
    assert [("reset_summary", 1)] == [one for one in patient.asked if one[0] == "reset_summary"]
    again = server.run("doctor", "--fix", "--auto-approve")
    assert "there is nothing that can be mended without losing anything\n" in again.err


def test_settings_are_named_and_their_values_are_not(server: Stack) -> None:
    (server.folder / "settings.env").write_text(f"SECRET_KEY={CANARY}\nREDIS_LOCATION=redis://:{CANARY}@redis\n")
    result = server.run("doctor", "--env-file", str(server.folder / "settings.env"))
    assert "warning LSFC101: `REDIS_LOCATION` is set, and read nowhere\n" in result.out
    assert CANARY not in result.out + result.err
    missing = server.run("doctor", "--env-file", str(server.folder / "none"))
    assert ExitCode.ERROR == missing.code


def test_of_a_stack_its_own_projects_are_looked_at_and_its_secrets_are_not_told(
    server: Stack, patient: MemoryPatient
) -> None:
    server.write(STACK + PROJECT)
    server.environment["TOKEN"] = "canary-of-a-hook"
    quoting = project(1, storages=(bucket("no: canary-of-a-hook"),), stack="test", owner="project.signs")
    patient.known = [quoting, project(2, storages=(bucket(),))]
    result = server.call(["doctor", str(server.folder), "--check", "LSFC201"])
    assert "cannot use the import storage `raw` (s3): no: (secret)\n" in result.out
    assert "project `Texts` (2)" not in result.out
    assert ("refusal", "https://ci.example.com", False) not in patient.asked, "no check that was chosen looks at it"
    server.run("doctor")
    assert ("refusal", "https://ci.example.com", False) in patient.asked


def test_without_a_server_the_command_says_what_is_missing(stack: Stack) -> None:
    result = stack.run("doctor")
    message = "error: no server to look at: `LABEL_STUDIO_URL` and `LABEL_STUDIO_API_KEY` not set"
    assert (ExitCode.USAGE, message) == (result.code, result.err.splitlines()[0])
    stack.environment["LABEL_STUDIO_API_KEY"] = CANARY
    assert ExitCode.USAGE == stack.run("doctor", "--server", f"http://user:{CANARY}@labels.example.com").code
    assert "no `lsform.yaml`" in stack.call(["doctor", str(stack.folder)]).err


def test_a_server_that_is_not_there_is_a_finding(server: Stack, patient: MemoryPatient) -> None:
    patient.facts = replace(MET, release="", refusal=Refusal(f"{URL} cannot be reached", "is the server up?"))
    result = server.run("doctor", "--check", "LSFC2")
    assert (ExitCode.ERROR, f"error LSFC001: {URL} cannot be reached") == (result.code, result.out.splitlines()[0])

"""What is asked of a server: as much as the checks need, and what fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lsform.core.address import Address
from lsform.core.diagnostics import NOWHERE
from lsform.core.errors import ServerError, UsageError
from lsform.core.values import Json, Secret
from lsform.doctor.checks import CHECKS, GROUNDS
from lsform.doctor.diagnosis import chosen, diagnose, parts
from lsform.doctor.evidence import Part, Refusal, Sample, Storage
from lsform.doctor.examination import Wanted, examine
from lsform.doctor.tally import Tally
from lsform.engine.declared import DesiredResource
from lsform.engine.model import LiveResource
from lsform.interface.model import parse
from lsform.resources import kind_of
from lsform.session import quiet
from tests.unit.doctor.patient import CONFIG, MET, MemoryPatient, project, usage

WEBHOOK, ML = kind_of("webhook"), kind_of("ml_backend")


def live(kind: str, remote: int, parent: int, **attributes: str | Secret) -> LiveResource:
    return LiveResource(kind_of(kind), remote, dict(attributes), parent)


def codes(patient: MemoryPatient, wanted: Wanted) -> list[str]:
    return [one.code for one in diagnose(examine(patient, wanted, quiet), CHECKS).findings]


def test_a_server_that_does_not_let_us_in_is_asked_nothing_more() -> None:
    patient = MemoryPatient(facts=MET.__class__(MET.url, MET.token, refusal=Refusal("no")))
    assert (["LSFC001"], []) == (codes(patient, Wanted()), patient.asked)


def test_only_what_the_chosen_checks_look_at_is_asked_for() -> None:
    patient = MemoryPatient(known=[project()])
    examine(patient, Wanted(frozenset({Part.TASKS}), tasks=5), quiet)
    assert [("projects",), ("usage", 1), ("sample", 1, 5)] == patient.asked


def test_a_check_of_the_server_alone_reads_no_project() -> None:
    patient = MemoryPatient(known=[project()])
    examine(patient, Wanted(frozenset({Part.SERVER, Part.SETTINGS})), quiet)
    assert [] == patient.asked


def test_what_cannot_be_read_is_told_and_the_rest_goes_on() -> None:
    known = [project(1), project(2, "Others", sample=Sample(3, 3, twins=((5, 2),)))]
    patient = MemoryPatient(known=known, broken={"storages": ServerError("the server answered 500: no")})
    evidence = examine(patient, Wanted(), quiet)
    found = diagnose(evidence, CHECKS).findings
    assert ["LSFC010", "LSFC010", "LSFC403"] == [one.code for one in found]
    assert "the storages of project `Texts` (1) could not be looked at: the server answered 500: no" == found[0].message


def test_that_nothing_could_be_read_is_told_whatever_checks_are_chosen() -> None:
    patient = MemoryPatient(broken={"projects": ServerError("the server answered 500: no")})
    checks = chosen(["LSFC2"])
    found = diagnose(examine(patient, Wanted(parts(checks)), quiet), checks).findings
    assert ["LSFC010"] == [one.code for one in found]
    assert {one.ID for one in GROUNDS} < {one.ID for one in checks}


def test_an_address_is_asked_about_once_and_told_for_each_who_needs_it() -> None:
    hooks = [live("webhook", number, 1, url=f"http://10.0.0.7:80/{number}") for number in (1, 2)]
    secret = live("webhook", 3, 1, url=Secret("http://10.0.0.8"))
    patient = MemoryPatient(
        known=[project(), project(2, "Others")],
        objects=[*hooks, secret, live("ml_backend", 4, 1, url="http://u:p@10.0.0.7:80/x", title="m")],
        refused={"http://10.0.0.7:80": Refusal("it is private")},
    )
    wanted = Wanted(frozenset({Part.ADDRESSES}), projects=("Texts",))
    found = diagnose(examine(patient, wanted, quiet), CHECKS).findings
    assert [("refusal", "http://10.0.0.7:80", True), ("refusal", "http://10.0.0.7:80", False)] == [
        one for one in patient.asked if one[0] == "refusal"
    ]
    assert ["the ML backend `m`", "a webhook", "a webhook"] == [
        one.message.partition(" of ")[2].partition(" of ")[0] for one in found
    ]
    assert ["set ML_BLOCK_LOCAL_IP=false on the server", found[1].hint, found[1].hint] == [one.hint for one in found]


def test_without_names_those_of_the_stack_are_looked_at() -> None:
    known = [project(1, "One", stack="a", owner="project.one"), project(2, "Two", stack="b"), project(3, "Three")]
    patient = MemoryPatient(known=known)
    for wanted, expected in (
        (Wanted(stack="a"), [1]),
        (Wanted(), [1, 2, 3]),
        (Wanted(projects=("3",), stack="a"), [3]),
        (Wanted(projects=("Two", "one")), [1, 2]),
        (Wanted(projects=("project.one",)), [1]),
    ):
        assert expected == [one.remote for one in examine(patient, wanted, quiet).projects]
    with pytest.raises(UsageError, match="no project `Four`"):
        examine(patient, Wanted(projects=("Four",)), quiet)


def test_how_much_was_looked_at_is_told() -> None:
    patient = MemoryPatient(known=[project(sample=Sample(1_000, 50_000))])
    told = diagnose(examine(patient, Wanted(), quiet), CHECKS).looked_at
    assert "1 project, 1,000 of 50,000 tasks (`--all` looks at all), no settings" in told


def test_a_storage_is_not_tried_for_its_address_alone() -> None:
    storage = Storage(kind_of("import_storage", "s3"), 7, {"s3_endpoint": "http://minio:9000"}, "completed")
    patient = MemoryPatient(known=[project(storages=(storage,))])
    examine(patient, Wanted(frozenset({Part.ADDRESSES})), quiet)
    assert ("refusal", "http://minio:9000", False) in patient.asked
    assert [] == [one for one in patient.asked if one[0] in ("tried", "link")]


def test_a_storage_is_tried_with_what_its_own_stack_declares_of_it() -> None:
    kind, address = kind_of("import_storage", "redis"), Address.parse("project.texts/import_storage.raw")
    ours, theirs = (
        Storage(kind, number, {}, "completed", stack=stack, owner=str(address))
        for number, stack in ((7, "mine"), (8, "other"))
    )
    patient = MemoryPatient(known=[project(storages=(ours, theirs))])
    declared = DesiredResource(address, kind, {"password": Secret("canary")}, NOWHERE)
    examine(patient, Wanted(projects=("1",), stack="mine", declared=(declared,)), quiet)
    assert [("tried", 1, 7, "password"), ("tried", 1, 8)] == [one for one in patient.asked if one[0] == "tried"]


def result(choice: str) -> Json:
    return {"from_name": "kind", "to_name": "text", "type": "choices", "value": {"choices": [choice]}}


def annotated(*choices: str) -> Json:
    results: list[Json] = [result(one) for one in choices]
    return {"result": results}


def test_tasks_are_counted_as_the_server_counts() -> None:
    tally = Tally.of(parse(CONFIG))
    rows: list[tuple[int, Mapping[str, Json], list[Json], int]] = [
        (9, {"text": "one"}, [annotated("A", "B"), annotated("A")], 2),
        (4, {"text": "one"}, [], 0),
        (5, {"text": ""}, [annotated("B")], 0),
        (6, {"$undefined$": "x"}, [{"result": [{"type": "relation"}, "odd"]}, "odd"], 1),
    ]
    for task, data, found, counted in rows:
        tally.add(task, data, found, counted=counted)
    looked = tally.sample(4)
    assert usage(4, A=2, B=2) == looked.usage
    assert (((4, 2),), {"text": 1}, (5,), 3) == (looked.twins, looked.lacking, looked.uncounted, looked.annotated)


def test_the_way_of_a_taxonomy_is_counted_part_by_part() -> None:
    tally = Tally.of(None)
    value: Json = {"taxonomy": [["Animal", "Cat"], ["Animal"]]}
    taxonomy: Json = {"result": [{"from_name": "t", "to_name": "x", "type": "taxonomy", "value": value}]}
    tally.add(1, {}, [taxonomy], counted=1)
    assert {"t": {"Animal": 2, "Cat": 1}} == tally.sample(1).usage.created_labels

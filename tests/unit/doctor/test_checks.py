"""What the checks make of evidence: the borders that the live tests do not reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsform.core.diagnostics import Severity
from lsform.doctor.check import page
from lsform.doctor.checks import CHECKS
from lsform.doctor.checks.lsfc002_token import DAY, SOON
from lsform.doctor.counters import differences, would_be_right
from lsform.doctor.diagnosis import diagnose
from lsform.doctor.dotenv import settings
from lsform.doctor.evidence import LEGACY_OFF, Backend, Evidence, Link, Refusal, Sample, ServerFacts, Storage, Token
from lsform.doctor.origins import fits, origin
from lsform.resources import kind_of
from tests.unit.doctor.patient import MET, URL, project, usage

S3 = kind_of("import_storage", "s3")


def told(evidence: Evidence) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in diagnose(evidence, CHECKS).findings]


def with_settings(**given: str) -> Evidence:
    return Evidence(MET, given)


def with_storage(**more: object) -> Evidence:
    attributes = {"title": "raw", "bucket": "b", "presign": True, "presign_ttl": 1, **more.pop("attributes", {})}  # type: ignore[dict-item]
    storage = Storage(S3, 7, attributes, str(more.pop("status", "completed")), **more)  # type: ignore[arg-type]
    return Evidence(MET, None, (), (project(storages=(storage,)),))


def test_each_check_documents_itself_under_its_own_id() -> None:
    ids = [page(one).id for one in CHECKS]
    assert sorted(set(ids)) == ids


def test_a_server_that_is_well_gives_no_finding() -> None:
    assert [] == told(Evidence(MET, {}, (), (project(),)))


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (replace(MET, token=Token("refresh", 1_001.0 + SOON)), []),
        (replace(MET, token=Token("refresh", 999.0 + SOON)), ["LSFC002"]),
        (replace(MET, token=Token("refresh", 999.0)), ["LSFC002"]),
        (replace(MET, token=Token("access", 1_300.0)), ["LSFC002"]),
        (
            replace(MET, refusal=Refusal(f"not authorised: {LEGACY_OFF}")),
            ["LSFC003"],
        ),
        (replace(MET, refusal=Refusal("not authorised: Invalid token.")), ["LSFC002"]),
        (ServerFacts(URL, Token("legacy"), refusal=Refusal("cannot be reached")), ["LSFC001"]),
        (replace(MET, skew=60.0), []),
        (replace(MET, skew=-61.0), ["LSFC004"]),
        (replace(MET, skew=None), []),
        (replace(MET, release="1.22.9"), ["LSFC005"]),
        (replace(MET, release="1.23.3"), ["LSFC006"]),
        (replace(MET, release="1.23.2.post1"), []),
        (replace(MET, links=f"{URL}:80/label-studio"), []),
        (replace(MET, links="https://labels.example.com"), ["LSFC008"]),
        (replace(MET, login=Refusal("Forbidden")), ["LSFC009"]),
        (replace(MET, body_limit=5_000_000), ["LSFC012"]),
    ],
)
def test_what_is_said_of_a_server(facts: ServerFacts, codes: list[str]) -> None:
    assert codes == [code for code, _ in told(Evidence(facts))]


@pytest.mark.parametrize(
    ("seconds", "said"), [(DAY - 1, "in less than a day"), (DAY, "in 1 day"), (3 * DAY, "in 3 days")]
)
def test_a_token_that_is_about_to_expire_is_a_warning(seconds: float, said: str) -> None:
    (found,) = diagnose(Evidence(replace(MET, token=Token("refresh", MET.now + seconds))), CHECKS).findings
    assert (Severity.WARNING, f"the token expires {said}") == (found.severity, found.message)


def test_a_clock_that_is_minutes_off_is_an_error() -> None:
    found = diagnose(Evidence(replace(MET, skew=301.0)), CHECKS).findings
    assert [Severity.ERROR] == [one.severity for one in found]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"LABEL_STUDIO_SECURE_PROXY_SSL_HEADER": "x", "REDIS_LOCATION": "redis:6379"}, ["LSFC101", "LSFC101"]),
        ({"CSRF_TRUSTED_ORIGINS": URL}, []),
        ({"LABEL_STUDIO_CSRF_TRUSTED_ORIGINS": "http://*.example.com"}, []),
        ({"CSRF_TRUSTED_ORIGINS": "https://labels.example.com"}, ["LSFC102"]),
        ({"CSRF_TRUSTED_ORIGINS": f"{URL}, https://other.example.com"}, ["LSFC102"]),
        ({"LABEL_STUDIO_HOST": f"{URL}/"}, []),
        ({"HOST": "https://labels.example.com"}, ["LSFC103"]),
        ({"DJANGO_DB": "sqlite"}, []),
        ({"LOCAL_FILES_SERVING_ENABLED": "true"}, ["LSFC105"]),
        ({"LOCAL_FILES_SERVING_ENABLED": "true", "LOCAL_FILES_DOCUMENT_ROOT": "files"}, ["LSFC105"]),
        ({"LOCAL_FILES_SERVING_ENABLED": "true", "LOCAL_FILES_DOCUMENT_ROOT": "C:\\files"}, []),
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": "250 MB"}, ["LSFC106"]),
        ({"DATA_UPLOAD_MAX_NUMBER_FILES": "100"}, []),
    ],
)
def test_what_is_said_of_settings(given: dict[str, str], codes: list[str]) -> None:
    assert codes == [code for code, _ in told(with_settings(**given))]


def test_sqlite_is_told_where_several_people_write() -> None:
    evidence = Evidence(replace(MET, members=2), {"DJANGO_DB": "sqlite"})
    assert [("LSFC104", "the server keeps its data in SQLite, and 2 people use it")] == told(evidence)


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [
        (with_storage(objection=Refusal("no such bucket")), ["LSFC201"]),
        (with_storage(objection=Refusal("set LOCAL_FILES_SERVING_ENABLED")), ["LSFC209"]),
        (with_storage(objection=Refusal("URL resolves to a reserved network address")), []),
        (with_storage(region="eu-west-1"), []),
        (with_storage(region="eu-west-1", attributes={"region_name": "eu-west-1"}), []),
        (with_storage(region="eu-west-1", attributes={"region_name": "us-east-1"}), ["LSFC202"]),
        (with_storage(link=Link(3, 206, allows=True)), []),
        (with_storage(link=Link(3, 206, allows=False)), ["LSFC203"]),
        (with_storage(link=Link(3, 200, allows=False, is_signed=False)), []),
        (with_storage(link=Link(3, 403, allows=False)), ["LSFC204"]),
        (with_storage(attributes={"presign_ttl": 10_081}), ["LSFC205"]),
        (with_storage(attributes={"presign_ttl": 0, "presign": False}), []),
        (with_storage(status="completed_with_errors"), ["LSFC207"]),
        (with_storage(status="in_progress", waiting=3_599.0), []),
        (with_storage(status="in_progress", waiting=3_601.0), ["LSFC208"]),
        (with_storage(attributes={"regex_filter": "["}), []),
    ],
)
def test_what_is_said_of_storages(evidence: Evidence, codes: list[str]) -> None:
    assert codes == [code for code, _ in told(evidence)]


def test_a_medium_that_only_we_cannot_reach_is_a_warning() -> None:
    found = diagnose(with_storage(link=Link(3, 0, allows=False)), CHECKS).findings
    assert [Severity.WARNING] == [one.severity for one in found]


def test_an_import_of_one_project_over_the_export_of_another_is_told() -> None:
    source = Storage(S3, 1, {"title": "in", "bucket": "b", "prefix": "p"}, "completed")
    target = Storage(kind_of("export_storage", "s3"), 2, {"title": "out", "bucket": "b", "prefix": "p"}, "completed")
    evidence = Evidence(MET, None, (), (project(1, storages=(source,)), project(2, storages=(target,))))
    assert ["LSFC206"] == [code for code, _ in told(evidence)]


def test_containers_of_one_name_may_be_those_of_two_accounts() -> None:
    azure = kind_of("import_storage", "azure")
    twice = tuple(Storage(azure, number, {"title": "raw", "container": "c"}, "completed") for number in (1, 2))
    (found,) = diagnose(Evidence(MET, None, (), (project(storages=twice),)), CHECKS).findings
    assert ("LSFC206", Severity.WARNING) == (found.code, found.severity)
    assert found.message.endswith(", if both are of one account")


@pytest.mark.parametrize(
    ("backend", "codes"),
    [
        (Backend("m", "model", seconds=0.5), []),
        (Backend("m", "model", seconds=0.6), ["LSFC302"]),
        (Backend("m", "model", "no answer", 0.6), ["LSFC301"]),
    ],
)
def test_what_is_said_of_models(backend: Backend, codes: list[str]) -> None:
    assert codes == [code for code, _ in told(Evidence(MET, None, (), (project(backends=(backend,)),)))]


def test_a_backend_on_localhost_is_told_of_containers() -> None:
    evidence = Evidence(MET, None, (), (project(backends=(Backend("m", "localhost", "no answer"),)),))
    assert "`host.docker.internal`" in diagnose(evidence, CHECKS).findings[0].hint


@pytest.mark.parametrize(("version", "codes"), [("v1", []), ("m", []), ("v2", ["LSFC303"]), ("", [])])
def test_a_version_is_that_of_predictions_or_of_a_backend(version: str, codes: list[str]) -> None:
    one = project(model_version=version, predictions={"v1": 3, "v2": 0}, backends=(Backend("m", "model"),))
    assert codes == [code for code, _ in told(Evidence(MET, None, (), (one,)))]


def sample(seen: int, total: int, results: int, **labels: int) -> Sample:
    return Sample(seen, total, results, usage(results, **labels))


def test_of_a_part_of_the_tasks_only_too_small_counters_are_wrong() -> None:
    part, whole = sample(2, 9, 2, A=2), sample(9, 9, 2, A=2)
    more, less = usage(5, A=5), usage(1, A=1)
    assert [0, 2, 2, 2] == [
        len([*differences(project(counted=counted, sample=looked))])
        for counted, looked in ((more, part), (less, part), (more, whole), (less, whole))
    ]


def test_counting_anew_is_offered_only_where_the_server_counts_right() -> None:
    assert [True, True, False, False] == [
        would_be_right(project(sample=one))
        for one in (sample(1, 1, 0), sample(1, 1, 1, A=1), sample(3, 3, 3, A=2, B=1), sample(1, 2, 1, A=1))
    ]


@pytest.mark.parametrize(
    ("looked", "expected"),
    [
        (
            Sample(3, 3, 3, uncounted=(4, 5)),
            ("LSFC011", "the server takes 2 annotated tasks for not annotated, as task 4"),
        ),
        (Sample(1, 1, 1, usage(1, Gone=1)), ("LSFC402", "label `Gone` of `kind` is gone: used by 1 annotation")),
        (Sample(9, 9, twins=((4, 3), (8, 2))), ("LSFC403", "3 tasks more than once, as that of task 4")),
    ],
)
def test_what_is_said_of_tasks(looked: Sample, expected: tuple[str, str]) -> None:
    one = project(sample=looked, counted=looked.usage)
    code, text = expected
    assert [(code, f"project `Texts` (1): {text}")] == told(Evidence(MET, None, (), (one,)))


def test_predictions_without_a_version_are_counted() -> None:
    one = project(predictions={"": 2, "undefined": 1, "v1": 5})
    assert [("LSFC304", "project `Texts` (1): 3 predictions without a version")] == told(
        Evidence(MET, None, (), (one,))
    )


def test_counters_that_are_wrong_are_listed_and_the_rest_is_counted() -> None:
    labels = {f"L{number}": 1 for number in range(9)}
    one = project(sample=sample(9, 9, 9, **labels), counted=usage(9))
    (message,) = [text for code, text in told(Evidence(MET, None, (), (one,))) if code == "LSFC401"]
    assert message.startswith("project `Texts` (1): label `L0` of `kind` counts 0, and is used 1 time; label `L1`")
    assert message.endswith("; label `L4` of `kind` counts 0, and is used 1 time (and 4 more)")


def test_tasks_that_lack_a_key_are_told_with_how_many_were_looked_at() -> None:
    one = project(sample=Sample(1_000, 50_000, lacking={"text": 3}))
    assert [
        (
            "LSFC404",
            "project `Texts` (1): the interface shows `$text`, which 3 of 1,000 tasks lack"
            " (of 1,000 tasks that were looked at, of 50,000)",
        )
    ] == told(Evidence(MET, None, (), (one,)))


@pytest.mark.parametrize(
    ("own", "trusted", "expected"),
    [
        ("https://a.example.com", "https://a.example.com", True),
        ("https://a.example.com", "https://*.example.com", True),
        ("https://example.com", "https://*.example.com", True),
        ("http://a.example.com", "https://*.example.com", False),
        ("https://a.example.org", "https://*.example.com", False),
        ("https://a.example.com:8443", "https://a.example.com", False),
    ],
)
def test_origins_are_compared_as_django_does(own: str, trusted: str, *, expected: bool) -> None:
    assert expected == fits(own, trusted)


def test_an_origin_has_neither_the_usual_port_nor_a_password() -> None:
    assert ["https://a.b", "http://a.b:443", "http://[::1]:8080"] == [
        origin(one) for one in ("https://u:p@a.b:443/x?y", "http://a.b:443", "http://[::1]:8080/")
    ]


def test_settings_are_read_as_env_files_have_them() -> None:
    text = "# one\nA=1\nexport B='two words' # said\n C = three # four\nD=\nnot a setting\nA=2\nE=a#b\n"
    assert {"A": "2", "B": "two words", "C": "three", "D": "", "E": "a#b"} == settings(text)

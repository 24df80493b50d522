"""What ails a real server is named by `lsform doctor`, and a healthy one is left in peace."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from lsform.core.errors import ExitCode
from lsform.server import local
from lsform.server.local import LocalServer
from tests import ml_backend
from tests.conformance.stores import Stores, client_of_s3
from tests.conftest import Result, Stack, fresh_server_data
from tests.live.estate import Api
from tests.loopback import Answer, Asked, answering, relay
from tests.ml_backend import Backend

pytestmark = pytest.mark.live

CHOICES = '<View><Text name="text" value="${key}"/><Choices name="kind" toName="text">{choices}</Choices></View>'
IMAGES = (
    '<View><Image name="image" value="$image"/><Choices name="kind" toName="image"><Choice value="A"/></Choices></View>'
)
PIXEL = b"GIF89a"
HEALTHY_SETTINGS = """\
# what the server was started with
export LABEL_STUDIO_HOST={url}
CSRF_TRUSTED_ORIGINS='{url}'
DJANGO_DB=default
LOCAL_FILES_SERVING_ENABLED=true
LOCAL_FILES_DOCUMENT_ROOT=/label-studio/files  # in the container
"""
ODD_SETTINGS = """\
USE_X_FORWARDED_HOST=true
CSRF_TRUSTED_ORIGINS=labels.example.com
LABEL_STUDIO_HOST=labels.example.com
DJANGO_DB=sqlite
LOCAL_FILES_DOCUMENT_ROOT=/files
DATA_UPLOAD_MAX_MEMORY_SIZE=1000
"""


def interface(key: str, *choices: str) -> str:
    return CHOICES.format(key=key, choices="".join(f'<Choice value="{one}"/>' for one in choices))


def chosen(choice: str) -> list[dict[str, Any]]:
    return [{"from_name": "kind", "to_name": "text", "type": "choices", "value": {"choices": [choice]}}]


def examined(stack: Stack, url: str, key: str, *options: str) -> tuple[Result, Mapping[str, str]]:
    """The command, and of each check that found something its last words."""
    stack.environment["LABEL_STUDIO_API_KEY"] = key
    result = stack.call(["doctor", "--server", url, "--format", "json", *options])
    assert key not in result.out + result.err
    found = json.loads(result.out)["findings"] if result.out else []
    return result, {one["code"]: one["message"] for one in found}


def project(api: Api, title: str, config: str, **more: object) -> int:
    return int(api.post("/api/projects/", {"title": title, "label_config": config, **more})["id"])


def tasks(api: Api, number: int, *found: object) -> list[int]:
    api.post(f"/api/projects/{number}/import", [*found])
    return [int(one["id"]) for one in api.get("/api/tasks", project=number)["tasks"]]


def s3(api: Api, number: int, endpoint: str, bucket: str, **more: object) -> int:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "canary-one-5e2f"}
    body = {"project": number, "bucket": bucket, "s3_endpoint": endpoint, "use_blob_urls": True, **keys, **more}
    return int(api.post("/api/storages/s3", body)["id"])


def storages(api: Api, number: str) -> list[dict[str, Any]]:
    paths = ("/api/storages", "/api/storages/export")
    return [one for path in paths for one in api.get(path, project=number)]


def folder(server: LocalServer, name: str, content: str) -> Path:
    made = server.document_root / name
    made.mkdir()
    (made / "one.json").write_text(content)
    return made


def elsewhere(stores: Stores) -> dict[str, dict[str, str]]:
    """Storages of the other types that this machine has."""
    azure = {"account_name": stores.env["AZURE_ACCOUNT"], "account_key": stores.env["AZURE_KEY"], "container": "second"}
    gcs = {"bucket": "second", "google_application_credentials": stores.env["GCS_ACCOUNT"]}
    bodies = {"azure": azure, "gcs": gcs}
    return {variant: body for variant, body in bodies.items() if variant not in stores.lacks}


@pytest.fixture(scope="module")
def healthy(label_studio: LocalServer, object_stores: Stores, backend: Backend) -> str:
    """A project that has all that can ail, and is well."""
    api = Api(label_studio)
    number = project(api, "Doctor well", interface("text", "A", "B"))
    first, _ = tasks(api, number, {"text": "one"}, {"text": "two"})
    api.post(f"/api/tasks/{first}/annotations/", {"result": chosen("A")})
    api.post("/api/predictions/", {"task": first, "result": chosen("A"), "model_version": "v1"})
    api.post("/api/ml/", {"project": number, "url": f"{backend.url}/well", "title": "model"})
    object_stores.put["s3"]("first", "doctor/well.gif", PIXEL)
    storage = s3(api, number, object_stores.vars["s3"], "first", prefix="doctor", region_name="us-east-1")
    api.post(f"/api/storages/s3/{storage}/sync", {})
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "canary-one-5e2f"}
    target = {"project": number, "bucket": "second", "prefix": "well", "s3_endpoint": object_stores.vars["s3"]}
    api.post("/api/storages/export/s3", {**target, **keys})
    for variant, body in elsewhere(object_stores).items():
        for path, prefix in (("storages", "plain"), ("storages/export", "written")):
            api.post(f"/api/{path}/{variant}", {"project": number, "prefix": prefix, **body})
    made = folder(label_studio, "doctor-well", '[{"text": "three"}]')
    local_storage = {"project": number, "path": str(made), "use_blob_urls": False}
    storage = api.post("/api/storages/localfiles", local_storage)["id"]
    assert "completed" == api.post(f"/api/storages/localfiles/{storage}/sync", {})["status"]
    api.http.patch(f"/api/projects/{number}/", json={"label_config": interface("text", "A", "B")})
    return str(number)


def test_a_healthy_server_has_no_findings(
    stack: Stack, label_studio: LocalServer, healthy: str, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.env"
    settings.write_text(HEALTHY_SETTINGS.format(url=label_studio.url))
    options = ("--project", healthy, "--env-file", str(settings))
    before = storages(Api(label_studio), healthy)
    result, found = examined(stack, label_studio.url, label_studio.api_key.value, *options)
    assert ({}, ExitCode.DONE) == (found, result.code)
    assert before == storages(Api(label_studio), healthy), "what is tried stays as it was"
    assert [] == [one for one in before if one["status"] not in ("completed", "initialized")]
    assert "canary" not in result.out + result.err


@pytest.fixture(scope="module")
def without_cors(object_stores: Stores) -> Iterator[str]:
    """The same S3 for a browser to which no bucket has allowed anything."""
    with answering(relay(object_stores.vars["s3"], lambda _asked, answer: answer)) as url:
        yield url


@pytest.fixture(scope="module")
def ill_storages(label_studio: LocalServer, object_stores: Stores, without_cors: str) -> str:
    api, endpoint = Api(label_studio), object_stores.vars["s3"]
    number = project(api, "Doctor storages", IMAGES)
    client = client_of_s3(endpoint)
    client.create_bucket(Bucket="doomed")
    s3(api, number, endpoint, "doomed", title="doomed")
    client.delete_bucket(Bucket="doomed")
    client.create_bucket(Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3(api, number, endpoint, "abroad", title="abroad", region_name="us-east-1", presign_ttl=99999)
    for name in ("seen", "gone"):
        object_stores.put["s3"]("first", f"doctor/{name}/one.gif", PIXEL)
        place = without_cors if name == "seen" else endpoint
        storage = s3(api, number, place, "first", title=name, prefix=f"doctor/{name}")
        api.post(f"/api/storages/s3/{storage}/sync", {})
    s3(api, number, endpoint, "first", title="twice", prefix="doctor/gone")
    client.delete_object(Bucket="first", Key="doctor/gone/one.gif")
    bad = folder(label_studio, "doctor-bad", "no JSON")
    away = folder(label_studio, "doctor-away", "{}")
    ids = [
        api.post("/api/storages/localfiles", {"project": number, "path": str(path), "title": path.name})["id"]
        for path in (bad, away)
    ]
    api.http.post(f"/api/storages/localfiles/{ids[0]}/sync", json={})
    shutil.rmtree(away)
    stuck = {"status": "queued", "meta": {"time_queued": "2026-01-01T00:00:00Z"}, "project": number, "path": str(bad)}
    other = api.post("/api/storages/localfiles", {"project": number, "path": str(bad), "regex_filter": "x"})["id"]
    api.http.patch(f"/api/storages/localfiles/{other}", json=stuck).raise_for_status()
    return str(number)


def test_each_trouble_of_storages_is_named(stack: Stack, label_studio: LocalServer, ill_storages: str) -> None:
    options = ("--project", ill_storages, "--check", "LSFC2")
    result, found = examined(stack, label_studio.url, label_studio.api_key.value, *options)
    assert [f"LSFC20{number}" for number in range(1, 10)] == [*found]
    assert ExitCode.ERROR == result.code
    assert "says region `us-east-1`, and its bucket is in `eu-west-1`" in found["LSFC202"]
    assert "JSON" in found["LSFC207"]
    assert "canary" not in result.out + result.err


def test_a_storage_of_another_cloud_that_is_gone_is_named_both_ways(
    stack: Stack, label_studio: LocalServer, object_stores: Stores
) -> None:
    api, others = Api(label_studio), elsewhere(object_stores)
    if not others:
        pytest.skip("; ".join(object_stores.lacks.values()))
    number = project(api, "Doctor clouds", IMAGES)
    for variant, body in others.items():
        place = "bucket" if variant == "gcs" else "container"
        object_stores.make[variant]("doomed")
        for path in ("storages", "storages/export"):
            api.post(f"/api/{path}/{variant}", {"project": number, **body, place: "doomed", "title": variant})
        object_stores.remove[variant]("doomed")
    options = ("--project", str(number), "--check", "LSFC201")
    result, _ = examined(stack, label_studio.url, label_studio.api_key.value, *options)
    said = [one["message"].partition(": the server cannot use ")[2] for one in json.loads(result.out)["findings"]]
    expected = [f"the {way} storage `{variant}` ({variant}): " for way in ("import", "export") for variant in others]
    assert sorted(expected) == sorted(one[: one.index("): ") + 3] for one in said)


def test_each_trouble_of_models_is_named(stack: Stack, label_studio: LocalServer, backend: Backend) -> None:
    api = Api(label_studio)
    number = project(api, "Doctor models", interface("text", "A"), model_version="ghost")
    with ml_backend.running() as mortal:
        api.post("/api/ml/", {"project": number, "url": mortal.url, "title": "mortal"})
        api.post("/api/ml/", {"project": number, "url": f"{backend.url}/sluggish", "title": "sluggish"})
    (task,) = tasks(api, number, {"text": "one"})
    api.post("/api/predictions/", {"task": task, "result": chosen("A")})
    options = ("--project", str(number), "--check", "LSFC3")
    _, found = examined(stack, label_studio.url, label_studio.api_key.value, *options)
    assert ["LSFC301", "LSFC302", "LSFC303", "LSFC304"] == [*found]
    assert "`mortal`" in found["LSFC301"]
    assert "`sluggish`" in found["LSFC302"]
    assert "is `ghost`" in found["LSFC303"]


def test_each_trouble_of_data_is_named_and_what_is_safe_is_mended(stack: Stack, label_studio: LocalServer) -> None:
    api, key = Api(label_studio), label_studio.api_key.value
    number = project(api, "Doctor data", interface("text", "A", "B"))
    one, two = {"text": "one"}, {"data": {"text": "two"}, "annotations": [{"result": chosen("B")}]}
    tasks(api, number, one, one, two)
    api.http.patch(f"/api/projects/{number}/", json={"label_config": interface("body", "A")}).raise_for_status()
    options = ("--project", str(number), "--check", "LSFC4")
    result, found = examined(stack, label_studio.url, key, *options)
    assert ["LSFC401", "LSFC402", "LSFC403", "LSFC404"] == [*found]
    assert "label `B` of `kind` counts 0, and is used 1 time" in found["LSFC401"]
    assert "label `B` of `kind` is gone: used by 1 annotation" in found["LSFC402"]
    assert "1 task more than once" in found["LSFC403"]
    assert "shows `$body`, which every task lacks" in found["LSFC404"]
    result, found = examined(stack, label_studio.url, key, *options, "--fix", "--auto-approve")
    assert f"did count the labels of project `Doctor data` ({number}) anew\n" in result.err
    assert ["LSFC402", "LSFC403", "LSFC404"] == [*found]
    assert {"kind": {"B": 1}} == api.get(f"/api/projects/{number}/summary/")["created_labels"]


def odd(asked: Asked, answer: Answer) -> Answer:
    """What a gateway of strange manners makes of answers."""
    headers = {**answer.headers, "Date": formatdate(1e9, usegmt=True)}
    if asked.path == "/api/version" and asked.method == "POST":
        return Answer(413, headers, b"too large")
    if asked.path.endswith("/summary/"):
        return Answer(403, headers, b'{"detail": "not for you"}')
    return Answer(answer.status, headers, answer.body.replace(b'"release": "1.23.2"', b'"release": "9.1.0"'))


def test_a_gateway_of_strange_manners_is_found_out(
    stack: Stack, label_studio: LocalServer, healthy: str, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.env"
    settings.write_text(ODD_SETTINGS)
    api = Api(label_studio)
    second = api.post("/api/users/", {"email": "second@localhost", "username": "second"})["id"]
    options = ("--project", healthy, "--env-file", str(settings), "--skip", "LSFC2", "--skip", "LSFC3")
    with answering(relay(label_studio.url, odd)) as url:
        result, found = examined(stack, url, label_studio.api_key.value, *options)
    api.http.delete(f"/api/users/{second}/").raise_for_status()
    server = ["LSFC004", "LSFC006", "LSFC008", "LSFC009", "LSFC010", "LSFC012"]
    assert [*server, *(f"LSFC10{number}" for number in range(1, 7))] == [*found]
    assert ExitCode.ERROR == result.code


def test_a_server_that_is_old_or_is_not_there_is_named(stack: Stack, label_studio: LocalServer) -> None:
    def ancient(_asked: Asked, answer: Answer) -> Answer:
        body = answer.body.replace(b'"release": "1.23.2"', b'"release": "1.8.0"')
        return Answer(answer.status, answer.headers, body)

    with answering(relay(label_studio.url, ancient)) as url:
        result, found = examined(stack, url, label_studio.api_key.value, "--check", "LSFC005")
        assert (["LSFC005"], ExitCode.ERROR) == ([*found], result.code)
    result, found = examined(stack, url, "0" * 40)
    assert (["LSFC001"], ExitCode.ERROR) == ([*found], result.code)


@pytest.fixture
def strict_server(tmp_path: Path) -> Iterator[LocalServer]:
    """A Label Studio that goes to no private address, and that may be broken."""
    data, files = fresh_server_data(tmp_path / "strict"), tmp_path / "files"
    files.mkdir()
    yield local.up(data, document_root=files, ssrf_protection=True, environment=os.environ)
    local.down(data)


DECLARED = """apiVersion: lsform/v1
kind: Stack
metadata: {name: declared}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: near}
spec:
  title: Near
  interface: {template: text-classification, vars: {choices: [Yes, No]}}
  import_storages: {minio: {type: s3, bucket: raw, s3_endpoint: "http://127.0.0.1:9000", use_blob_urls: true}}
  ml_backends: {model: {url: "http://localhost:9090"}}
"""


ROUNDS = 20  # of deletes, one of which is sure to go wrong: mostly it is the first


def lose_signals(api: Api, server: LocalServer) -> None:
    """Delete projects side by side until the server overlooks an annotation."""

    def delete(number: int) -> None:
        Api(server).http.delete(f"/api/projects/{number}/")

    kept = project(api, "Kept", interface("text", "A"))
    for attempt in range(ROUNDS):
        doomed = [project(api, f"Doomed {number}", interface("text", "A")) for number in range(8)]
        with ThreadPoolExecutor(4) as pool:
            [*pool.map(delete, doomed)]
        task = max(tasks(api, kept, {"text": f"number {attempt}"}))
        api.post(f"/api/tasks/{task}/annotations/", {"result": chosen("A")})
        if not api.get(f"/api/tasks/{task}/")["is_labeled"]:
            return
    raise AssertionError(f"{ROUNDS} rounds of parallel deletes did no harm: is it mended?")


def test_blocked_addresses_lost_signals_and_refused_tokens_are_named(stack: Stack, strict_server: LocalServer) -> None:
    api, key = Api(strict_server), strict_server.api_key.value
    stack.write(DECLARED)
    stack.environment |= {"LABEL_STUDIO_URL": strict_server.url, "LABEL_STUDIO_API_KEY": key}
    result = stack.run("doctor")
    assert ExitCode.ERROR == result.code
    assert (
        "error LSFC007: the server refuses the address `127.0.0.1:9000` of `project.near/import_storage.minio`"
        in result.out
    )
    assert (
        "error LSFC007: the server refuses the address `localhost:9090` of `project.near/ml_backend.model`"
        in result.out
    )
    assert "2 errors\n" == result.out.splitlines(keepends=True)[-1]

    lose_signals(api, strict_server)
    _, found = examined(stack, strict_server.url, key)
    assert "the server takes 1 annotated task for not annotated" in found["LSFC011"]

    api.post("/api/jwt/settings", {"legacy_api_tokens_enabled": False, "api_tokens_enabled": True})
    assert ["LSFC003"] == [*examined(stack, strict_server.url, key)[1]]
    assert ["LSFC002"] == [*examined(stack, strict_server.url, "0" * 40)[1]]

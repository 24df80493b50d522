"""The production example on servers of its own, with buckets, a model and a pipeline: what it does and never tells."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from lsform.server.local import LocalServer
from tests import ml_backend
from tests.conformance.stores import client_of_s3, stores
from tests.conftest import Result, Stack
from tests.ml_backend import Backend

pytestmark = pytest.mark.live

EXAMPLE = Path(__file__).parents[2] / "examples" / "production"
LOGIN = ("user-canary", "canary-password")
SECRETS = {
    "MEDIA_KEY_ID": "canary-key-id",
    "MEDIA_SECRET_KEY": "canary-secret-key",
    "DETECTOR_USER": LOGIN[0],
    "DETECTOR_PASSWORD": LOGIN[1],
    "DETECTOR_BASIC": base64.b64encode(":".join(LOGIN).encode()).decode(),
    "RETRAIN_TOKEN": "canary-token",
}
BOX = {
    "from_name": "label", "to_name": "image", "type": "rectanglelabels", "original_width": 10, "original_height": 10,
    "value": {"x": 10, "y": 10, "width": 20, "height": 20, "rectanglelabels": ["lorry"]},
}  # fmt: skip


class Pipeline(ThreadingHTTPServer):
    """What is called to train the model: notes path, credentials and event of each call."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str | None, str]] = []
        super().__init__(("127.0.0.1", 0), _Call)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/retrain"


class _Call(BaseHTTPRequestHandler):
    server: Pipeline

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, self.headers["Authorization"], body["action"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pipeline() -> Iterator[Pipeline]:
    with Pipeline() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        yield server
        server.shutdown()


@dataclass
class Estate:
    """One environment: the stack, what is around it, and all that lsform has said so far."""

    name: str
    stack: Stack
    server: LocalServer
    s3: Any
    vars: dict[str, str]
    backend: Backend
    pipeline: Pipeline
    said: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> Result:
        variables = [part for name, value in self.vars.items() for part in ("--var", f"{name}={value}")]
        result = self.stack.run("-e", self.name, *variables, *arguments)
        self.said += [result.out, result.err]
        return result

    def done(self, *arguments: str) -> str:
        """The output of a command that succeeds."""
        result = self.run(*arguments)
        assert 0 == result.code, result.out + result.err
        return result.out + result.err

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Token {self.server.api_key.value}"}
        answer = httpx.request(method, self.server.url + path, json=body, headers=headers, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json()

    def projects(self) -> dict[str, int]:
        """Title -> id of what the server has."""
        return {one["title"]: one["id"] for one in self.ask("GET", "/api/projects/?page_size=100")["results"]}

    def written(self) -> list[str]:
        """Names of the objects in the bucket of annotations."""
        listed = self.s3.list_objects_v2(Bucket=f"street-annotations-{self.name}")
        return [one["Key"] for one in listed.get("Contents", ())]

    def calls_of_the_model(self) -> int:
        return self.backend.calls().get(f"/{self.name}/locked/webhook", 0)

    def leaks(self) -> list[str]:
        """Where lsform has told a secret: in its output, in a saved plan, in the state."""
        kept = [path.read_text("utf-8") for path in self.stack.folder.rglob("*.json") if path.is_file()]
        if self.name == "prod":
            state = self.s3.get_object(Bucket="street-lsform-prod", Key="state/street@prod.json")
            kept.append(state["Body"].read().decode())
        secrets = {**SECRETS, "the token": self.server.api_key.value}
        return [name for name, secret in secrets.items() for text in (*self.said, *kept) if secret in text]


@pytest.fixture(params=["dev", "prod"])
def estate(
    request: pytest.FixtureRequest, stack: Stack, tmp_path: Path, gcs: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Estate]:
    """The example in one of its environments, with everything that it needs but Label Studio empty."""
    name = request.param
    server = request.getfixturevalue("label_studio" if name == "dev" else "other_label_studio")
    shutil.copytree(EXAMPLE, stack.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".lsform"))
    upper = name.upper()
    stack.environment |= SECRETS | {
        f"LABEL_STUDIO_{upper}_URL": server.url,
        f"LABEL_STUDIO_{upper}_API_KEY": server.api_key.value,
    }
    with stores(tmp_path, gcs, only=("s3",)) as around, ml_backend.running() as backend, pipeline() as called:
        endpoint = around.vars["s3"]
        # of the state in prod: standard variables, as the client of buckets reads them
        for key, value in {"ENDPOINT_URL": endpoint, "ALLOW_HTTP": "true", "REGION": "us-east-1"}.items():
            monkeypatch.setenv(f"AWS_{key}", value)
        for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(key, "canary-of-the-state")
        s3 = client_of_s3(endpoint)
        for bucket in ("media", "annotations", "lsform"):
            s3.create_bucket(Bucket=f"street-{bucket}-{name}")
        media = f"street-media-{name}"
        for city in ("berlin", "lyon"):
            s3.put_object(Bucket=media, Key=f"frames/{city}/1.jpg", Body=b"a picture")
        s3.put_object(Bucket=media, Key="frames/berlin/readme.txt", Body=b"no picture")
        scene = {"image": f"s3://{media}/frames/berlin/1.jpg"}
        s3.put_object(Bucket=media, Key="scenes/one.json", Body=json.dumps(scene).encode())
        variables = {"s3_endpoint": endpoint, "detector": f"{backend.url}/{name}/locked", "retrain": called.url}
        yield Estate(name, stack, server, s3, variables, backend, called)


def test_it_converges_brings_tasks_writes_annotations_calls_hooks_and_tells_no_secret(estate: Estate) -> None:
    cities = ["berlin"] if estate.name == "dev" else ["berlin", "lyon"]
    before = set(estate.projects())
    estate.done("validate", "--strict")
    saved = str(estate.stack.folder / "plan.json")
    assert 2 == estate.run("plan", "--detailed-exitcode", "--out", saved).code
    applied = estate.done("apply", saved, "-v")
    assert len(cities) + 1 == applied.count("completed, 1 object")
    assert "No changes." in estate.done("plan", "--detailed-exitcode")

    projects = estate.projects()
    assert {"Scenes", *(f"Road users, {city}" for city in cities)} == set(projects) - before
    berlin = projects["Road users, berlin"]
    hooks = [one for one in estate.ask("GET", "/api/webhooks/") if one["project"] == berlin]
    assert sorted([estate.pipeline.url, f"{estate.vars['detector']}/webhook"]) == sorted(one["url"] for one in hooks)

    (task,) = estate.ask("GET", f"/api/tasks?project={berlin}")["tasks"]
    assert [] == estate.written()
    made = estate.ask("POST", f"/api/tasks/{task['id']}/annotations/", {"result": [BOX]})
    assert [f"boxes/berlin/{made['id']}"] == estate.written()
    assert [("/hooks/retrain", "Bearer canary-token", "ANNOTATION_CREATED")] == estate.pipeline.heard
    assert 1 == estate.calls_of_the_model()
    assert "No changes." in estate.done("plan", "--detailed-exitcode")

    if estate.name == "prod":
        refused = estate.run("destroy", "--auto-approve", "--allow-destroy", "project.*")
        assert (3, len(projects) - len(before)) == (refused.code, refused.err.count("is protected"))
        path = estate.stack.folder / "envs" / "prod.yaml"
        path.write_text(path.read_text("utf-8").replace("protect: true", "protect: false"), "utf-8")
        estate.done("apply", "--auto-approve")
    assert [] == estate.leaks()
    estate.done("destroy", "--auto-approve", "--allow-destroy", "project.*")
    assert (before, [f"boxes/berlin/{made['id']}"]) == (set(estate.projects()), estate.written())
    assert [] == estate.leaks()

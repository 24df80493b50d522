"""The laws on a real server: runs that are killed, memory that is lost, two at once, labeling work, secrets."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from lsform.core.errors import ExitCode
from lsform.server.local import LocalServer
from tests.conftest import Result, Stack

pytestmark = pytest.mark.live

Process = subprocess.Popen[str]
LSFORM = (sys.executable, "-c", "from lsform.cli.app import main; main()")
NAMES = ("one", "two", "three", "four")
CHILDREN = ("import_storage.raw", "export_storage.out", "webhook.hook", "view.mine")
STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {{name: {name}}}
spec: {{limits: {{max_delete_share: 1.0, max_update_share: 1.0}}}}
"""
PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {{name: {name}}}
spec:
  title: Project {name}
  interface: {{template: text-classification, vars: {{choices: [Yes, No]}}}}
  import_storages: {{raw: {{type: localfiles, path: "{files}", use_blob_urls: true}}}}
  export_storages: {{out: {{type: localfiles, path: "{files}-out"}}}}
  webhooks: {{hook: {{url: "http://127.0.0.1:9/hook", actions: [PROJECT_UPDATED], is_active: false}}}}
  views: {{mine: {{title: Mine, ordering: ["tasks:id"]}}}}
"""
ADDRESSES = {f"project.{name}{child}" for name in NAMES for child in ("", *(f"/{one}" for one in CHILDREN))}


class Api:
    """The server over raw HTTP: what lsform says of itself is no evidence."""

    def __init__(self, server: LocalServer) -> None:
        headers = {"Authorization": f"Token {server.api_key.value}", "Connection": "close"}
        self.http = httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60)

    def get(self, path: str, **query: object) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()  # type: ignore[arg-type]

    def post(self, path: str, body: object) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()

    def projects(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page, answer = 1, {"count": 1}
        while len(found) < answer["count"]:
            answer = self.get("/api/projects/", page=page, page_size=100)
            found += answer["results"]  # type: ignore[arg-type]
            page += 1
        return found

    def bearers(self, stack: str) -> Counter[str]:
        """Address -> how many objects on the server bear this stack's marker for it."""
        projects = self.projects()
        records = [*projects, *self.get("/api/webhooks/"), *self.get("/api/dm/views/")]
        for project in projects:
            for path in ("/api/storages/localfiles", "/api/storages/export/localfiles"):
                records += self.get(path, project=project["id"])
        marker = re.compile(rf"lsform:{stack}/([^\s#]+)#")
        return Counter(found for record in records for found in {*marker.findall(json.dumps(record))})

    def newest(self, stack: str) -> list[int]:
        """Projects of a stack that is just being made: quick to ask for."""
        page = self.get("/api/projects/", ordering="-id", page_size=5, include="id,label_config")
        return [one["id"] for one in page["results"] if f"lsform:{stack}/" in one["label_config"]]

    def project(self, stack: str, name: str) -> int:
        (found,) = [one["id"] for one in self.projects() if f"lsform:{stack}/project.{name}#" in one["label_config"]]
        return int(found)

    def annotate(self, project: int, choice: str) -> None:
        """One more task, annotated."""
        self.post(f"/api/projects/{project}/import", [{"text": f"a text that is {choice}"}])
        task = max(one["id"] for one in self.get("/api/tasks", project=project, page_size=100)["tasks"])
        result = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [choice]}}
        self.post(f"/api/tasks/{task}/annotations/", {"result": [result]})

    def annotations(self, project: int) -> int:
        return int(self.get(f"/api/projects/{project}/")["total_annotations_number"])


@pytest.fixture
def api(label_studio: LocalServer) -> Iterator[Api]:
    made = Api(label_studio)
    yield made
    made.http.close()


@contextmanager
def lsform(stack: Stack, *arguments: str) -> Iterator[Process]:
    """The command line in a process of its own; killed at the end if it still runs."""
    command = [*LSFORM, "-C", str(stack.folder), *arguments]
    environment = os.environ | stack.environment | {"NO_COLOR": "1"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(process: Process) -> Result:
    out, err = process.communicate(timeout=120)
    return Result(process.returncode, out, err)


def lines_until(process: Process, number: int) -> list[str]:
    """The first outcomes as they happen; fewer when the process has ended before."""
    assert process.stderr is not None
    seen: list[str] = []
    while len(seen) < number and (line := process.stderr.readline()):
        if line.startswith("  ok "):
            seen.append(line)
    return seen


def write_stack(stack: Stack, name: str, server: LocalServer) -> None:
    files = server.document_root / name
    for folder in (files, server.document_root / f"{name}-out"):
        folder.mkdir(exist_ok=True)
    (files / "1.txt").write_text("a text")
    projects = "".join(PROJECT.format(name=one, files=files) for one in NAMES)
    stack.write(STACK.format(name=name) + projects)


def assert_whole(stack: Stack, name: str, api: Api) -> None:
    """Everything is there, once, and the plan is empty."""
    assert dict.fromkeys(ADDRESSES, 1) == dict(api.bearers(name))
    plan = stack.run("plan", "--format", "json", "--detailed-exitcode")
    assert (ExitCode.DONE, [], []) == (plan.code, *(json.loads(plan.out)[key] for key in ("changes", "syncs")))


# -- killed, forgotten, twice -----------------------------------------------------------------------------------------


def test_runs_that_are_killed_again_and_again_make_everything_once(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "killed", label_studio)
    done: list[str] = []
    for lines in (1, 2, 4, 7):
        with lsform(live_stack, "apply", "--auto-approve") as process:
            seen = lines_until(process, lines)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert lines == len(seen), "it was to die in the middle"
        done += seen
        assert 1 == max(api.bearers("killed").values())
    assert len(done) == len({*done}), "nothing is made a second time"
    applied = live_stack.run("apply", "--auto-approve")
    assert (ExitCode.DONE, "") == (applied.code, "".join(re.findall("(?m)^  failed.*", applied.err)))
    assert_whole(live_stack, "killed", api)


def wait_for(condition: Callable[[], bool], process: Process) -> None:
    """Ask again and again, for as long as the process runs."""
    while not condition():
        assert process.poll() is None, process.communicate()


@pytest.mark.parametrize("point", ["the lock is taken", "the server has the first project", "the server has a storage"])
def test_a_run_that_is_killed_before_it_can_remember_is_finished_by_the_next(
    live_stack: Stack, label_studio: LocalServer, api: Api, point: str
) -> None:
    name = f"unremembered-{len(point)}"
    write_stack(live_stack, name, label_studio)
    state = live_stack.folder / ".lsform" / "state"
    reached: dict[str, Callable[[], bool]] = {
        "the lock is taken": lambda: (state / f"{name}.lock").exists(),
        "the server has the first project": lambda: bool(api.newest(name)),
        "the server has a storage": lambda: any(
            api.get("/api/storages/localfiles", project=project) for project in api.newest(name)
        ),
    }
    with lsform(live_stack, "apply", "--auto-approve") as process:
        wait_for(reached[point], process)
        process.send_signal(signal.SIGKILL)
    assert (state / f"{name}.lock").exists(), "the dead leave their lock behind"
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    assert_whole(live_stack, name, api)


def test_a_killed_update_is_finished_by_the_next_and_nothing_is_lost(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "updated", label_studio)
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    before = {name: api.project("updated", name) for name in NAMES}
    manifest = live_stack.folder / "lsform.yaml"
    changed = manifest.read_text("utf-8").replace("title: Project", "title: Renamed").replace('["tasks:id"]', "[]")
    manifest.write_text(changed, "utf-8")
    with lsform(live_stack, "apply", "--auto-approve") as process:
        assert 3 == len(lines_until(process, 3))
        process.send_signal(signal.SIGKILL)
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    assert_whole(live_stack, "updated", api)
    assert before == {name: api.project("updated", name) for name in NAMES}
    titles = {one["id"]: one["title"] for one in api.projects()}
    assert [f"Renamed {name}" for name in NAMES] == [titles[before[name]] for name in NAMES]


def test_lost_state_is_recovered_without_creating_anything(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "forgetful", label_studio)
    live_stack.run("apply", "--auto-approve")
    listed = live_stack.run("state", "list").out
    shutil.rmtree(live_stack.folder / ".lsform")
    assert_whole(live_stack, "forgetful", api)
    applied = live_stack.run("apply", "--auto-approve")
    assert (ExitCode.DONE, []) == (applied.code, re.findall("(?m)^  ok .*", applied.err))
    assert_whole(live_stack, "forgetful", api)
    assert listed == live_stack.run("state", "list").out


def test_two_applies_at_once_make_everything_once(live_stack: Stack, label_studio: LocalServer, api: Api) -> None:
    write_stack(live_stack, "crowded", label_studio)
    with (
        lsform(live_stack, "apply", "--auto-approve") as first,
        lsform(live_stack, "apply", "--auto-approve") as second,
    ):
        codes = sorted(finished(process).code for process in (first, second))
    assert codes in ([ExitCode.DONE, ExitCode.DONE], [ExitCode.DONE, ExitCode.CONFLICT])
    assert_whole(live_stack, "crowded", api)


def test_an_apply_while_another_one_is_at_it_is_a_conflict(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "busy", label_studio)
    with lsform(live_stack, "apply", "--auto-approve") as first:
        lines_until(first, 2)
        first.send_signal(signal.SIGSTOP)
        refused = live_stack.run("apply", "--auto-approve")
        first.send_signal(signal.SIGCONT)
        assert ExitCode.DONE == finished(first).code
    assert ExitCode.CONFLICT == refused.code
    assert "is locked by `apply` of" in refused.err
    assert_whole(live_stack, "busy", api)


# -- labeling work ----------------------------------------------------------------------------------------------------

CLASSIFY = """\
apiVersion: lsform/v1
kind: Project
metadata: {{name: texts}}
spec:
  title: Texts
  interface:
    xml: |
      <View>
        <Text name="text" value="$text"/>
        <Choices name="label" toName="text">{choices}</Choices>
      </View>
"""


def declare_choices(stack: Stack, name: str, *choices: str) -> None:
    tags = "".join(f'<Choice value="{one}"/>' for one in choices)
    stack.write({"lsform.yaml": STACK.format(name=name), "texts.yaml": CLASSIFY.format(choices=tags)})


def test_a_label_in_use_goes_only_when_its_project_is_named_and_the_annotations_survive(
    live_stack: Stack, api: Api
) -> None:
    declare_choices(live_stack, "annotated", "Good", "Bad", "Unused")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    project = api.project("annotated", "texts")
    for choice in ("Good", "Bad", "Bad"):
        api.annotate(project, choice)
    declare_choices(live_stack, "annotated", "Good", "Bad", "New")
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code, "Unused may go, New may come"
    declare_choices(live_stack, "annotated", "Good", "New")
    refused = live_stack.run("apply", "--auto-approve")
    assert ExitCode.REFUSED == refused.code
    assert (
        "error LSFG03: `project.texts`: label `Bad` of `label` is gone: used by 2 annotations; the server"
        in refused.err
    )
    assert "  hint: `--allow-destroy project.texts` changes it anyway\n" in refused.err
    assert 'value="Bad"' in api.get(f"/api/projects/{project}/")["label_config"]
    allowed = live_stack.run("apply", "--auto-approve", "--allow-destroy", "project.texts")
    assert ExitCode.DONE == allowed.code
    assert 'value="Bad"' not in api.get(f"/api/projects/{project}/")["label_config"]
    assert 3 == api.annotations(project)


def test_destroy_takes_only_what_is_ours_and_asks_for_tasks_by_name(live_stack: Stack, api: Api) -> None:
    declare_choices(live_stack, "doomed", "Good", "Bad")
    live_stack.run("apply", "--auto-approve")
    theirs = api.post("/api/projects/", {"title": "Texts", "label_config": "<View/>"})["id"]
    project = api.project("doomed", "texts")
    api.annotate(project, "Good")
    for code, *options in (
        (ExitCode.REFUSED,),
        (ExitCode.REFUSED, "--allow-destroy", "project.other"),
        (ExitCode.DONE, "--allow-destroy", "project.texts"),
    ):
        destroyed = live_stack.run("destroy", "--auto-approve", *options)
        assert code == destroyed.code
        there = {one["id"] for one in api.projects()}
        assert (theirs in there, project in there) == (True, code is not ExitCode.DONE)
        if code is ExitCode.REFUSED:
            assert "error LSFG02: `project.texts` has 1 task and 1 annotation\n" in destroyed.err
    assert "" == live_stack.run("state", "list").out


def test_prune_of_a_project_with_tasks_asks_for_it_by_name(live_stack: Stack, api: Api) -> None:
    declare_choices(live_stack, "pruned", "Good")
    live_stack.write({"other.yaml": CLASSIFY.replace("texts", "kept").format(choices='<Choice value="Good"/>')})
    live_stack.run("apply", "--auto-approve")
    project = api.project("pruned", "texts")
    api.annotate(project, "Good")
    (live_stack.folder / "texts.yaml").unlink()
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    assert ExitCode.REFUSED == live_stack.run("apply", "--auto-approve", "--prune").code
    assert 1 == api.annotations(project)
    done = live_stack.run("apply", "--auto-approve", "--prune", "--allow-destroy", "project.texts")
    assert ExitCode.DONE == done.code
    assert project not in {one["id"] for one in api.projects()}


# -- secrets ----------------------------------------------------------------------------------------------------------

SECRETIVE = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: STACK}
spec:
  server: {url: "${env:LABEL_STUDIO_URL}", api_key: "${env:LABEL_STUDIO_API_KEY}"}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: secretive}
spec:
  title: Secretive
  task_data_login: reader
  task_data_password: ${env:TASK_DATA_PASSWORD}
  webhooks:
    hook:
      url: ${env:HOOK_URL}
      is_active: false
      headers: {Authorization: "${env:HOOK_HEADER}", X-File: "${file:token.txt}"}
"""
CANARY = "CANARY"  # in every secret
SECRETS = {
    "TASK_DATA_PASSWORD": f"{CANARY}-password",
    "HOOK_URL": f"http://127.0.0.1:9/{CANARY}-url",
    "HOOK_HEADER": f'{CANARY}-header "quoted" \\ ünicode',
}


@pytest.fixture
def secretive(live_stack: Stack, request: pytest.FixtureRequest) -> Stack:
    """A stack of its own for each test, since one server is all of theirs."""
    name = f"secretive-{zlib.crc32(request.node.name.encode())}"
    live_stack.write({"lsform.yaml": SECRETIVE.replace("STACK", name), "token.txt": f"{CANARY}-file"})
    live_stack.environment |= SECRETS
    return live_stack


def leaks(stack: Stack, *texts: str) -> list[str]:
    """Every line in the texts and in the files of the stack that holds a secret."""
    files = [path for path in stack.folder.rglob("*") if path.is_file() and path.name != "token.txt"]
    everything = [*texts, *(path.read_text("utf-8", errors="replace") for path in files)]
    wanted = (CANARY, stack.environment["LABEL_STUDIO_API_KEY"])
    return [line for text in everything for line in text.splitlines() if any(secret in line for secret in wanted)]


def test_no_secret_is_in_any_output_or_file(secretive: Stack, api: Api) -> None:
    said: list[str] = []

    def run(*arguments: str, code: int = ExitCode.DONE) -> None:
        for manner in (("-vv",), ("--log-format", "json")):
            result = secretive.run(*arguments, *manner)
            said.extend((result.out, result.err))
            assert code == result.code, result.err

    run("validate")
    run("plan", "--out", str(secretive.folder / "saved.plan"))
    run("plan", "--format", "json")
    run("apply", "--auto-approve", "--format", "json")
    assert [f"{CANARY}-password"] == [
        one["task_data_password"] for one in api.projects() if one["title"] == "Secretive"
    ]
    secretive.environment |= {name: f"{value}-rotated" for name, value in SECRETS.items()}
    run("plan")
    assert "(secret rotated)" in "".join(said)
    run("apply", "--auto-approve", "--target", "project.secretive/webhook.hook")
    run("apply", "--auto-approve")
    run("state", "show", "project.secretive/webhook.hook")
    run("destroy", "--auto-approve")
    assert [] == leaks(secretive, *said)


def test_no_secret_is_in_the_process_list(secretive: Stack) -> None:
    shown: list[str] = []
    with lsform(secretive, "apply", "--auto-approve") as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                for one in (watched, *watched.children(recursive=True)):
                    shown.append(" ".join(one.cmdline()))
            except psutil.NoSuchProcess:
                break
        result = finished(process)
    assert ExitCode.DONE == result.code
    assert any("apply" in line for line in shown)
    assert [] == leaks(secretive, *shown, result.out, result.err)


def test_no_secret_is_in_the_report_of_a_bug(secretive: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_server: object, _kind: object, attributes: object, ownership: object, **_options: object) -> None:
        from lsform.core.values import reveal

        raise RuntimeError(str(reveal(dict(attributes))), ownership)  # type: ignore[call-overload]

    monkeypatch.setattr("lsform.engine.executor.create_once", broken)
    result = secretive.run("apply", "--auto-approve", "-vv")
    assert (ExitCode.ERROR, True) == (result.code, "a bug in lsform: RuntimeError" in result.err)
    assert [] == leaks(secretive, result.out, result.err)


class Quoting(BaseHTTPRequestHandler):
    """A Label Studio without projects that refuses every write, and quotes what it refuses."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        self._answer(
            200,
            {
                "api/version": {"release": "1.23.2", "edition": "Community"},
                "api/current-user/whoami": {"active_organization": 1},
                "api/projects": {"count": 0, "results": []},
            }.get(path, []),
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        secret, token = body["task_data_password"], self.headers["Authorization"]
        self._answer(
            400,
            {
                "validation_errors": {"task_data_password": [f"`{secret}` is too weak"], "whole": {"sent": body}},
                "detail": f"{secret} {token}",
            }
            if "password" in secret
            else {"detail": f"not with {secret} and {token}"},
        )

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("secret", [f"{CANARY}-password", f"{CANARY}-other", f'{CANARY}-password "quoted" \\ ünicode'])
def test_no_secret_is_in_a_refusal_that_quotes_it(secretive: Stack, secret: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Quoting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        secretive.environment |= {
            "LABEL_STUDIO_URL": f"http://127.0.0.1:{server.server_port}",
            "TASK_DATA_PASSWORD": secret,
        }
        results = [secretive.run("apply", "--auto-approve", *form, "-vv") for form in ((), ("--format", "json"))]
        server.shutdown()
        thread.join()
    assert [ExitCode.PARTIAL] * 2 == [result.code for result in results]
    assert all("the server answered 400" in result.out + result.err for result in results)
    assert [] == leaks(secretive, *(text for result in results for text in (result.out, result.err)))


def test_no_secret_is_in_the_files_of_somebody_else(secretive: Stack, tmp_path: Path) -> None:
    """Not in the temporary folder, not beside the stack."""
    secretive.run("apply", "--auto-approve")
    others = [path for path in tmp_path.rglob("*") if path.is_file() and secretive.folder not in path.parents]
    assert [] == [path for path in others if CANARY in path.read_text("utf-8", errors="replace")]

"""`server up`, `status`, `down` with the real label-studio; one folder for the module, as each start is slow.

That a first start ends well is told by `fresh_server_data`: all servers of the tests began as one.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from lsform.core.errors import Conflict, LsformError
from lsform.server import local
from lsform.server.local import LocalServer
from lsform.server.local_process import exclusive
from tests.conftest import fresh_server_data

pytestmark = pytest.mark.live

PATIENCE = 5  # seconds
# what a caller may have lying around: settings of other programs that Label Studio would take for its own
ENVIRONMENT = os.environ | {
    "DATABASE_NAME": "/nowhere/other.sqlite3",
    "DJANGO_DB": "default",
    "DEBUG": "webpack:*",
    "LABEL_STUDIO_API_KEY": "key-of-another-server",
}


@dataclass
class Started:
    """The module's server, what the same call at the same time returned, and what both reported."""

    server: LocalServer
    twin: LocalServer
    lines: list[str]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    directory = fresh_server_data(tmp_path_factory.mktemp("local") / "data")
    lines: list[str] = []
    try:
        with ThreadPoolExecutor() as pool:
            calls = [pool.submit(local.up, directory, environment=ENVIRONMENT, progress=lines.append) for _ in range(2)]
            server, twin = (call.result() for call in calls)
        yield Started(server, twin, lines)
    finally:  # an interrupted start too leaves a server
        local.down(directory, timeout=5)


@pytest.fixture
def server(started: Started) -> LocalServer:
    """The server, running: also after a test that stopped it."""
    return local.up(started.server.directory, environment=ENVIRONMENT)


def request(server: LocalServer, method: str, address: str, **body: object) -> httpx.Response:
    headers = {"Authorization": f"Token {server.api_key.value}"}
    return httpx.request(method, server.url + address, headers=headers, json=body or None, trust_env=False, timeout=30)


def create_project(server: LocalServer, title: str) -> int:
    return int(request(server, "POST", "/api/projects/", title=title).json()["id"])


def group_of(leader: int) -> list[int]:
    """The process ids of a group, zombies left out."""
    members = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return members


def test_up_returns_a_server_whose_token_opens_it(server: LocalServer) -> None:
    assert 200 == request(server, "GET", "/api/projects/").status_code
    assert server.username == request(server, "GET", "/api/current-user/whoami").json()["email"]
    assert server.version == request(server, "GET", "/api/version").json()["release"]


def test_the_token_works_with_the_sdk(server: LocalServer) -> None:
    from label_studio_sdk import LabelStudio

    with httpx.Client(trust_env=False) as client:
        sdk = LabelStudio(base_url=server.url, api_key=server.api_key.value, httpx_client=client)
        assert server.username == sdk.users.whoami().email


def test_two_ups_at_once_start_one_server(started: Started) -> None:
    assert started.server == started.twin
    assert 1 == sum(line.startswith("starting label-studio") for line in started.lines)


def test_a_first_start_says_what_it_does_every_few_seconds(tmp_path: Path) -> None:
    lines: list[str] = []
    with pytest.raises(LsformError, match="gave no answer"):  # migrations take longer
        local.up(tmp_path, environment=ENVIRONMENT, progress=lines.append, timeout=PATIENCE)
    assert lines.count("migrating the database") >= PATIENCE / 4


def test_it_listens_on_loopback_only(server: LocalServer) -> None:
    connections = psutil.Process(server.pid).net_connections(kind="inet")
    assert {"127.0.0.1"} == {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}


def test_up_of_a_running_server_returns_it_at_once(server: LocalServer) -> None:
    lines: list[str] = []
    began = time.monotonic()
    again = local.up(server.directory, environment=ENVIRONMENT, progress=lines.append)
    assert (server, []) == (again, lines)
    assert time.monotonic() - began < 2


def test_status_finds_what_up_started(server: LocalServer) -> None:
    assert server == local.status(server.directory)


def test_a_settings_variable_of_another_program_does_not_reach_the_server(server: LocalServer) -> None:
    variables = psutil.Process(server.pid).environ()
    assert set() == {"DEBUG", "DJANGO_DB", "DATABASE_NAME", "LABEL_STUDIO_API_KEY"} & variables.keys()
    assert (server.directory / "label_studio.sqlite3").stat().st_size > 0


def test_secrets_show_in_no_command_line_log_line_or_repr(started: Started, server: LocalServer) -> None:
    command_lines = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    log = (server.directory / "server.log").read_text()
    shown = "\n".join([*command_lines, *started.lines, log, repr(server)])
    assert [] == [secret for secret in (server.password, server.api_key) if secret.value in shown]


def test_only_the_owner_may_look_into_the_folder(server: LocalServer) -> None:
    names = ["server.json", "server.log", "server.lock", "label_studio.sqlite3"]
    modes = {name: stat.S_IMODE((server.directory / name).stat().st_mode) for name in names}
    assert dict.fromkeys(names, 0o600) == modes
    assert 0o700 == stat.S_IMODE(server.directory.stat().st_mode)


def test_nobody_can_sign_up(server: LocalServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        client.get("/user/login/")
        form = {"email": "stranger@localhost", "password": "long-enough-1"}
        client.post("/user/signup/", data=form | {"csrfmiddlewaretoken": client.cookies["csrftoken"]})
    assert "stranger@localhost" not in request(server, "GET", "/api/users/").text


def test_a_token_that_was_switched_off_works_again_after_up(server: LocalServer) -> None:
    request(server, "POST", "/api/jwt/settings", legacy_api_tokens_enabled=False)
    assert 401 == request(server, "GET", "/api/projects/").status_code
    again = local.up(server.directory, environment=ENVIRONMENT)
    assert 200 == request(again, "GET", "/api/projects/").status_code
    assert server == again


def test_a_token_that_was_renewed_is_taken_over_by_up(server: LocalServer) -> None:
    request(server, "POST", "/api/current-user/reset-token/")
    again = local.up(server.directory, environment=ENVIRONMENT)
    assert server.api_key != again.api_key
    assert 200 == request(again, "GET", "/api/projects/").status_code
    assert again == local.status(server.directory)


def test_after_kill_9_up_brings_back_the_data_the_token_and_the_address_and_the_server_outlives_it(
    server: LocalServer,
) -> None:
    project = create_project(server, "Survivor")
    os.killpg(server.pid, signal.SIGKILL)
    psutil.wait_procs([process for process in psutil.process_iter() if process.pid == server.pid], timeout=10)
    assert local.status(server.directory) is None
    code = "import os, pathlib; from lsform.server.local import up; up(pathlib.Path({!r}), environment=os.environ)"
    subprocess.run([sys.executable, "-c", code.format(str(server.directory))], check=True, env=ENVIRONMENT)
    again = local.status(server.directory)
    assert again is not None
    assert server.pid != again.pid
    assert (server.url, server.api_key, server.password) == (again.url, again.api_key, again.password)
    assert "Survivor" == request(again, "GET", f"/api/projects/{project}/").json()["title"]


def test_other_options_restart_the_server_and_take_effect(server: LocalServer, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    project = create_project(server, "Options")
    requests = {
        "/api/storages/localfiles": {"project": project, "path": str(tmp_path / "images")},
        "/api/webhooks/": {"project": project, "url": "http://127.0.0.1:9/hook"},
    }
    assert [400, 403] == [request(server, "POST", path, **body).status_code for path, body in requests.items()]
    lines: list[str] = []
    restart = partial(local.up, server.directory, environment=ENVIRONMENT, progress=lines.append)
    again = restart(document_root=tmp_path, ssrf_protection=False)
    assert [201, 201] == [request(again, "POST", path, **body).status_code for path, body in requests.items()]
    changes = f"files of `{tmp_path}` instead of `{server.document_root}`, protection of private addresses off"
    assert f"restarting the server at {server.url}: {changes}" == lines[0]
    assert (server.url, server.api_key, tmp_path) == (again.url, again.api_key, again.document_root)


def test_a_taken_port_is_refused_and_the_running_server_stays(server: LocalServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LsformError, match=f"port {port} is taken"):
            local.up(server.directory, environment=ENVIRONMENT, port=port)
    assert server == local.status(server.directory)


def test_a_lost_record_gives_a_new_login_to_the_old_data_on_the_chosen_port(server: LocalServer) -> None:
    create_project(server, "Kept")
    local.down(server.directory)
    (server.directory / "server.json").unlink()
    port = httpx.URL(server.url).port
    again = local.up(server.directory, environment=ENVIRONMENT, port=port)
    titles = [project["title"] for project in request(again, "GET", "/api/projects/").json()["results"]]
    assert (server.url, True) == (again.url, "Kept" in titles)
    assert re.fullmatch(r"lsform-[0-9a-f]{6}@localhost", again.username)


def test_down_leaves_nothing_of_the_server_but_its_data(server: LocalServer) -> None:
    assert [server.pid] == group_of(server.pid)
    assert local.down(server.directory)
    assert [] == group_of(server.pid)
    assert local.status(server.directory) is None
    assert not local.down(server.directory)
    assert (server.directory / "label_studio.sqlite3").exists()


def test_a_server_that_dies_while_starting_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "label_studio.sqlite3").mkdir()
    with pytest.raises(LsformError, match=r"stopped while it started:\n(.*\n)*.*unable to open database") as caught:
        local.up(tmp_path, environment=ENVIRONMENT)
    assert str(tmp_path / "server.log") in caught.value.hint
    assert local.status(tmp_path) is None


def test_a_start_that_takes_too_long_is_stopped_and_its_half_made_database_made_anew(tmp_path: Path) -> None:
    database = tmp_path / "label_studio.sqlite3"
    for _attempt in range(2):
        with pytest.raises(LsformError, match="gave no answer"):
            local.up(tmp_path, environment=ENVIRONMENT, timeout=0)
        assert [] == group_of(json.loads((tmp_path / "server.json").read_text())["pid"])
        assert not database.exists()
        database.write_text("a few tables")


def test_a_recycled_process_id_is_nobody_we_know(started: Started, tmp_path: Path) -> None:
    record = json.loads((started.server.directory / "server.json").read_text())
    (tmp_path / "server.json").write_text(json.dumps(record | {"pid": os.getpid(), "mark": secrets.token_hex(8)}))
    assert local.status(tmp_path) is None
    assert not local.down(tmp_path)


def test_a_held_lock_is_a_conflict_and_not_a_second_server(tmp_path: Path) -> None:
    lines: list[str] = []
    with exclusive(tmp_path / "server.lock", timeout=0, progress=lines.append), pytest.raises(Conflict):
        local.up(tmp_path, environment=ENVIRONMENT, progress=lines.append, timeout=0.2)
    assert ["waiting for another `lsform server` command on the same folder"] == lines


def test_an_unreadable_record_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text('{"pid": 1}')
    with pytest.raises(LsformError) as caught:
        local.status(tmp_path)
    assert "delete it" in caught.value.hint


def test_a_missing_document_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LsformError, match="is not a folder"):
        local.up(tmp_path / "data", environment=ENVIRONMENT, document_root=tmp_path / "nowhere")


def test_without_label_studio_the_hint_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "label_studio", None)
    with pytest.raises(LsformError) as caught:
        local.up(tmp_path, environment=ENVIRONMENT)
    assert "`pip install 'lsform[server]'`" == caught.value.hint


def test_a_folder_that_never_had_a_server_stays_untouched(tmp_path: Path) -> None:
    assert local.status(tmp_path / "none") is None
    assert not local.down(tmp_path / "none")
    assert [] == list(tmp_path.iterdir())

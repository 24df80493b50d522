"""Syncs of storages: how they end, and that a gateway which gives up ends none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.values import Json, Secret
from lsform.resources import kind_of
from lsform.server import syncs
from lsform.server.label_studio import SYNC_TIMEOUT, LabelStudio
from lsform.server.patience import BACKOFFS

IMPORT = kind_of("import_storage", "s3")
CANARY = Secret('canary "quoted" 8c1f')
TRACEBACK = """Traceback (most recent call last):
  File "io_storages/base_models.py", line 718, in sync
    self.scan_and_create_links()
  File "io_storages/s3/models.py", line 5, in get_client
    raise ValueError(key)
ValueError: no access with 'canary "quoted" 8c1f'
at the third object
"""


def record(status: str, attempts: int = 1, **more: Json) -> dict[str, Json]:
    meta: dict[str, Json] = {"attempts": attempts, "tasks_existed": more.pop("existed", None)}
    return {"id": 7, "status": status, "meta": meta, **more}


def test_a_good_end_tells_what_came_and_what_was_there() -> None:
    told = {
        "completed, 0 objects": record("completed"),
        "completed, 1 object": record("completed", last_sync_count=1),
        "completed, 12 objects, 1 object was there before": record("completed", last_sync_count=12, existed=1),
        "completed, 0 objects, 3 objects were there before": record("completed", last_sync_count=0, existed=3),
    }
    assert {text: text for text in told} == {text: syncs.result(one, secrets=()) for text, one in told.items()}


def test_a_bad_end_tells_the_reason_without_frames_and_without_secrets() -> None:
    with pytest.raises(ServerError) as caught:
        syncs.result(record("failed", last_sync_count=2, traceback=TRACEBACK), secrets=[CANARY.value])
    assert (
        "the sync ended as `failed`, after 2 objects: ValueError: no access with '(secret)'\nat the third object"
        == (caught.value.message)
    )


def test_tasks_that_were_refused_are_all_told() -> None:
    with pytest.raises(ServerError, match="one is wrong\ntwo is wrong"):
        syncs.result(record("completed_with_errors", traceback="one is wrong\ntwo is wrong"), secrets=())


def test_a_failure_without_a_reason_says_so() -> None:
    with pytest.raises(ServerError, match="the server gives no reason"):
        syncs.result(record("failed", traceback=None), secrets=())


class Gateway(ThreadingHTTPServer):
    """Stands before a Label Studio: a POST times out, and GETs show these records, the last one for good.

    A number instead of a record is the status of an answer that the gateway gives itself.
    """

    def __init__(self, *records: dict[str, Json] | int) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.records = [*records]


class _Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        records = self.server.records
        shown = records.pop(0) if len(records) > 1 else records[0]
        self._answer(shown if isinstance(shown, int) else 200, json.dumps(shown))

    def do_POST(self) -> None:
        self._answer(504, "<h1>Gateway Timeout</h1>")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateways(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Gateway]]:
    monkeypatch.setattr("lsform.server.label_studio.POLL", 0.01)
    monkeypatch.setattr("lsform.server.patience.PatientClient.backoffs", (0.01,) * len(BACKOFFS))
    started: list[Gateway] = []
    yield started
    for one in started:
        one.shutdown()
        one.server_close()


def sync(
    gateways: list[Gateway],
    *records: dict[str, Json] | int,
    secrets: tuple[Secret, ...] = (),
    timeout: float = SYNC_TIMEOUT,
) -> str:
    gateway = Gateway(*records)
    gateways.append(gateway)
    threading.Thread(target=gateway.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    adapter = LabelStudio(f"http://127.0.0.1:{gateway.server_port}", Secret("0" * 40), sync_timeout=timeout)
    try:
        return adapter.sync(IMPORT, 7, secrets=secrets)
    finally:
        adapter.close()


def test_a_sync_that_outlives_its_gateway_is_awaited(gateways: list[Gateway]) -> None:
    running = record("in_progress", 2)
    ended = record("completed", 2, last_sync_count=5)
    assert "completed, 5 objects" == sync(gateways, record("completed", 1), running, running, ended)


def test_a_gateway_that_gives_up_on_looks_at_a_busy_server_is_asked_again(gateways: list[Gateway]) -> None:
    running, ended = record("in_progress", 2), record("completed", 2, last_sync_count=5)
    assert "completed, 5 objects" == sync(gateways, record("completed", 1), 504, 502, 504, running, 503, 504, ended)


def test_a_sync_that_takes_too_long_is_told_with_how_far_it_is(gateways: list[Gateway]) -> None:
    with pytest.raises(ServerError, match="the sync is still `in_progress`, with 3 objects so far"):
        sync(gateways, record("initialized", 0), record("in_progress", 1, last_sync_count=3), timeout=0.05)


def test_a_server_that_goes_away_during_a_sync_is_no_busy_one(gateways: list[Gateway]) -> None:
    with pytest.raises(ServerUnavailable, match="not authorised"):
        sync(gateways, record("completed", 1), record("in_progress", 2), 401)


def test_a_sync_that_ended_while_the_gateway_gave_up_is_known_by_its_attempt(gateways: list[Gateway]) -> None:
    ended = record("completed", 2, last_sync_count=5)
    assert "completed, 5 objects" == sync(gateways, record("completed", 1), ended)


def test_a_sync_that_never_began_fails_with_the_gateway(gateways: list[Gateway]) -> None:
    with pytest.raises(ServerError, match="504"):
        sync(gateways, record("completed", 1, last_sync_count=5))


def test_the_reason_of_a_sync_shows_no_secret_of_the_storage(gateways: list[Gateway]) -> None:
    with pytest.raises(ServerError) as caught:
        sync(gateways, record("initialized", 0), record("failed", 1, traceback=TRACEBACK), secrets=(CANARY,))
    assert (False, True) == ("canary" in caught.value.message, "(secret)" in caught.value.message)

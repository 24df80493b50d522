"""What ails storages over Redis is named by `lsform doctor`: both ways, with a password and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import redis

from lsform.core.errors import ExitCode
from lsform.server.local import LocalServer
from lsform.server.local_process import LOOPBACK, free_port
from tests.conformance.stores import Stores
from tests.conftest import Stack
from tests.live.estate import Api
from tests.live.test_doctor import examined, interface, project, storages

pytestmark = pytest.mark.live

OLD, NEW = "canary-old-31c7", "canary-new-90af"
OPEN = "user default on ~* &* +@all nopass"
LOCKED = f"user default on ~* &* +@all >{OLD}"
STACK = f"""\
apiVersion: lsform/v1
kind: Stack
metadata: {{{{name: queues}}}}
---
apiVersion: lsform/v1
kind: Project
metadata: {{{{name: queues}}}}
spec:
  title: Doctor declared queues
  interface: {{{{template: text-classification, vars: {{{{choices: [Yes, No]}}}}}}}}
  import_storages:
    locked: {{{{type: redis, host: {LOOPBACK}, port: {{port}}, db: 3, path: in/, password: "${{{{env:PASSWORD}}}}"}}}}
  export_storages:
    locked: {{{{type: redis, host: {LOOPBACK}, port: {{port}}, db: 4, password: "${{{{env:PASSWORD}}}}"}}}}
"""


@dataclass
class Redis:
    """A server of Redis that a test may lock, change and end."""

    port: int
    client: redis.Redis

    def made(self, api: Api, number: int, direction: str, **more: object) -> int:
        """A storage over it."""
        body = {"project": number, "host": LOOPBACK, "port": str(self.port), **more}
        return int(api.post(f"/api/{direction}/redis", body)["id"])


@pytest.fixture
def servers(object_stores: Stores) -> Iterator[tuple[Redis, Redis]]:
    """One that takes anybody, and one with a password."""
    if said := object_stores.lacks.get("redis"):
        pytest.skip(said)
    found = []
    for user in (OPEN, LOCKED):
        port = free_port()
        settings = f'port {port}\nbind {LOOPBACK}\nsave ""\n{user}\n'
        (object_stores.folder / f"{port}.conf").write_text(settings, "utf-8")
        object_stores.start("redis-server", ["redis-server", f"{port}.conf"], port)
        found.append(Redis(port, redis.Redis(port=port, db=1, password=OLD if user == LOCKED else None)))
    yield (found[0], found[1])
    for one in found:
        one.client.close()


def messages(stack: Stack, *options: str) -> list[tuple[str, str]]:
    result = stack.run("doctor", "--check", "LSFC2", "--format", "json", *options)
    assert "canary" not in result.out + result.err
    return [(one["code"], one["message"].partition(": ")[2]) for one in json.loads(result.out)["findings"]]


def test_queues_that_are_well_are_left_in_peace_and_one_that_is_gone_is_not(
    stack: Stack, label_studio: LocalServer, servers: tuple[Redis, Redis]
) -> None:
    api, key = Api(label_studio), label_studio.api_key.value
    opened, locked = servers
    number = project(api, "Doctor queues", interface("text", "A"))
    opened.client.set("well/task.json", json.dumps({"text": "one"}))
    source = opened.made(api, number, "storages", db=1, path="well/", title="source")
    opened.made(api, number, "storages/export", db=2, title="target")
    locked.made(api, number, "storages/export", db=2, title="locked target", password=OLD)
    assert "completed" == api.post(f"/api/storages/redis/{source}/sync", {})["status"]
    before = storages(api, str(number))
    options = ("--project", str(number), "--check", "LSFC2")
    result, found = examined(stack, label_studio.url, key, *options)
    assert ({}, ExitCode.DONE) == (found, result.code)
    assert before == storages(api, str(number)), "what is tried stays as it was"
    opened.client.shutdown(nosave=True)
    result, _ = examined(stack, label_studio.url, key, *options)
    said = [(one["code"], one["message"]) for one in json.loads(result.out)["findings"]]
    name = f"project `Doctor queues` ({number}): the server cannot use the"
    reason = "the server answered 400: `non_field_errors`: Can't connect to Redis server."
    assert [("LSFC201", f"{name} import storage `source` (redis): {reason}"), "LSFC201"] == [said[0], said[1][0]]
    assert said[1][1].startswith(f"{name} export storage `target` (redis): ")
    assert (2, ExitCode.ERROR) == (len(said), result.code)


def test_a_password_that_redis_no_longer_takes_is_named_where_the_stack_declares_it(
    stack: Stack, label_studio: LocalServer, servers: tuple[Redis, Redis]
) -> None:
    _, locked = servers
    stack.environment |= {
        "LABEL_STUDIO_URL": label_studio.url, "LABEL_STUDIO_API_KEY": label_studio.api_key.value, "PASSWORD": OLD
    }  # fmt: skip
    stack.write(STACK.format(port=locked.port))
    assert ExitCode.DONE == stack.run("apply", "--auto-approve").code
    assert [] == messages(stack)
    foreign, found = examined(
        stack, label_studio.url, label_studio.api_key.value, "--project", "Doctor declared queues", "--check", "LSFC2"
    )
    assert (["LSFC010"], ExitCode.DONE) == ([*found], foreign.code)
    assert "which it tried without the password that it may have" in found["LSFC010"]
    locked.client.acl_setuser("default", enabled=True, passwords=[f"-{OLD}", f"+{NEW}"])
    for client in locked.client.client_list(_type="normal"):
        if client["db"] != "1":
            locked.client.client_kill(client["addr"])
    codes, said = zip(*messages(stack), strict=True)
    assert ("LSFC201", "LSFC201") == codes
    assert "import storage" in said[0]
    assert "export storage" in said[1]


def test_failed_syncs_and_queues_that_are_read_twice_are_named(
    stack: Stack, label_studio: LocalServer, servers: tuple[Redis, Redis]
) -> None:
    api = Api(label_studio)
    opened, _ = servers
    number = project(api, "Doctor sick queues", interface("text", "A"))
    opened.client.set("bad/task.json", "no JSON")
    bad = opened.made(api, number, "storages", db=1, path="bad/", title="bad")
    target = opened.made(api, number, "storages/export", db=2, title="target")
    opened.made(api, number, "storages", db=1, path="bad/", title="twice")
    opened.made(api, number, "storages", db=2, title="circle", path="")
    api.http.post(f"/api/storages/redis/{bad}/sync", json={})
    # the server takes an export for done even if Redis refused all of it, but not one that it was stopped in
    stopped = {"status": "in_progress", "meta": {"time_last_ping": "2026-01-01T00:00:00+00:00"}, "project": number}
    api.http.patch(f"/api/storages/export/redis/{target}", json=stopped).raise_for_status()
    result = examined(
        stack, label_studio.url, label_studio.api_key.value, "--project", str(number), "--check", "LSFC2"
    )[0]
    said = [(one["code"], one["message"].partition(": ")[2]) for one in json.loads(result.out)["findings"]]
    assert [
        ("LSFC206", "the import storage `bad` (redis) and the import storage `twice` (redis) both take `bad/a.jpg`"),
        (
            "LSFC206",
            "the import storage `circle` (redis) takes what the export storage `target` (redis) writes, as `1`",
        ),
    ] == said[:2]
    codes, reasons = zip(*said[2:], strict=True)
    assert ("LSFC207", "LSFC207") == codes
    assert "JSON" in reasons[0]
    assert "the last ping time is too old" in reasons[1]

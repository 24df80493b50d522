"""One tree, two servers: what is done in one environment means nothing to the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsform.resources.project import PROJECT
from lsform.server.label_studio import LabelStudio
from lsform.server.local import LocalServer
from tests.conftest import Stack

pytestmark = pytest.mark.live

STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: two-servers}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec: {title: "Signs in ${var:where}", webhooks: {hook: {url: "http://127.0.0.1:9/hook", is_active: false}}}
"""
ENVIRONMENT = """\
apiVersion: lsform/v1
kind: Environment
metadata: {{name: {name}}}
spec: {{vars: {{where: {name}}}, server: {{url: "${{env:{name}_URL}}", api_key: "${{env:{name}_API_KEY}}"}}}}
"""
ADDRESSES = ["project.signs", "project.signs/webhook.hook"]


@pytest.fixture
def servers(label_studio: LocalServer, other_label_studio: LocalServer) -> Iterator[dict[str, LabelStudio]]:
    """Environment -> its server."""
    servers = {"a": label_studio, "b": other_label_studio}
    adapters = {name: LabelStudio(one.url, one.api_key) for name, one in servers.items()}
    yield adapters
    for adapter in adapters.values():
        adapter.close()


@pytest.fixture
def tree(stack: Stack, label_studio: LocalServer, other_label_studio: LocalServer) -> Stack:
    stack.write({"lsform.yaml": STACK} | {f"envs/{name}.yaml": ENVIRONMENT.format(name=name) for name in "ab"})
    for name, server in {"a": label_studio, "b": other_label_studio}.items():
        stack.environment |= {f"{name}_URL": server.url, f"{name}_API_KEY": server.api_key.value}
    return stack


def plan(tree: Stack, name: str) -> dict[str, Any]:
    result = tree.run("plan", "-e", name, "--prune", "--format", "json")
    assert 0 == result.code, result.err
    found: dict[str, Any] = json.loads(result.out)
    return {key: found[key] for key in ("environment", "server", "digest", "changes", "drift", "findings")}


def apply(tree: Stack, name: str) -> None:
    result = tree.run("apply", "-e", name, "--auto-approve")
    assert 0 == result.code, result.err


def state(tree: Stack, name: str) -> Path:
    return tree.folder / ".lsform" / "state" / f"two-servers@{name}.json"


def remotes(path: Path) -> dict[str, int]:
    return {address: entry["remote"] for address, entry in json.loads(path.read_text())["entries"].items()}


def test_environments_have_nothing_to_do_with_each_other(tree: Stack, servers: dict[str, LabelStudio]) -> None:
    stranger = servers["b"].create(PROJECT, {"title": "Signs in a"}, project=None)
    manifests = {path: path.read_bytes() for path in tree.folder.rglob("*.yaml")}
    before = plan(tree, "b")
    assert ADDRESSES == [one["address"] for one in before["changes"]]

    apply(tree, "a")
    assert before == plan(tree, "b")
    apply(tree, "b")
    assert [[], []] == [plan(tree, name)["changes"] for name in "ab"]
    ours = {name: remotes(state(tree, name)) for name in "ab"}
    assert [ADDRESSES, ADDRESSES] == [list(found) for found in ours.values()]
    titles = [_title(servers[name], ours[name]["project.signs"]) for name in "ab"]
    assert ["Signs in a", "Signs in b"] == titles

    other = plan(tree, "b")
    servers["a"].delete(PROJECT, ours["a"]["project.signs"])
    lost = plan(tree, "a")
    assert [("project.signs", True), ("project.signs/webhook.hook", True)] == [
        (one["address"], one["missing"]) for one in lost["drift"]
    ]
    assert (["create", "create"], other) == ([one["action"] for one in lost["changes"]], plan(tree, "b"))

    # the state of one server at the place of the other's, with the number of a project that might be the remembered one
    text = re.sub(r'"remote":\d+', f'"remote":{stranger.remote}', state(tree, "a").read_text())
    kept = state(tree, "b").read_bytes()
    state(tree, "b").write_text(text)
    refused = tree.run("plan", "-e", "b")
    assert 1 == refused.code
    assert "is of the stack `two-servers@a`" in refused.err
    state(tree, "b").write_text(text.replace("two-servers@a", "two-servers@b"))
    assert other == plan(tree, "b")
    apply(tree, "b")
    assert (ours["b"], "Signs in a") == (remotes(state(tree, "b")), _title(servers["b"], stranger.remote))
    assert kept != state(tree, "b").read_bytes()

    apply(tree, "a")
    assert ours["a"]["project.signs"] != remotes(state(tree, "a"))["project.signs"]
    assert manifests == {path: path.read_bytes() for path in tree.folder.rglob("*.yaml")}
    for name in "ab":
        assert 0 == tree.run("destroy", "-e", name, "--auto-approve").code


def _title(server: LabelStudio, remote: int) -> object:
    found = server.get(PROJECT, remote)
    assert found is not None
    return found.attributes["title"]

"""The command line against the real server: the whole way, once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Stack

pytestmark = pytest.mark.live

MANIFESTS = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: cli-live}
spec: {server: {url: "${env:LABEL_STUDIO_URL}", api_key: "${env:LABEL_STUDIO_API_KEY}"}}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec:
  title: Traffic signs (cli-live)
  interface: {template: image-classification, vars: {choices: [Stop, Yield]}}
  webhooks:
    retrain: {url: "http://127.0.0.1:9/hook", actions: [ANNOTATION_CREATED]}
"""


@pytest.fixture
def cli_live(live_stack: Stack) -> Stack:
    """A stack on the real server that leaves nothing behind."""
    live_stack.write(MANIFESTS)
    return live_stack


def test_a_stack_lives_from_its_first_plan_to_its_end(cli_live: Stack, steady: Callable[[str], str]) -> None:
    file = str(cli_live.folder / "p.json")
    result = cli_live.run("plan", "--detailed-exitcode", "--out", file)
    assert 2 == result.code
    assert "\nPlan: 2 to create, 0 unchanged.\nDigest: " in result.out
    digest = json.loads((cli_live.folder / "p.json").read_text("utf-8"))["digest"]
    assert digest == json.loads(cli_live.run("plan", "--format", "json").out)["digest"]
    result = cli_live.run("apply", file, "--expect", digest)
    assert (0, True) == (result.code, result.out.endswith("\nApply: 2 applied.\n"))
    result = cli_live.run("plan", "--detailed-exitcode")
    assert (0, "") == (result.code, result.err)
    assert result.out.endswith("\n\nNo changes. 2 unchanged: the server is as declared.\n")
    # the plan that was saved before is stale now, and so is its digest
    assert 4 == cli_live.run("apply", file).code
    assert 4 == cli_live.run("apply", "--auto-approve", "--expect", digest).code
    cli_live.write(MANIFESTS.replace("choices: [Stop, Yield]", "choices: [Stop, Yield, Other]"))
    result = cli_live.run("apply", "--auto-approve")
    assert 0 == result.code
    assert "        label `Other` added to `label`\n" in result.out
    cli_live.write(MANIFESTS.partition("---")[0])
    assert 3 == cli_live.run("apply", "--auto-approve", "--prune").code
    assert 0 == cli_live.run("destroy", "--auto-approve").code
    assert "" == cli_live.run("state", "list").out


def test_a_wrong_token_is_not_authorised(cli_live: Stack) -> None:
    cli_live.environment["LABEL_STUDIO_API_KEY"] = "0" * 40
    result = cli_live.run("plan")
    assert (6, "") == (result.code, result.out)
    assert result.err.startswith("error: not authorised: ")
    assert "hint: check `server.api_key`" in result.err

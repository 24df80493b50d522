"""The whole story of `reconcile` on a real server: pushes, hands, two replicas, a death, a bad commit."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Stack
from tests.live.estate import Api, Process, lsform
from tests.unit.reconcile.test_source import Remote

pytestmark = pytest.mark.live

LEASE = 4.0
# The name of the host is all that is not real: a process that died on this machine would be noticed without its lease.
ELSEWHERE = (
    sys.executable,
    "-c",
    "import sys; import lsform.state.lock as lock; from lsform.cli.app import main\n"
    "host = sys.argv.pop(1); lock.this_host = lambda: host; main()",
)
ROOT_FILE = """\
apiVersion: lsform/v1
kind: Stack
metadata: {{name: followed}}
spec:
  state: {{url: "file:{state}"}}
  limits: {{max_update_share: 1.0}}
"""
PROJECT = """\
apiVersion: lsform/v1
kind: Project
metadata: {{name: {name}}}
spec:
  title: {title}
  lifecycle: {{on_drift: {on_drift}}}
  interface: {{template: text-classification, vars: {{choices: [Yes, No]}}}}
  views: {{mine: {{title: Mine}}}}
"""


def project(name: str, title: str, *, on_drift: str = "revert") -> str:
    return PROJECT.format(name=name, title=title, on_drift=on_drift)


class Replica:
    """One process, and what it has said so far, as JSON lines."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said: list[dict[str, Any]] = []

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next line that is wanted."""
        assert self.process.stderr is not None
        while line := self.process.stderr.readline():
            self.said.append(json.loads(line))
            if wanted(self.said[-1]):
                return self.said[-1]
        raise AssertionError(self.said)

    def declared(self, revision: str) -> None:
        """Waits until the server is as this commit says."""
        self.until(lambda line: line.get("revision") == revision and "as declared" in line["message"])

    @property
    def applied(self) -> list[tuple[str, str, str]]:
        return [(one["revision"], one["action"], one["address"]) for one in self.said if one.get("result") == "applied"]


def test_the_whole_story(live_stack: Stack, api: Api, tmp_path: Path) -> None:
    remote = Remote(tmp_path / "work")
    bare = tmp_path / "labels.git"
    remote.git("init", "--quiet", "--bare", str(bare))

    def push(**files: str) -> str:
        revision = remote.commit(**files)
        remote.git("push", "--quiet", "--force", str(bare), "HEAD:main")
        return revision

    def replica(host: str) -> Any:
        return lsform(
            live_stack, "reconcile", "--git", str(bare), "--cache", str(tmp_path / host), "--interval", "1s",
            "--lease", f"{LEASE:.0f}s", "--log-format", "json", program=(*ELSEWHERE, host),
        )  # fmt: skip

    first = push(lsform=ROOT_FILE.format(state=tmp_path / "state"), a=project("a", "As declared"))
    with replica("machine-a") as process_a:
        leader = Replica(process_a)
        leader.declared(first)
        with replica("machine-b") as process_b:
            other = Replica(process_b)
            assert "machine-a" in other.until(lambda line: "stands by" in line["message"])["message"]

            # a pushed change arrives
            second = push(b=project("b", "Hands off", on_drift="report"))
            leader.declared(second)
            a, b = api.project("followed", "a"), api.project("followed", "b")

            # what hands change is reverted, or reported, as declared
            api.patch(f"/api/projects/{a}/", {"title": "By hand"})
            leader.until(lambda line: line.get("action") == "update" and line["address"] == "project.a")
            assert "As declared" == api.get(f"/api/projects/{a}/")["title"]
            leader.until(lambda line: line.get("condition") == "drift" and line["over"] == 1)
            api.patch(f"/api/projects/{b}/", {"title": "By hand"})
            told = leader.until(lambda line: line.get("condition") == "drift")
            assert ("warning", 0) == (told["level"], told["over"])
            assert "project.b" in told["message"] and "it is left so" in told["message"]
            assert "By hand" == api.get(f"/api/projects/{b}/")["title"]

            # a bad commit is refused and told, and does not stop the next good one
            bad = push(c=project("c", "Project c").replace("title", "titel"))
            told = leader.until(lambda line: line.get("condition") == "refused")
            assert ("error", bad) == (told["level"], told["revision"])
            assert "c.yaml:5:3: error LSFM03: unknown key `titel`" in told["message"]
            more = {name: project(name, f"Project {name}") for name in "cdef"}
            good = push(**more)

            # the leader dies in the middle of it, the other takes over within its lease, nothing is made twice
            leader.until(lambda line: line.get("revision") == good and line.get("result") == "applied")
            process_a.kill()
            died = time.monotonic()
            other.until(lambda line: line.get("revision") == good and "address" in line)
            took_over = time.monotonic() - died
            other.declared(good)
            process_b.terminate()
            assert 0 == process_b.wait(timeout=60)
    expected = {f"project.{name}{child}": 1 for name in "abcdef" for child in ("", "/view.mine")}
    assert Counter(expected) == api.bearers("followed")
    assert [] == [one for one in other.applied if one[0] != good]
    print(f"took over after {took_over:.1f} s")
    assert took_over < 2 * LEASE + 10  # its lease, a look every quarter of one, and the reading of a slow machine

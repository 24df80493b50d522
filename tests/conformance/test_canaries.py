"""Law 6 on the real server: from init to destroy, no secret of any kind is in what lsform says, keeps or starts.

Which secrets there are comes from the kinds: a new one is covered by its example.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import yaml

from lsform.core.errors import ExitCode
from lsform.resources import ResourceKind
from lsform.server.local import LocalServer
from tests.cli.test_cli_secrets import SECRETIVE, declared
from tests.conformance.bench import project
from tests.conformance.examples import Body, example_of, named
from tests.conformance.worlds import RealWorld
from tests.conftest import Result, Stack
from tests.live.test_tokens import Person

pytestmark = pytest.mark.live

SHORTEST = 6  # characters of a part of a secret that cannot be in a text by chance
TEXT, LINES = ("-vv",), ("-vv", "--log-format", "json")
LSFORM = [sys.executable, "-c", "from lsform.cli.app import main; main()"]
# An address that nobody listens at: the server quotes it when it says so.
QUOTED: Body = {"ml_backends": {"it": {"url": "http://127.0.0.1:9/${env:SECRET_ONE}"}}}


def manifests(world: RealWorld, number: int) -> Iterator[Body]:
    """A project for each kind that has secrets, with the first or second value of each of them."""
    for kind in SECRETIVE:
        if kind.variant not in world.lacks:
            spec = _body(kind, number)
            yield project(named(kind), {kind.collection: {"it": spec}} if kind.parent else spec)


def _body(kind: ResourceKind, number: int) -> Body:
    values = example_of(kind).values
    keys = sorted(kind.fields.secret | kind.fields.write_only)
    return {**declared(kind), **({key: values[key][number] for key in keys} if number else {})}


class Canaries:
    """What must not be seen, and everything that was."""

    def __init__(self, stack: Stack, world: RealWorld, token: str) -> None:
        self.stack, self.world = stack, world
        self.seen: list[str] = []
        stack.environment |= {**world.env, "LABEL_STUDIO_URL": world.url, "LABEL_STUDIO_API_KEY": token}
        parts = [line.strip() for text in (*world.env.values(), token) for line in text.splitlines()]
        self.secrets = [part for part in (*parts, *token.split(".")) if len(part) >= SHORTEST]

    def write(self, *documents: Body) -> None:
        head = {"apiVersion": "lsform/v1", "kind": "Stack", "metadata": {"name": "canaries"}}
        spec: Body = {"vars": dict(self.world.vars), "limits": {"max_update_share": 1}}
        text = yaml.safe_dump_all([{**head, "spec": spec}, *documents], allow_unicode=True)
        (self.stack.folder / "lsform.yaml").write_text(text, "utf-8")

    def run(self, *arguments: str, manner: tuple[str, ...] = TEXT, code: int = ExitCode.DONE) -> Result:
        result = self.stack.run(*arguments, *manner)
        assert code == result.code, result.err
        self.seen += [result.out, result.err]
        self._keep_files()
        return result

    def start(self, *arguments: str) -> None:
        """Run it as a process, and look at what the process list says of it and of all that it starts."""
        command = [*LSFORM, "-C", str(self.stack.folder), *arguments]
        with subprocess.Popen(
            command, env={**psutil.Process().environ(), **self.stack.environment}, text=True,
            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                self.seen.append(line)
                self._look_at(process.pid)
        assert 0 == process.returncode, self.seen

    def _look_at(self, pid: int) -> None:
        try:
            lsform = psutil.Process(pid)
            self.seen += lsform.cmdline()
            for child in lsform.children(recursive=True):
                self.seen += [*child.cmdline(), *child.environ().values()]
        except psutil.NoSuchProcess:
            """It has ended."""

    def _keep_files(self) -> None:
        files = [path for path in self.stack.folder.rglob("*") if path.is_file()]
        self.seen += [path.read_bytes().decode("utf-8", "replace") for path in files]

    def leaks(self) -> list[str]:
        """Each line with a secret in it, as it is or as JSON, Python or an address would quote it."""
        lines = {line for text in self.seen for line in text.splitlines()}
        forms = {form for one in self.secrets for form in (one, json.dumps(one)[1:-1], repr(one)[1:-1], quote(one))}
        return sorted(line for line in lines if "eyJ" in line or any(form in line for form in forms))


@pytest.mark.parametrize("form", ["legacy", "personal"])
def test_no_secret_leaves_from_init_to_destroy(
    stack: Stack, real_world: RealWorld, label_studio: LocalServer, form: str
) -> None:
    person = Person(label_studio)
    person.revoke()
    personal = str(person.post("/api/token/").json()["token"])
    canaries = Canaries(stack, real_world, personal if form == "personal" else label_studio.api_key.value)
    canaries.run("init")
    canaries.write(*manifests(real_world, 0))
    canaries.run("validate")
    canaries.run("plan", "--out", str(stack.folder / "saved.plan"))
    canaries.run("plan", "--format", "json", manner=LINES)
    canaries.start("apply", "--auto-approve", "--format", "json", *LINES)
    assert 0 == len(json.loads(canaries.run("plan", "--format", "json").out)["changes"])
    canaries.write(*manifests(real_world, 1), project("refused", QUOTED))
    assert "(secret rotated)" in canaries.run("plan").out
    refused = canaries.run("apply", "--auto-approve", manner=LINES, code=ExitCode.PARTIAL)
    failed = [line for line in map(json.loads, refused.err.splitlines()) if line.get("result") == "failed"]
    assert ["project.refused/ml_backend.it"] == [line["address"] for line in failed], failed
    assert "Can't connect to ML backend (secret)" in failed[0]["message"]
    canaries.run("state", "show")
    canaries.run("destroy", "--auto-approve")
    person.http.close()
    assert [] == canaries.leaks()
    requests = [one for text in canaries.seen for one in text.splitlines() if "POST /api/webhooks/ 201 in " in one]
    assert requests, "each request was told"

"""Each single request of an apply fails, in each way in which it can: reads again and again, writes once.

One stack goes to and fro between two sets of manifests; each way makes, changes and prunes something of every kind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lsform.core.errors import ExitCode
from lsform.core.values import Secret
from lsform.server.local import LocalServer
from tests.chaos.estate import document, interface
from tests.chaos.faults import HARMLESS, OF_READS, OF_WRITES, Fault
from tests.chaos.proxy import Exchange, Proxy, Request
from tests.chaos.storm import Commands
from tests.chaos.truth import Thing, Truth
from tests.conftest import Result

STACK = "to-and-fro"
APPLY = ("apply", "--auto-approve", "--prune", "--format", "json", "-q")
QUIET_TRIES = 2  # what came late may have to be put right by one more
HEAD = document("Stack", STACK, {"limits": {"max_delete_share": 1.0, "max_update_share": 1.0}})
ONE = """\
title: First project{n}
description: {side}
interface: {{xml: '{xml}'}}
import_storages: {{raw: {{type: localfiles, path: "{files}/in", title: {side}, use_blob_urls: true}}}}
export_storages: {{{side}: {{type: localfiles, path: "{files}/{side}"}}}}
webhooks:
  always: {{url: "http://127.0.0.1:9/{side}", is_active: false}}
  {side}: {{url: "http://127.0.0.1:9/", is_active: false}}
views: {{{side}: {{title: The {side} view}}}}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """Which request fails how: reads and writes are counted apart, from 0."""

    is_write: bool
    number: int
    fault: Fault

    def __str__(self) -> str:
        return f"{'write' if self.is_write else 'read'} {self.number}: {self.fault}"


@dataclass
class Failing:
    """Chooses the one request of a case. A read of it fails however often it is asked again."""

    case: Case
    seen: int = 0
    chosen: str = ""

    def __call__(self, request: Request) -> Fault | None:
        if request.is_write is not self.case.is_write:
            return None
        self.seen += 1
        if self.seen == self.case.number + 1:
            self.chosen = str(request)
            return self.case.fault
        return self.case.fault if not request.is_write and str(request) == self.chosen else None


@dataclass
class ToAndFro:
    """The stack, and on which side it is."""

    server: LocalServer
    proxy: Proxy
    folder: Path
    truth: Truth = field(init=False)
    commands: Commands = field(init=False)
    logs: dict[str, list[Exchange]] = field(default_factory=dict)
    side: str = "left"

    def __post_init__(self) -> None:
        self.truth = Truth(self.server.url, self.server.api_key)
        self.commands = Commands(self.folder / "stack", self.proxy.url, Secret(self.server.api_key.value))
        for name in ("in", "left", "right"):
            (self.files / name).mkdir(parents=True)
        (self.files / "in" / "1.txt").write_text("a text")
        self._finish()
        for _ in range(2):
            log = self._turn()
            self._finish()
            self.logs[self.side] = log

    @property
    def files(self) -> Path:
        return self.server.document_root / STACK

    def cases(self) -> Iterator[Case]:
        """Every place with every fault."""
        for is_write, faults in ((False, OF_READS), (True, OF_WRITES)):
            places = max(sum(one.request.is_write is is_write for one in log) for log in self.logs.values())
            for number in range(places):
                yield from (Case(is_write, number, fault) for fault in faults if is_write or fault.name not in HARMLESS)

    def check(self, case: Case) -> None:
        """Turn the stack while this fails, then without; AssertionError when anything is not as it has to be."""
        before = self._ours()
        failing = Failing(case)
        log = self._turn(failing)
        try:
            self._judge(case, log, before)
            self._finish()
        except AssertionError as error:
            told = "\n".join(f"  {one.request} {one.fault or ''}" for one in log)
            raise AssertionError(f"to the {self.side}, {case}: {error}\n{told}\n{self.result.err}") from error

    def _judge(self, case: Case, log: list[Exchange], before: list[Thing]) -> None:
        result = self.result
        assert "a bug in lsform" not in result.err and result.code != ExitCode.USAGE
        hit = next((number for number, one in enumerate(log) if one.fault is not None), None)
        if hit is None or case.is_write:
            return
        if case.fault.honest:
            assert ExitCode.DONE != result.code, "a read failed and yet all is said to be done"
        failed = self._failed()
        for one in log[hit:]:
            if one.request.method == "DELETE":
                root = _root(one.request, before)
                assert failed and root not in failed, f"{one.request} after a read that failed, of {root}"

    def _failed(self) -> set[str]:
        """Projects with something in them that failed, as lsform tells it; none when it did not come to that."""
        if self.result.code != ExitCode.PARTIAL:
            return set()
        said = json.loads(self.result.out)
        return {
            one["address"].partition("/")[0]
            for one in (*said["changes"], *said["syncs"])
            if one["outcome"] != "applied"
        }

    def _turn(self, failing: Failing | None = None) -> list[Exchange]:
        self.side = "right" if self.side == "left" else "left"
        self.commands.write(self._manifests())
        with self.proxy.breaking(failing or (lambda _request: None)) as log:
            self.result = self.commands.run(*APPLY)
        return log

    def _finish(self) -> None:
        """After an apply through quiet air everything is there, once."""
        self.commands.write(self._manifests())
        results: list[Result] = []
        while not results or (results[-1].code != ExitCode.DONE and len(results) < QUIET_TRIES):
            results.append(self.commands.run(*APPLY))
        assert ExitCode.DONE == results[-1].code, results[-1].err
        found = Counter(one.address for one in self._ours())
        assert dict.fromkeys(self._addresses(), 1) == dict(found)

    def _ours(self) -> list[Thing]:
        return [one for one in self.truth.look() if one.stack == STACK]

    def _addresses(self) -> set[str]:
        side = self.side
        children = ("import_storage.raw", f"export_storage.{side}", "webhook.always", f"webhook.{side}", f"view.{side}")
        return {
            "project.one",
            *(f"project.one/{child}" for child in children),
            f"project.{side}",
            f"project.{side}/view.it",
        }

    def _manifests(self) -> str:
        xml = interface(("Good", "Bad", self.side))
        one = yaml.safe_load(ONE.format(n=len(self.side), side=self.side, xml=xml, files=self.files))
        other = {"title": f"The {self.side} project", "views": {"it": {"title": "its view"}}}
        documents = (HEAD, document("Project", "one", one), document("Project", self.side, other))
        return yaml.safe_dump_all(documents, sort_keys=False)


def _root(request: Request, before: list[Thing]) -> str:
    """The project that a request is about, by what was there before."""
    return next((one.address.partition("/")[0] for one in before if one.is_at(request.target)), "")

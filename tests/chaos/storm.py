"""Random changes of a stack, applied through a network that breaks at random places, and checked after every apply."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from unittest.mock import patch

from lsform.cli.app import run
from lsform.core.errors import ExitCode
from lsform.core.values import Secret
from lsform.server.label_studio import LabelStudio
from lsform.server.local import LocalServer
from tests.chaos.estate import FOLDERS, USED, Estate
from tests.chaos.faults import COSTLY, OF_READS, OF_WRITES, Fault
from tests.chaos.proxy import Exchange, Proxy, Request
from tests.chaos.truth import Strangers, Thing, Truth, check_done, check_kept
from tests.conftest import Result

TIMEOUT = 2.0  # seconds that lsform waits for an answer here
BACKOFFS = (0.01, 0.02, 0.02)  # as in earnest, with shorter pauses
BAD_WEATHER = ((0.0, 0.1), (0.0, 0.5), (0.01, 0.2), (0.1, 0.1))  # shares of reads and of writes that go wrong
MOST_TRIES = 8  # of one change; the last ones go through quiet air
QUIET_TRIES = 2  # what an apply leaves undone after trouble, the next must do; one more for what came late
LONGEST_OUTAGE = 20  # requests in a row that all fail
SOMETIMES = 0.05
# How an apply may end, but for the last of a change. REFUSED: annotations that cannot be read may be lost.
MAY_HAPPEN = frozenset(
    {ExitCode.DONE, ExitCode.ERROR, ExitCode.REFUSED, ExitCode.CONFLICT, ExitCode.PARTIAL, ExitCode.UNREACHABLE}
)


class Commands:
    """lsform's command line in this process, with little patience, talking to one address."""

    def __init__(self, folder: Path, url: str, api_key: Secret) -> None:
        self.folder, self._url, self._api_key = folder, url, api_key
        folder.mkdir(parents=True)

    def run(self, *arguments: str) -> Result:
        out, err = StringIO(), StringIO()
        environment = {"LABEL_STUDIO_URL": self._url, "LABEL_STUDIO_API_KEY": self._api_key.value, "NO_COLOR": "1"}
        with (
            patch.dict(os.environ, environment),
            patch("lsform.session.label_studio", partial(LabelStudio, timeout=TIMEOUT, sync_timeout=TIMEOUT)),
            patch("lsform.server.patience.PatientClient.backoffs", BACKOFFS),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run(["-C", str(self.folder), *arguments])
        return Result(code, out.getvalue(), err.getvalue())

    def write(self, manifests: str) -> None:
        (self.folder / "lsform.yaml").write_text(manifests, "utf-8")

    def state(self, stack: str) -> Path:
        return self.folder / ".lsform" / "state" / f"{stack}.json"

    def remembered(self, stack: str) -> dict[str, int]:
        """Address -> id, as the state has it."""
        entries = json.loads(self.state(stack).read_text("utf-8"))["entries"]
        return {str(address): int(entry["remote"]) for address, entry in entries.items()}


class Weather:
    """What happens to the requests of one apply: chosen by seed and request, so that order plays no part in it.

    Now and then an outage begins, in which nothing gets through.
    """

    def __init__(self, seed: str, of_reads: float = 0.0, of_writes: float = 0.0) -> None:
        self._seed, self._shares = seed, (of_reads, of_writes)
        self._seen: Counter[str] = Counter()
        self._outage = 0

    def __call__(self, request: Request) -> Fault | None:
        self._seen[str(request)] += 1
        random = Random(f"{self._seed} {request} {self._seen[str(request)]}")
        if self._outage:
            self._outage -= 1
            return random.choice([fault for fault in OF_READS if not fault.sent and fault.name not in COSTLY])
        share = self._shares[request.is_write]
        if random.random() < share / LONGEST_OUTAGE:
            self._outage = random.randint(1, LONGEST_OUTAGE)
        if random.random() >= share:
            return None
        fault = random.choice(OF_WRITES if request.is_write else [one for one in OF_READS if one.honest])
        return None if fault.name in COSTLY and random.random() < 0.8 else fault


@dataclass
class Tally:
    """What happened so far."""

    applies: int = 0
    changes: int = 0
    codes: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, code: int, log: list[Exchange]) -> None:
        self.applies += 1
        self.codes[code] += 1
        for one in log:
            if one.fault is not None:
                self.faults[f"{'write' if one.request.is_write else 'read'}: {one.fault}"] += 1

    def __str__(self) -> str:
        codes = ", ".join(f"{number} x exit {code}" for code, number in sorted(self.codes.items()))
        faults = "".join(f"\n  {number:6} {name}" for name, number in sorted(self.faults.items()))
        return f"{self.applies} applies of {self.changes} changes ({codes}), {self.faults.total()} faults{faults}"


class Storm:
    """One stack on a real server behind a proxy."""

    def __init__(self, server: LocalServer, proxy: Proxy, folder: Path, seed: int) -> None:
        self.seed, self.tally = seed, Tally()
        self.truth, self.proxy = Truth(server.url, server.api_key), proxy
        self.commands = Commands(folder / "stack", proxy.url, server.api_key)
        files = server.document_root / f"storm-{seed}"
        for kind in ("import_storage", "export_storage"):
            for number in range(FOLDERS):
                (files / f"{kind}-{number}").mkdir(parents=True)
        for number in range(FOLDERS):
            (files / f"import_storage-{number}" / "1.txt").write_text("a text")
        self.estate = Estate(f"storm-{seed}", str(files), Random(seed))
        self._settle_in(str(files / "import_storage-0"))

    def _settle_in(self, folder: str) -> None:
        """Two projects with labeling work and with things of somebody else in them, and others besides."""
        estate = self.estate
        for name in ("kept-a", "kept-b", "p0", "p1"):
            estate.projects[name] = estate.project()
        estate.kept = {"kept-a", "kept-b"}
        self.commands.write(estate.manifests())
        applied = self.commands.run("apply", "--auto-approve", "-q")
        assert ExitCode.DONE == applied.code, applied.err
        ids = self.commands.remembered(estate.stack)
        self.kept = [ids[f"project.{name}"] for name in sorted(estate.kept)]
        for project in self.kept:
            for label in USED:
                self.truth.annotate(project, label)
        self.strangers = Strangers(self.truth, folder, self.kept)
        self.truth.annotate(self.strangers.own, "theirs")
        self.annotations = {project: self.truth.annotations(project) for project in (*self.kept, self.strangers.own)}
        self.things = self._look()
        check_done(self.things, estate, ids)

    def _look(self) -> list[Thing]:
        """What is there of ours; what is of others has not changed."""
        seen = self.truth.look((self.strangers.own,))
        self.strangers.check(seen)
        counts = {one.remote: one.record["total_annotations_number"] for one in seen if one.kind == "project"}
        for project, before in self.annotations.items():
            assert len(before) == counts[project], f"project {project} has {counts[project]} annotations"
        return [one for one in seen if one.stack == self.estate.stack]

    def rage(self, applies: int, tell: Callable[[str], None] = lambda _text: None) -> None:
        """At least so many applies; AssertionError as soon as something is not as it has to be."""
        while self.tally.applies < applies:
            self.estate.change()
            self.tally.changes += 1
            with self._told():
                self._carry_out(tell)
        for project, before in self.annotations.items():
            assert before == self.truth.annotations(project), f"annotations of project {project} are not as they were"

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except AssertionError as error:
            log = "\n".join(f"  {one.request} {one.fault or ''}" for one in self.proxy.log)
            raise AssertionError(f"seed {self.seed}, apply {self.tally.applies}: {error}\n{log}") from error

    def _carry_out(self, tell: Callable[[str], None]) -> None:
        random = self.estate.random
        self.commands.write(self.estate.manifests())
        prune, shares = random.random() < 0.7, random.choice(BAD_WEATHER)
        if random.random() < SOMETIMES:
            self.commands.state(self.estate.stack).unlink()
        for attempt in range(1, MOST_TRIES + QUIET_TRIES + 1):
            weather = Weather(f"{self.seed} {self.tally.applies}", *(shares if attempt <= MOST_TRIES else ()))
            code = self._apply(weather, prune=prune)
            if code == ExitCode.DONE:
                if random.random() < SOMETIMES:
                    self._check_plan(prune=prune)
                return
            tell(f"apply {self.tally.applies}: exit {code}")
        raise AssertionError(f"not done in {attempt} applies, the last {QUIET_TRIES} without any fault:\n{self._said}")

    def _apply(self, weather: Weather, *, prune: bool) -> int:
        estate, before = self.estate, self.things
        doomed = {*estate.left, *(target for source, target in estate.moves if source in estate.left)}
        allowed = [argument for one in sorted(doomed) if "/" not in one for argument in ("--allow-destroy", one)]
        options = [*(["--prune"] if prune else ()), *allowed]
        with self.proxy.breaking(weather) as log:
            applied = self.commands.run("apply", "--auto-approve", "-q", *options)
        self._said = applied.out + applied.err
        self.tally.add(applied.code, log)
        assert applied.code in MAY_HAPPEN and "a bug in lsform" not in applied.err, self._said
        self.things = self._look()
        check_kept(before, self.things, estate, pruned=prune)
        if applied.code == ExitCode.DONE:
            if prune:
                estate.prune()
            check_done(self.things, estate, self.commands.remembered(estate.stack))
        return applied.code

    def _check_plan(self, *, prune: bool) -> None:
        planned = self.commands.run("plan", "--detailed-exitcode", "-q", *(["--prune"] if prune else ()))
        assert ExitCode.DONE == planned.code, planned.out + planned.err

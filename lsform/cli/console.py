"""What a command says: data to stdout, everything else to stderr, as text or as JSON lines."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import click

from lsform.cli import wiring
from lsform.cli.moving import MovingLine
from lsform.core.diagnostics import Finding, Severity
from lsform.core.errors import ConfigurationError, LsformError, PlanRefused
from lsform.core.events import Detail, Event
from lsform.report.paint import Paint
from lsform.report.wording import finding_line, visible

NO_FIELDS: Mapping[str, str | int] = {}
COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
PROGRESS_EVERY = 2.0  # seconds between two lines of progress where there is no terminal


@dataclass(slots=True)
class Console:
    """Streams and manners of one run, and a name that its JSON lines share. `verbosity` is -1 for quiet, 0, or more."""

    out: Paint = field(default_factory=Paint)
    err: Paint = field(default_factory=Paint)
    verbosity: int = 0
    json_log: bool = False
    live: bool = False
    paged: bool = False
    run: str = field(default_factory=lambda: secrets.token_hex(6))
    _shown_at: float = 0.0
    _step: tuple[str, float] = "", 0.0
    _line: MovingLine = field(
        default_factory=lambda: MovingLine(partial(wiring.write, "stderr"), columns=wiring.columns)
    )

    def data(self, text: str) -> None:
        """What the command is for. Its reader may go away (`lsform apply | head`); the command does its work."""
        self.finish()
        wiring.write("stdout", text)

    def pages(self, text: str) -> None:
        """Data for people, which may be longer than their screen."""
        self.finish()
        if self.paged:
            from lsform.cli.paging import show  # here, because most of what is said is short

            if show(text, wiring.environment()):
                return
        self.data(text)

    def say(
        self,
        text: str,
        *,
        level: str = "info",
        label: str = "",
        hint: str = "",
        margin: str = "",
        fields: Mapping[str, str | int] = NO_FIELDS,
    ) -> None:
        """A line for the person at the terminal; below it, after `margin`, what to do. `fields` are for machines."""
        if self.verbosity < 0 and level == "info":
            return
        if self.json_log:
            line = {"time": wiring.now(), "level": level, "run": self.run, "message": text, **fields}
            text, hint = json.dumps({**line, **({"hint": hint} if hint else {})}, ensure_ascii=False), ""
        elif label:
            text = f"{self.err(label, COLORS[level])}: {text}"
        self._line.above(f"{text}\n" + (f"{margin}hint: {visible(hint)}\n" if hint else ""))

    def tell(self, event: Event) -> None:
        """What lsform does right now, for those who asked for it with as many `-v` as it has detail."""
        if self.verbosity >= event.detail or event.severity is not Severity.INFO:
            level = "debug" if event.detail is Detail.REQUEST else event.severity.value
            self.say(visible(event.text), level=level, fields=event.fields)

    def step(self, text: str) -> None:
        """A long step, told of once or now and then: a moving line on a terminal, elsewhere a line."""
        if self.live and not self.json_log:
            self.progress(text, done=0, total=0)
            return
        if text != self._step[0]:
            self._step = text, time.monotonic()
        seconds = time.monotonic() - self._step[1]
        self.say(f"{text}, {seconds:.0f} s" if seconds >= 1 else text)

    def findings(self, findings: Iterable[Finding]) -> None:
        """What is said of a configuration or of a server, beside the data of a command."""
        for one in findings:
            self.say(finding_line(one, self.err), level=one.severity.value, hint=one.hint, margin="  ")

    def progress(self, text: str, *, done: int, total: int) -> None:
        """One moving line on a terminal; elsewhere a line every other second."""
        if self.verbosity < 0:
            return
        counted = f"{text} ({done}/{total})" if total else f"{text} ..."
        if self.verbosity >= Detail.STEP:
            self.say(counted, fields={"done": done, "total": total} if total else NO_FIELDS)
        elif self.live and not self.json_log:
            self._line.show(counted)
        elif time.monotonic() - self._shown_at >= PROGRESS_EVERY:
            if self._shown_at:
                self.say(counted)
            self._shown_at = time.monotonic()

    def finish(self) -> None:
        """Take the moving line away, as before whatever else writes to the terminal."""
        self._line.end()

    def confirm(self, question: str) -> bool:
        """Whether the person at the terminal says yes."""
        self.finish()
        return click.confirm(question, err=True)

    def error(self, error: LsformError) -> None:
        """An error that ends the command."""
        if isinstance(error, ConfigurationError):
            self.findings(error.findings)
        if isinstance(error, PlanRefused):
            self.say("guards do not let this plan run", level="error", label="refused")
            self.findings(one.finding for one in error.refusals)
        else:
            self.say(visible(error.message), level="error", label="error", hint=error.hint)

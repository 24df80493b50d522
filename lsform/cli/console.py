"""What a command says: data to stdout, everything else to stderr, as text or as JSON lines."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field

from lsform.core.errors import ConfigurationError, LsformError, PlanRefused
from lsform.report.paint import Paint
from lsform.report.terminal import finding_lines

PROGRESS_EVERY = 2.0  # seconds between two lines of progress where there is no terminal


@dataclass(slots=True)
class Console:
    """Streams and manners of one run. `verbosity` is -1 for quiet, 0, or more."""

    out: Paint = field(default_factory=Paint)
    err: Paint = field(default_factory=Paint)
    verbosity: int = 0
    json_log: bool = False
    live: bool = False
    _shown_at: float = 0.0
    _line: int = 0

    def data(self, text: str) -> None:
        """What the command is for."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def say(self, text: str, *, level: str = "info") -> None:
        """A line for the person at the terminal."""
        if self.verbosity < 0 and level == "info":
            return
        self._clear()
        if self.json_log:
            text = json.dumps({"level": level, "message": text}, ensure_ascii=False)
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def progress(self, text: str, *, done: int, total: int) -> None:
        """One moving line on a terminal; elsewhere a line every other second."""
        if self.verbosity < 0:
            return
        counted = f"{text} ({done}/{total})"
        if self.live and not self.json_log:
            self._clear()
            sys.stderr.write(counted)
            sys.stderr.flush()
            self._line = len(counted)
        elif time.monotonic() - self._shown_at >= PROGRESS_EVERY:
            if self._shown_at:
                self.say(counted)
            self._shown_at = time.monotonic()

    def finish(self) -> None:
        """Take the moving line away."""
        self._clear()

    def error(self, error: LsformError) -> None:
        """An error that ends the command."""
        if isinstance(error, ConfigurationError):
            for line in finding_lines(error.findings, self.err):
                self.say(line, level="error")
        if isinstance(error, PlanRefused):
            self.say(f"{self.err('refused', 'red')}: a guard does not let this plan run", level="error")
            for reason in error.reasons:
                self.say(f"  {reason}", level="error")
        else:
            self.say(f"{self.err('error', 'red')}: {error.message}", level="error")
        if error.hint:
            self.say(f"hint: {error.hint}", level="error")

    def _clear(self) -> None:
        if self._line:
            sys.stderr.write("\r" + " " * self._line + "\r")
            self._line = 0

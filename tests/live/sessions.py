"""What a page tells its reader to do, done: files written, sessions run word by word, handwork left to the test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

MARK = "@@@ end of step"
PART = re.compile(
    r"^```(?P<language>\w+)\n(?P<body>.*?)^```$|^\*\*In the browser:\*\* (?P<work>.+?)\.\s", re.DOTALL | re.MULTILINE
)
NAME = re.compile(r"(?:#|<!--) ([\w./-]+\.\w+)(?: -->)?\n")
PROGRESS = re.compile(r"^.+ (?:\(\d+/\d+\)|\.\.\.)\n", re.MULTILINE)  # which only slow machines show
ANY = {"...\n": r"(?:.*\n)?", "...": ".*"}

Run = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a `console` block, and what it says; `...` is any text, as a line any lines or none."""

    text: str
    expected: str

    def matches(self, actual: str) -> bool:
        parts = re.split(r"(^\.\.\.\n|\.\.\.)", self.expected, flags=re.MULTILINE)
        pattern = "".join(ANY.get(part) or re.escape(part) for part in parts)
        return re.fullmatch(rf"\s*{pattern}\s*", actual, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class File:
    """A block whose first line is a comment with the name of a file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Handwork:
    """What a reader does by hand: the first sentence after `**In the browser:**`."""

    work: str


def steps(page: str) -> Iterator[Command | File | Handwork]:
    """What a reader does, in order."""
    for part in PART.finditer(page):
        language, body, work = part["language"], part["body"], part["work"]
        if work:
            yield Handwork(work)
        elif language == "console":
            for step in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, expected = step.partition("\n")
                yield Command(command, expected.strip())
        elif named := NAME.match(body):
            yield File(named[1], body)


@contextmanager
def shell(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[Run]:
    """One bash for all steps, since they build upon each other; it knows this test's lsform, and no server of its own.

    What it gives runs a command and returns what that says, on both of its channels.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LABEL_STUDIO", "LSFORM"))}
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{clean['PATH']}"
    with subprocess.Popen(
        ["bash"], cwd=folder, env={**clean, "NO_COLOR": "1", "PATH": path, **(variables or {})}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        source, sink = process.stdin, process.stdout
        assert source is not None and sink is not None

        def run(command: str) -> str:
            # a command must not read what is meant for the shell
            source.write(f"{{ {command}\n}} </dev/null\nprintf '\\n%s\\n' '{MARK}'\n")
            source.flush()
            return "".join(takewhile(f"{MARK}\n".__ne__, sink))

        yield run


def untrue(page: str, run: Run, by_hand: Callable[[str], None]) -> str:
    """Follow a page to its end, or to the first command that does not say what the page says: what it said instead."""
    for step in steps(page):
        match step:
            case Handwork(work):
                by_hand(work)
            case File(name, text):
                place = Path(run("pwd").strip()) / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, "utf-8")
            case Command(command, expected):
                actual = PROGRESS.sub("", run(command))
                if not step.matches(actual):
                    return f"$ {command}\n--- expected\n{expected}\n--- was\n{actual}"
    return ""

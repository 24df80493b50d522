"""What somebody at a terminal sees while a command works: at once what it does, and then that it still does it."""

from __future__ import annotations

import os
import pty
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field

import pytest

from lsform.cli import wiring
from lsform.cli.console import Console
from lsform.cli.moving import MovingLine
from tests.cli.conftest import CANARY, PROJECT, STACK
from tests.conftest import Stack
from tests.loopback import Answer, Asked, answering

PATIENCE = 10.0  # seconds until a test that waits for a thread gives up
COMMANDS = (
    ("plan",),
    ("drift",),
    ("apply", "--auto-approve"),
    ("destroy", "--auto-approve"),
    ("adopt", "--all", "--out", "adopted", "--stack", "new"),
    ("doctor",),
    ("tasks", "import", "signs", "tasks.jsonl"),
    ("predictions", "import", "signs", "tasks.jsonl", "--model-version", "1"),
    ("export", "signs", "--format", "yolo", "--out", "out"),
    ("train", "signs"),
)


@dataclass
class Terminal:
    """The screen behind stderr. `came` waits until all of its text is as wanted."""

    text: str = ""
    news: threading.Condition = field(default_factory=threading.Condition)

    def came(self, wanted: Callable[[str], bool]) -> bool:
        with self.news:
            return self.news.wait_for(lambda: wanted(self.text), PATIENCE)

    def read(self, handle: int) -> None:
        try:
            while data := os.read(handle, 1024):
                with self.news:
                    self.text += data.decode("utf-8", "replace")
                    self.news.notify_all()
        except OSError:  # the other end was closed
            return


@contextmanager
def terminal() -> Iterator[Terminal]:
    """Stderr is a terminal. No fixture, since pytest takes stderr for itself when it calls a test."""
    near, far = pty.openpty()
    screen = Terminal()
    reader = threading.Thread(target=screen.read, args=(near,))
    reader.start()
    with os.fdopen(far, "w") as stderr, redirect_stderr(stderr):
        yield screen
    reader.join()
    os.close(near)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_something_is_shown_before_the_server_gives_its_first_answer(stack: Stack, command: tuple[str, ...]) -> None:
    shown: list[bool] = []

    def held(_asked: Asked) -> Answer:
        shown.append(screen.came(lambda text: "..." in text))
        return Answer(404, {"Content-Type": "text/html"}, b"<h1>who are you?</h1>")

    with answering(held) as url, terminal() as screen:
        stack.environment |= {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": CANARY, "TOKEN": CANARY}
        stack.write({"lsform.yaml": STACK + PROJECT, "tasks.jsonl": '{"image": "a.jpg"}\n'})
        stack.run(*command)
    assert [True] == shown[:1]
    assert CANARY not in screen.text


def test_the_line_goes_away_before_data_and_questions() -> None:
    console = Console(live=True)
    with terminal() as screen:
        console.progress("reading", done=1, total=2)
        console.data("")
        wiring.write("stderr", "Apply these changes?")
        assert screen.came(lambda text: text.endswith("\rApply these changes?"))


class Paper:
    """What is written to it, and a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now, self.text, self.news = 0.0, "", threading.Condition()
        self.line = MovingLine(self.write, columns=lambda: 20, clock=lambda: self.now, beat=0.001)

    def write(self, text: str) -> None:
        with self.news:
            self.text += text
            self.news.notify_all()

    def has(self, end: str) -> bool:
        with self.news:
            return self.news.wait_for(lambda: self.text.endswith(end), PATIENCE)


@pytest.fixture
def paper() -> Iterator[Paper]:
    found = Paper()
    yield found
    found.line.end()


def test_the_line_moves_while_nothing_else_does(paper: Paper) -> None:
    paper.line.show("reading ...")
    for seconds in (1, 2):
        paper.now = seconds
        assert paper.has(f"reading ..., {seconds} s")
    paper.line.show("writing ...")
    assert paper.has("\rwriting ...")


def test_what_stays_is_written_above_the_line_and_the_line_comes_back(paper: Paper) -> None:
    paper.line.show("reading ...")
    paper.line.above("  project.a: created\n")
    assert paper.has("\r           \r  project.a: created\nreading ...")


def test_the_line_is_never_wider_than_the_terminal(paper: Paper) -> None:
    paper.line.show("reading what projects have (1/300)")
    assert paper.has("reading what projec")


def test_after_its_end_the_line_is_gone_for_good(paper: Paper) -> None:
    before = set(threading.enumerate())
    paper.line.show("reading ...")
    paper.now = 1
    assert paper.has(", 1 s")
    (thread,) = set(threading.enumerate()) - before
    paper.line.end()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert paper.text.endswith(", 1 s\r" + " " * 16 + "\r")

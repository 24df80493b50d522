"""Lines of `--log-format json`, the events of the loop among them, and notifications."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr

from lsform.cli.console import Console
from lsform.engine.model import Action, Result
from lsform.reconcile.conditions import Topic
from lsform.reconcile.model import Ending, Pass
from lsform.reconcile.telling import Notifier, Teller
from tools.pages.markup import one_of, prose, table

OPENING = """\
# Log lines and notifications

Made by `python -m tools.make_pages`. How much is told is the business of [`-v` and `-q`](../messages.md): everything
goes to stderr, and with `--log-format json` each message is one JSON object on a line of its own.

## Keys

Every line has `time`, `level`, `run` and `message`; the others are there where they say something. Keys may be added.
"""
LOOP = """\
## Events of the loop

What `lsform reconcile` tells of two passes over one stack: somebody changed a title by hand, then a commit with a
mistake. What is wrong is told when it begins, changes or is over (`over` is 1), and is a notification besides.
"""
NOTIFICATIONS = """\
## Notifications

The same news as `LSFORM_NOTIFY_URL` gets them, each the body of one POST request that Slack and Mattermost understand:
"""


# A test holds them against those that the sources give to events.
KEYS = {
    "time": "UTC, ISO 8601, to the millisecond",
    "level": "`error`, `warning`, `info`; `debug` for requests",
    "run": "the same in all lines of one command, another one in each",
    "message": "what the text format says",
    "hint": "what to do about it",
    "file": "a file of the stack that was read",
    "stack": "its name; of the loop `stack@environment`, and `source` when it is about fetching",
    "environment": "that was chosen with `-e`, or empty",
    "resources": "how many are declared, or remembered",
    "server": "its address",
    "version": "of Label Studio",
    "edition": "of Label Studio: `Community` is known",
    "organization": "its id on the server",
    "state": "where it is kept",
    "serial": "counts what was saved to the state",
    "objects": "how many were read from the server",
    "changes": "how many the plan has",
    "done": "of work that is counted, how much",
    "total": "of how much",
    "address": "of the resource that was changed",
    "action": f"what the loop did to it: {one_of(Action)}, or `sync` of a storage",
    "result": f"what became of it: {one_of(Result)}",
    "method": "of a request (`-vv`)",
    "path": "of a request, with `page`, `page_size`, `project` and `ordering` of its query",
    "status": "of the answer; 0: there was none",
    "error": "why there was none",
    "attempt": "counts how often this very request was sent",
    "ms": "milliseconds that it took: a request, or a pass of the loop",
    "revision": "the commit that the loop reads",
    "ending": f"of a pass: {one_of(Ending)}",
    "condition": f"what is wrong with a stack: {one_of(Topic)}",
    "over": "1 when that is no longer so",
    "port": "at which the loop listens",
}
REVISION = "3f1c2a9be0d4"
PASSES = (
    Pass(
        "vision@prod", Ending.APPLIED, REVISION, ("project.traffic: title",), (), (("update", "applied"),), seconds=1.84
    ),
    Pass(
        "vision@prod",
        Ending.FAILED,
        "b70e5d8813fa",
        problem="the configuration has errors; nothing was sent",
        hint="`lsform validate` shows them",
    ),
)


def page() -> str:
    """The whole page."""
    lines, bodies = _told()
    keys = table(("key", "is"), ((f"`{key}`", prose(says)) for key, says in KEYS.items()))
    return "\n".join([OPENING, *keys, LOOP, *_block(lines), NOTIFICATIONS, *_block(bodies)])


def _told() -> tuple[list[str], list[str]]:
    """What the loop writes of the passes, and what it posts. A time and a run are always the same ones."""
    bodies: list[str] = []
    console = Console(json_log=True, run="9c41e07a2b6d")
    teller = Teller(console.tell, Notifier(lambda text: bodies.append(json.dumps({"text": text})), console.tell))
    with redirect_stderr(io.StringIO()) as written:
        for one in PASSES:
            teller(one)
    return re.sub(r'("time": )"[^"]*"', r'\1"2026-11-28T07:00:00.000+00:00"', written.getvalue()).splitlines(), bodies


def _block(lines: list[str]) -> Iterator[str]:
    yield from ("```json", *lines, "```", "")

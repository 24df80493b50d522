"""Long texts through a pager, as git shows its own: at a terminal, and only what the screen cannot hold.

Touches processes: the pager.
"""

from __future__ import annotations

import shlex
import shutil
import signal
from collections.abc import Mapping
from subprocess import PIPE, Popen

OURS, EVERYBODYS = "LSFORM_PAGER", "PAGER"
# what is set to nothing or to `cat` asks for no pager
_NONE = ("", "cat")
# of `less`, unless the user says otherwise: it ends where a screen is enough, shows colours, leaves the text behind
_MANNERS = {"LESS": "FRX"}


def show(text: str, process: Mapping[str, str]) -> bool:
    """Show it until its reader has seen enough; False where it is better written at once."""
    command = pager(process)
    return bool(command) and is_long(text) and _page(text, command, process)


def pager(process: Mapping[str, str]) -> list[str]:
    """The command of the user's pager, `less` by default; [] where nobody reads by pages."""
    if process.get("CI") or process.get("TERM") == "dumb":
        return []
    wanted = next((process[name] for name in (OURS, EVERYBODYS) if name in process), "less").strip()
    try:
        command = [] if wanted in _NONE else shlex.split(wanted)
    except ValueError:  # a quote that nobody closes
        return []
    return command if command and shutil.which(command[0]) else []


def is_long(text: str) -> bool:
    """Whether it does not fit the terminal. Escapes count as columns: a pager that comes too early does no harm."""
    columns, lines = shutil.get_terminal_size()
    return sum(1 + max(0, len(line) - 1) // columns for line in text.splitlines()) >= lines


def _page(text: str, command: list[str], process: Mapping[str, str]) -> bool:
    try:
        started = Popen(command, stdin=PIPE, env={**_MANNERS, **process})
    except OSError:  # it has gone, or is no program
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is the pager's, which has a use for it
    try:
        started.communicate(text.encode())  # and if its reader quits early, that is all that they wanted
    finally:
        signal.signal(signal.SIGINT, before)
    return True

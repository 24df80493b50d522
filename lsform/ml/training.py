"""One training, in a process of its own: `python -m lsform.ml.training FOLDER` reads an order and leaves a model.

In the folder: `order.json`, `tasks.jsonl` with labeled tasks, and `model/`, which `fit` fills. The same command repeats
a training that failed, so that one can look into it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lsform.core.errors import LsformError
from lsform.core.values import Json, as_json
from lsform.ml.calling import Cause, ModelClass, find, fit

ORDER, TASKS, MODEL = "order.json", "tasks.jsonl", "model"
PATIENCE = 5.0  # seconds that a training has to end when it is told to
SHOWN = 300  # characters of what a training last said
_LINE_END = re.compile(r"[\r\n]+")  # bars of progress only return


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained, and why: from the version in `workdir`, if there is one."""

    model: ModelClass
    label_config: str
    project: str
    workdir: Path | None
    cause: Cause

    def write(self, folder: Path) -> None:
        """Put it where the process finds it."""
        (folder / MODEL).mkdir(parents=True, exist_ok=True)
        document: dict[str, Json] = {
            "class": self.model.reference,
            "folder": str(self.model.folder),
            "label_config": self.label_config,
            "project": self.project,
            "workdir": str(self.workdir) if self.workdir else None,
            "event": self.cause.event,
            "data": dict(self.cause.data),
        }
        (folder / ORDER).write_text(as_json(document), "utf-8")


def train(folder: Path) -> None:
    """The work of the process; whatever the model raises ends it."""
    order = json.loads((folder / ORDER).read_text("utf-8"))
    model = find(order["class"], Path(order["folder"]))
    workdir = Path(order["workdir"]) if order["workdir"] else None
    made = model.make(order["label_config"], order["project"], workdir)
    fit(made, Cause(order["event"], order["data"]), _tasks(folder / TASKS), folder / MODEL)


def _tasks(path: Path) -> Sequence[Json]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


async def run(folder: Path, tell: Callable[[str], None]) -> None:
    """Start the process for a written order and wait for its end; `tell` gets every line that it says.

    Raises LsformError with the last line of what it said when it fails. Cancelling ends the process.
    """
    command = [sys.executable, "-u", "-m", "lsform.ml.training", str(folder)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    last = ""
    try:
        async for line in _lines(process.stdout):
            tell(line)
            last = line
        code = await process.wait()
    finally:
        if process.returncode is None:
            await _end(process)
    if code:
        said = last if code > 0 and last else f"the process ended with {code}"
        raise LsformError(f"training failed: {said[:SHOWN]}", hint="the log of `lsform ml serve` has all that it said")


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    rest = ""
    while chunk := await stream.read(1 << 16):
        *whole, rest = _LINE_END.split(rest + chunk.decode("utf-8", "replace"))
        for line in whole:
            if line.strip():
                yield line.rstrip()
    if rest.strip():
        yield rest.rstrip()


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except asyncio.TimeoutError:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    train(Path(sys.argv[1]))

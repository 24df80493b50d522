"""CPU seconds until commands work, next to what the libraries under them take by themselves.

The floor is an import of the five libraries that manifests need, with one small model. Runs alternate, so that a busy
machine slows all rows alike: the ratios hold where the seconds do not. Bytecode is cached, as it is once installed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 15
COMMAND = "from lsform.cli.app import main\nmain()"
PLAN = """\
from lsform.cli.wiring import start_quickly
start_quickly()
import lsform.cli.app
from lsform.core.collector import load
load("lsform.cli.commands.plan")
load("lsform.session")
"""
# What an apply loads of the SDK for a project with webhooks and views
SDK = f"""{PLAN}
from lsform.core.values import Secret
from lsform.resources import kind_of
from lsform.server.label_studio import LabelStudio
server = LabelStudio("http://localhost:1", Secret("0" * 40))
for name in ("webhook", "view"):
    server._client(kind_of(name).endpoint)
server.close()
"""
LIBRARIES = "import pydantic, jinja2, lxml.etree, yaml, click"
FLOOR = f"{LIBRARIES}\nclass Model(pydantic.BaseModel):\n    number: int"
# What is measured -> arguments of Python
ROWS = {
    "python alone": ["-c", "pass"],
    "the five libraries": ["-c", LIBRARIES],
    "floor: with one model": ["-c", FLOOR],
    "lsform --help": ["-c", COMMAND, "--help"],
    "lsform validate": ["-c", COMMAND, "-C", "examples/quickstart", "validate"],
    "until a plan asks": ["-c", PLAN],
    "... and of the SDK": ["-c", SDK],
}


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """User and system time of one process."""
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    child = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=[nowhere])
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"`{' '.join(arguments)}` failed")
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """The best of some runs of each row, and how that compares to the floor."""
    os.chdir(ROOT)
    best = dict.fromkeys(ROWS, float("inf"))
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": cache,
            "PYTHONDONTWRITEBYTECODE": "",
            "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": "/data",
        }
        for arguments in ROWS.values():
            seconds(arguments, environment)
        for _ in range(RUNS):
            for name, arguments in ROWS.items():
                best[name] = min(best[name], seconds(arguments, environment))
    floor = best["floor: with one model"]
    print(f"CPU seconds until a command works, best of {RUNS} runs")
    for name, found in best.items():
        print(f"  {name:22} {found:.3f} s  {found / floor:5.2f} x the floor")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

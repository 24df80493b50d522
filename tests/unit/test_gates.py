"""The gates that neither ruff nor mypy keeps: sizes, and what may stand where. Reads the sources, imports none.

Complexity, style and types are `ruff` and `mypy`, who may import whom is `lint-imports`: `make lint` runs them.
Some of ruff's rules look for the same as a gate here, but obey a `noqa`; a gate knows only the table EXCEPTIONS.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
FILES = tuple(sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "lsform").rglob("*.py")))

FILE_LINES = 300  # what one reads in one go
FUNCTION_LINES = 40  # what one sees at once: `def` to its last line, docstring included, decorators not


class Found(NamedTuple):
    """A break of a gate: the line, and the subject that an exception would name."""

    line: int
    subject: str


Check = Callable[[str, ast.Module], Iterable[Found]]


def long_file(text: str, _tree: ast.Module) -> Iterator[Found]:
    if (lines := len(text.splitlines())) > FILE_LINES:
        yield Found(lines, "the file")


def long_functions(_text: str, tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            last = node.end_lineno or node.lineno
            if last - node.lineno + 1 > FUNCTION_LINES:
                yield Found(node.lineno, node.name)


def no_opening_docstring(text: str, tree: ast.Module) -> Iterator[Found]:
    opened = text.startswith('"""') and text[3:4].strip()
    if not opened or not ast.get_docstring(tree):
        yield Found(1, "the docstring")


def uses(*names: str) -> Check:
    """Looks for dotted or plain names: `os.environ` is also found as `from os import environ`."""
    wanted = frozenset(names)

    def check(_text: str, tree: ast.Module) -> Iterator[Found]:
        for node in ast.walk(tree):
            for name in wanted.intersection(named_by(node)):
                yield Found(getattr(node, "lineno", 0), name)

    return check


def named_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            yield f"{owner}.{name}"
        case ast.ImportFrom(module=str(owner), names=aliases):
            yield from (f"{owner}.{alias.name}" for alias in aliases)
        case ast.Name(id=name):
            yield name


def broad_excepts(_text: str, tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            for name in caught:
                if name is None or ast.unparse(name) in ("Exception", "BaseException"):
                    yield Found(node.lineno, "except")


class Gate(NamedTuple):
    """A law of the sources, and `home`: the paths below which it does not hold."""

    law: str
    check: Check
    home: tuple[str, ...] = ()


GATES = {
    "file-length": Gate(f"a file has at most {FILE_LINES} lines", long_file),
    "function-length": Gate(f"a function has at most {FUNCTION_LINES} lines", long_functions),
    "docstring": Gate("the first line of a module says what it is", no_opening_docstring),
    "output": Gate("only the command line prints", uses("print", "sys.stdout", "sys.stderr"), ("lsform/cli/",)),
    "exit": Gate(
        "only the command line ends the process",
        uses("sys.exit", "os._exit", "exit", "quit", "SystemExit"),
        ("lsform/cli/",),
    ),
    "environment": Gate(
        "one module reads the environment",
        uses("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"),
        ("lsform/cli/wiring.py",),
    ),
    "any": Gate(
        "every type is known; foreign answers become ours in the adapter",
        uses("Any", "typing.Any"),
        ("lsform/server/",),
    ),
    "broad-except": Gate("one place catches everything", broad_excepts, ("lsform/cli/app.py",)),
}

# (gate, file, subject) -> why it may be so
EXCEPTIONS: dict[tuple[str, str, str], str] = {
    (
        "environment",
        "lsform/api.py",
        "os.environ",
    ): "of programs in Python; they may give another",
    ("broad-except", "lsform/ml/service.py", "except"): "a model is somebody else's code and may raise anything",
    ("broad-except", "lsform/reconcile/keep.py", "except"): "a bug that one stack meets must not end the others",
    ("broad-except", "lsform/engine/readers.py", "except"): "a thread's error is raised by the one that waits for it",
    ("broad-except", "lsform/engine/ahead.py", "except"): "a thread's error is raised by the one that waits for it",
}


@cache
def source(path: str) -> tuple[str, ast.Module]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return text, ast.parse(text, path)


def broken(gate: str, path: str) -> list[Found]:
    return sorted(GATES[gate].check(*source(path)))


@pytest.mark.parametrize("gate", GATES)
def test_the_sources_keep_the_gate(gate: str) -> None:
    unexcused = [
        f"{path}:{line}: {subject}"
        for path in FILES
        if not path.startswith(GATES[gate].home)
        for line, subject in broken(gate, path)
        if (gate, path, subject) not in EXCEPTIONS
    ]
    assert unexcused == [], GATES[gate].law


def test_each_exception_is_still_needed_and_says_why() -> None:
    idle = [
        (gate, path, subject)
        for (gate, path, subject), reason in EXCEPTIONS.items()
        if not reason or subject not in {found.subject for found in broken(gate, path)}
    ]
    assert idle == []


def test_each_dependency_has_its_reason_in_contributing() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("[project.scripts]")[0].partition("\ndependencies")[2]
    dependencies = set(re.findall(r'[\[ ]"([A-Za-z0-9-]+)[][<>=~!,"]', project))
    reasons = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Dependencies\n")[2]
    rows = [row.split("|")[1] for row in reasons.splitlines() if row.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([^`]+)`", row)} - {"hatchling"}  # that one builds
    assert explained == dependencies


LONG_BODY = "def f():\n" + "    x = 1\n" * FUNCTION_LINES


@pytest.mark.parametrize(
    ("gate", "text", "subjects"),
    [
        ("file-length", "\n" * FILE_LINES, []),
        ("file-length", "\n" * (FILE_LINES + 1), ["the file"]),
        ("function-length", LONG_BODY, ["f"]),
        ("function-length", "@x(\n 1\n)\n" + LONG_BODY.replace("    x = 1\n", "", 1), []),
        ("function-length", "class C:\n  async " + LONG_BODY.replace("    ", "      "), ["f"]),
        ("docstring", '"""What it is."""\n', []),
        ("docstring", '# what it is\n"""What it is."""\n', ["the docstring"]),
        ("docstring", '"""\nWhat it is.\n"""\n', ["the docstring"]),
        ("output", "print('x')", ["print"]),
        ("output", "from sys import stdout", ["sys.stdout"]),
        ("exit", "import sys\nsys.exit(1)", ["sys.exit"]),
        ("exit", "raise SystemExit", ["SystemExit"]),
        ("environment", "import os\nos.environ['x']", ["os.environ"]),
        ("environment", "from os import getenv as g", ["os.getenv"]),
        ("any", "from typing import Any", ["typing.Any"]),
        ("any", "def f(x: 'int') -> bool:\n  return any(x)", []),
        ("broad-except", "try: f()\nexcept ValueError: pass", []),
        ("broad-except", "try: f()\nexcept (ValueError, Exception): pass", ["except"]),
        ("broad-except", "try: f()\nexcept: pass", ["except"]),
    ],
)
def test_a_gate_sees_what_breaks_it(gate: str, text: str, subjects: list[str]) -> None:
    assert subjects == [found.subject for found in GATES[gate].check(text, ast.parse(text))]


def test_there_are_sources_to_look_at() -> None:
    assert "lsform/core/errors.py" in FILES

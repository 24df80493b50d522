"""`lsform select`: what it says before it talks to a server, and with one that it cannot use."""

from __future__ import annotations

import pytest

from tests.conftest import Stack


def test_help_has_an_example(stack: Stack) -> None:
    result = stack.run("select", "--help")
    assert (0, "") == (result.code, result.err)
    assert "Example: lsform select traffic --count 50" in result.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--count", "0"], "0 is not in the range"),
        (["--random-share", "1.5"], "1.5 is not in the range"),
        (["--strategy", "margins"], "`margins` is not one of"),
        (["--out", "batch.txt"], "`batch.txt` is neither .jsonl nor .csv"),
    ],
)
def test_what_makes_no_sense_is_a_mistake_of_usage(stack: Stack, arguments: list[str], reason: str) -> None:
    result = stack.run("select", "signs", *arguments)
    assert (64, "") == (result.code, result.out)
    assert reason in result.err

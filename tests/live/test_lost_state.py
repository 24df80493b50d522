"""A state that is lost, damaged or somebody else's, on a real server: a clear word, and nothing is made twice."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lsform.core.errors import ExitCode
from lsform.server.local import LocalServer
from tests.conftest import Stack
from tests.live.estate import (
    Api,
    assert_whole,
    write_stack,
)

pytestmark = pytest.mark.live


def test_lost_state_is_recovered_without_creating_anything(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "forgetful", label_studio)
    live_stack.run("apply", "--auto-approve")
    listed = live_stack.run("state", "list").out
    shutil.rmtree(live_stack.folder / ".lsform")
    assert_whole(live_stack, "forgetful", api)
    applied = live_stack.run("apply", "--auto-approve")
    assert (ExitCode.DONE, []) == (applied.code, re.findall("(?m)^  ok .*", applied.err))
    assert_whole(live_stack, "forgetful", api)
    assert listed == live_stack.run("state", "list").out


Damage = Callable[[Path], object]
FUTURE = '{"format_version": 99, "entries": "whatever"}'
# What happens to the file of the state -> the word, or '' where there is nothing to say and the next apply goes on.
DAMAGES: dict[str, tuple[Damage, str]] = {
    "deleted": (lambda state: state.unlink(), ""),
    "truncated": (lambda state: state.write_bytes(state.read_bytes()[:200]), "cannot be read"),
    "emptied": (lambda state: state.write_bytes(b""), "cannot be read"),
    "from the future": (lambda state: state.write_text(FUTURE), "has format 99 of a newer lsform"),
    "of another server": (lambda state: edit(state, server="http://elsewhere:8080"), ""),
    "of another lineage": (lambda state: edit(state, lineage="0" * 32, serial=1), ""),
    "of another stack": (lambda state: edit(state, stack="other"), "is of the stack `other`"),
}


def edit(state: Path, **values: object) -> None:
    state.write_text(json.dumps({**json.loads(state.read_text("utf-8")), **values}), "utf-8")


def test_a_state_that_is_damaged_in_any_way_makes_nothing_twice(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    """A state that cannot be used is named, changes nothing, and is as good as lost once it is deleted."""
    write_stack(live_stack, "damaged", label_studio, names=["one"])
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    listed = live_stack.run("state", "list").out
    state = live_stack.folder / ".lsform/state/damaged.json"
    for name, (damage, word) in DAMAGES.items():
        damage(state)
        if word:
            refused = live_stack.run("apply", "--auto-approve")
            assert (ExitCode.ERROR, True) == (refused.code, word in refused.err), (name, refused.err)
            assert "delete" in refused.err or "start anew" in refused.err, name
            state.unlink()
        applied = live_stack.run("apply", "--auto-approve")
        assert (ExitCode.DONE, []) == (applied.code, re.findall("(?m)^  ok .*", applied.err)), (name, applied.err)
        assert listed == live_stack.run("state", "list").out, name
    assert_whole(live_stack, "damaged", api, names=["one"])

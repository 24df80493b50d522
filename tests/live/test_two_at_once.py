"""Two applies of one stack at once on a real server make everything once."""

from __future__ import annotations

import signal
import time

import psutil
import pytest

from lsform.core.errors import ExitCode
from lsform.server.local import LocalServer
from tests.conftest import Stack
from tests.live.estate import (
    DYING,
    Api,
    Process,
    assert_whole,
    finished,
    lines_until,
    lsform,
    write_stack,
)

pytestmark = pytest.mark.live


def test_two_applies_at_once_make_everything_once(live_stack: Stack, label_studio: LocalServer, api: Api) -> None:
    write_stack(live_stack, "crowded", label_studio)
    with (
        lsform(live_stack, "apply", "--auto-approve") as first,
        lsform(live_stack, "apply", "--auto-approve") as second,
    ):
        codes = sorted(finished(process).code for process in (first, second))
    assert codes in ([ExitCode.DONE, ExitCode.DONE], [ExitCode.DONE, ExitCode.CONFLICT])
    assert_whole(live_stack, "crowded", api)


def test_an_apply_while_another_one_is_at_it_is_a_conflict(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "busy", label_studio)
    with lsform(live_stack, "apply", "--auto-approve") as first:
        lines_until(first, 2)
        first.send_signal(signal.SIGSTOP)
        refused = live_stack.run("apply", "--auto-approve")
        first.send_signal(signal.SIGCONT)
        assert ExitCode.DONE == finished(first).code
    assert ExitCode.CONFLICT == refused.code
    assert "is locked by `apply` of" in refused.err
    assert_whole(live_stack, "busy", api)


@pytest.mark.parametrize("point", ["sending:1", "sending:3", "sent:3"])
def test_one_that_lost_its_lock_in_the_middle_makes_nothing_twice_and_ends_as_a_conflict(
    live_stack: Stack, label_studio: LocalServer, api: Api, point: str
) -> None:
    name = f"unlocked-{point.replace(':', '-')}"
    write_stack(live_stack, name, label_studio, names=["one"])
    with lsform(live_stack, "apply", "--auto-approve", program=(*DYING, "SIGSTOP", point)) as first:
        wait_until_stopped(first)
        assert ExitCode.CONFLICT == live_stack.run("apply", "--auto-approve").code
        assert ExitCode.DONE == live_stack.run("state", "unlock", "--yes").code
        second = live_stack.run("apply", "--auto-approve")
        first.send_signal(signal.SIGCONT)
        result = finished(first)
    assert (ExitCode.DONE, ExitCode.CONFLICT) == (second.code, result.code), (second.err, result.err)
    assert_whole(live_stack, name, api, names=["one"])


def wait_until_stopped(process: Process) -> None:
    watched = psutil.Process(process.pid)
    while watched.status() != psutil.STATUS_STOPPED:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)

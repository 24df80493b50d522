"""Reading by several threads looks like reading by one: order, errors, ctrl-C."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from lsform.engine.readers import read_each

PATIENCE = 10.0  # seconds until a test that waits for a thread gives up


def read(
    function: Callable[[int], int], number: int, *, readers: int = 2, told: list[tuple[int, int]] | None = None
) -> list[int]:
    def progress(_text: str, *, done: int, total: int) -> None:
        if told is not None:
            told.append((done, total))

    return read_each(function, range(number), readers=readers, progress=progress, text="reading")


def test_two_read_at_once_and_results_keep_their_order() -> None:
    both, names = threading.Barrier(2, timeout=PATIENCE), set()

    def square(number: int) -> int:
        both.wait()
        names.add(threading.current_thread().name)
        return number * number

    assert [number * number for number in range(10)] == read(square, 10)
    assert 2 == len(names)


@pytest.mark.parametrize(("readers", "number"), [(1, 5), (2, 1), (2, 0)])
def test_where_one_is_enough_no_thread_is_started(readers: int, number: int) -> None:
    names = set()

    def name(at: int) -> int:
        names.add(threading.current_thread())
        return at

    assert [*range(number)] == read(name, number, readers=readers)
    assert names <= {threading.current_thread()}


def test_progress_counts_up_to_the_total() -> None:
    told: list[tuple[int, int]] = []
    read(lambda number: number, 4, readers=1, told=told)
    assert [(1, 4), (2, 4), (3, 4), (4, 4)] == told


def test_the_first_that_fails_is_raised_whichever_failed_first() -> None:
    second_failed = threading.Event()

    def fail(number: int) -> int:
        if number == 1:
            second_failed.set()
            raise ValueError(number)
        assert second_failed.wait(PATIENCE)
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        read(fail, 2)


def test_nothing_is_begun_after_a_failure() -> None:
    begun, both = [], threading.Barrier(2, timeout=PATIENCE)

    def fail(number: int) -> int:
        begun.append(number)
        both.wait()
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        read(fail, 100)
    assert [0, 1] == sorted(begun)


def test_ctrl_c_waits_for_nobody_who_hangs() -> None:
    helper_hangs, let_go, begun = threading.Event(), threading.Event(), []
    helpers: list[threading.Thread] = []

    def hang(number: int) -> int:
        begun.append(number)
        if threading.current_thread() is threading.main_thread():
            assert helper_hangs.wait(PATIENCE)
            raise KeyboardInterrupt
        helpers.append(threading.current_thread())
        helper_hangs.set()
        assert let_go.wait(PATIENCE)
        return number

    with pytest.raises(KeyboardInterrupt):
        read(hang, 100)
    (helper,) = helpers
    assert helper.is_alive()
    assert helper.daemon
    let_go.set()
    helper.join(PATIENCE)
    assert [0, 1] == sorted(begun)

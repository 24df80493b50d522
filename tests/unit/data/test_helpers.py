"""Helpers: an export by several processes is the one that a single process makes, whatever happens to them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from lsform.core.errors import LsformError
from lsform.data.drawing import Order, Wanted
from lsform.data.export import Media, Unsupported
from lsform.data.formats import FORMATS
from lsform.data.helpers import MOST, WORTH_IT, count_for, drawn, helpers
from lsform.interface.model import parse
from tests.unit.data.tasks import (
    BOXES,
    MASKS,
    POINTS,
    POLYGONS,
    Exported,
    annotation,
    box,
    interface,
    picture,
    point,
    region,
    run_export,
    task,
)

XML = interface(BOXES, POINTS, POLYGONS)
SMALL = 2_000  # bytes of a text: a few tasks each


def various(count: int = 60) -> list[dict[str, Any]]:
    """Pictures of which some have one name, some lie outside or turned, some hold what a format cannot."""
    made = []
    for number in range(1, count + 1):
        results = [box("Car", number, 1, 12.3456, 3, number * 7 % 90), box("Truck", 5, 5, number / 7, 9)]
        if number % 5 == 0:
            results.append(point("nose", number, 3))
        if number % 7 == 0:
            results.append(region("polygonlabels", "area", ["Road"], points=[[0, 0], [50, 0], [0, number]]))
        if number % 11 == 0:
            results.append(box("Ghost", 150, 150, 2, 2))
        made.append(picture(number, *results, image=f"s3://bucket/{number}/{number % 9}.jpg"))
    return [*made, task(count + 1, {"image": "none.jpg"})]


def content(made: Exported) -> dict[str, bytes]:
    return {name: (made.folder / name).read_bytes() for name in made.files}


@pytest.mark.parametrize("form", ["yolo", "yolo-pose", "coco"])
def test_an_export_by_helpers_has_the_bytes_of_one_without(tmp_path: Path, form: str) -> None:
    options: Any = {"split": "train=3,val=1", "skip": True, "piece": SMALL}
    alone = run_export(tmp_path / "alone", form, XML, various(), **options)
    helped = run_export(tmp_path / "helped", form, XML, various(), helping=2, **options)
    assert content(alone) == content(helped)
    assert alone.manifest["dropped"]


def test_what_helpers_cannot_hold_is_told_with_the_words_of_one_process(tmp_path: Path) -> None:
    said = []
    for helping in (0, 2):
        with pytest.raises(Unsupported) as error:
            run_export(tmp_path / "out", "yolo", XML, various(), helping=helping, piece=SMALL)
        said.append(error.value.message)
    assert said[0] == said[1]
    assert not (tmp_path / "out").exists()


def test_a_result_that_is_none_is_told_from_a_helper_too(tmp_path: Path) -> None:
    tasks = [*various(), task(99, {}, annotation({"id": "a", "type": "choices"}))]
    with pytest.raises(LsformError, match="task 99, annotation 1: result 1 has no `value`"):
        run_export(tmp_path / "out", "coco", XML, tasks, helping=2, piece=SMALL, skip=True)


def test_a_text_that_the_quick_parser_does_not_take_is_read_with_care(tmp_path: Path) -> None:
    tasks = various()
    tasks[30]["data"]["note"] = "\ud800"  # half a letter, which JSON may hold and UTF-8 may not
    alone, helped = (
        run_export(tmp_path / name, "yolo", XML, tasks, helping=count, piece=SMALL, skip=True)
        for name, count in (("alone", 0), ("helped", 2))
    )
    assert content(alone) == content(helped)


def test_a_side_that_no_helper_can_send_is_the_same_without_one(tmp_path: Path) -> None:
    tasks = various()
    tasks[30]["annotations"][0]["result"][0]["original_width"] = 10**30
    alone, helped = (
        run_export(tmp_path / name, "coco", XML, tasks, helping=count, piece=SMALL, skip=True)
        for name, count in (("alone", 0), ("helped", 2))
    )
    assert content(alone) == content(helped)
    assert b'"width": 1000000000000000000000000000000' in content(alone)["annotations/all.json"]


def deadly(_rle: Sequence[int]) -> object:
    """A decoder that takes any other process with it, as the kernel does when memory is short."""
    if "lsform.data.helpers" in " ".join(psutil.Process().cmdline()):
        os.kill(os.getpid(), signal.SIGKILL)
    return [0] * (10 * 8 * 4)


def test_a_helper_that_is_lost_costs_no_result(tmp_path: Path) -> None:
    sky = region("brushlabels", "brush", ["Sky"], size=(10, 8), format="rle", rle=[1, 2, 3])
    tasks = [*various(), picture(99, sky)]
    xml = interface(BOXES, POINTS, POLYGONS, MASKS)
    alone, helped = (
        run_export(tmp_path / name, "coco", xml, tasks, helping=count, piece=SMALL, skip=True, media=Media(deadly))
        for name, count in (("alone", 0), ("helped", 2))
    )
    assert content(alone) == content(helped)


def test_what_this_process_draws_while_helpers_are_busy_comes_in_the_order_of_the_texts(tmp_path: Path) -> None:
    """Helpers that have just started are busy for longer than this export takes."""
    order = Order(FORMATS["yolo"], Wanted(FORMATS["yolo"]), parse(XML), bytes)
    texts = [json.dumps(picture(number, box("Car", 1, 1, 2, 3))).encode() for number in range(1, 200)]
    with helpers(order, 2) as crew:
        for waited in (False, True):
            while waited and not all(one.takes_texts() for one in crew):
                pass
            made = [sheet.medium.task for one in drawn(texts, crew, order.drawing()) for sheet in one.sheets]
            assert [*range(1, 200)] == made


KILLED = """
import os, signal
from lsform.data.drawing import Order, Wanted
from lsform.data.formats import FORMATS
from lsform.data.helpers import drawn, helpers
from lsform.interface.model import parse
from psutil import Process
wanted = Wanted(FORMATS["yolo"])
order = Order(wanted.form, wanted, parse("<View/>"), bytes)
with helpers(order, 2) as crew:
    while not all(one.takes_texts() for one in crew):
        pass
    list(drawn([b'{"id": 1, "data": {}}'] * 9, crew, order.drawing()))
    print(*(one.pid for one in Process().children()), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_helpers_end_with_the_process_that_started_them_though_it_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert (-signal.SIGKILL, 2) == (done.returncode, len(pids)), done.stderr
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=60)
    assert [] == alive


def test_only_large_exports_get_helpers_and_never_more_than_a_writer_keeps_busy() -> None:
    assert 0 == count_for(WORTH_IT - 1)
    assert count_for(WORTH_IT) == count_for(1 << 40) <= MOST

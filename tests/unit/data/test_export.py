"""What all exports promise: which annotations count, parts that do not move, whole folders, the same bytes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json
from lsform.data import split
from lsform.data.choosing import Policy
from lsform.data.formats import FORMATS
from lsform.data.items import PLAIN, file_name, fit_name
from lsform.data.raw import RawAnnotation, RawResult, RawTask, raw
from lsform.data.reading import Odd, Tasks, raw_in, tasks_in
from tests.unit.data.tasks import BOXES, annotation, box, interface, picture, region, run_export, task

XML = interface(BOXES, '<Choices name="sky" toName="image"><Choice value="Blue"/><Choice value="Grey"/></Choices>')


def sky(value: str) -> dict[str, Json]:
    return {"id": value, "type": "choices", "from_name": "sky", "to_name": "image", "value": {"choices": [value]}}


BY_THREE = task(
    1,
    {"image": "a.jpg"},
    annotation(sky("Grey"), number=1, by=1, at="2026-01-01T00:00:00Z", ground_truth=True),
    annotation(sky("Blue"), number=2, by=2, at="2026-01-02T00:00:00Z"),
    annotation(sky("Blue"), number=3, by=3, at="2026-01-03T00:00:00Z"),
    annotation(sky("Grey"), number=4, by=4, at="2026-01-04T00:00:00Z", was_cancelled=True),
)


@pytest.mark.parametrize(
    ("policy", "counting"),
    [(Policy.LATEST, [3]), (Policy.MAJORITY, [2]), (Policy.GROUND_TRUTH, [1]), (Policy.ALL, [1, 2, 3])],
)
def test_which_annotations_count(tmp_path: Path, policy: Policy, counting: list[int]) -> None:
    made = run_export(tmp_path / "out", "jsonl", XML, [BY_THREE], policy=policy)
    [line] = made.text("annotations.jsonl").splitlines()
    assert counting == [one["id"] for one in json.loads(line)["annotations"]]


def test_the_majority_of_boxes_is_the_one_that_overlaps_most_with_the_others(tmp_path: Path) -> None:
    drawn = [
        annotation(box("Car", 10, 10, 20, 20), number=1, by=1),
        annotation(box("Car", 11, 10, 20, 20), number=2, by=2),
        annotation(box("Car", 60, 60, 20, 20), number=3, by=3),
    ]
    made = run_export(tmp_path / "out", "json", XML, [task(1, {"image": "a"}, *drawn)], policy=Policy.MAJORITY)
    assert [1] == [one["id"] for one in made.json("annotations.json")[0]["annotations"]]


def test_tasks_without_an_annotation_come_only_when_asked_for(tmp_path: Path) -> None:
    tasks = [picture(1, sky("Blue")), task(2, {"image": "b.jpg"})]
    assert [1] == [one["id"] for one in run_export(tmp_path / "a", "json", XML, tasks).json("annotations.json")]
    every = run_export(tmp_path / "b", "json", XML, tasks, unlabeled=True)
    assert [1, 2] == [one["id"] for one in every.json("annotations.json")]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_same_export_has_the_same_bytes(tmp_path: Path, form: str) -> None:
    xml = interface(BOXES)
    tasks = [picture(number, box("Car", number, 1, 2, 3)) for number in range(1, 30)]
    one, two = (run_export(tmp_path / name, form, xml, tasks, split="train=3,val=1") for name in ("one", "two"))
    assert one.files == two.files
    assert one.text("manifest.json") == two.text("manifest.json")
    assert [(one.folder / name).read_bytes() for name in one.files] == [
        (two.folder / n).read_bytes() for n in two.files
    ]


def test_the_manifest_has_a_checksum_of_each_file(tmp_path: Path) -> None:
    made = run_export(tmp_path / "out", "yolo", interface(BOXES), [picture(1, box("Car", 1, 1, 2, 3))])
    assert sorted([*made.json("manifest.json")["files"], "manifest.json"]) == made.files


@given(shares=st.lists(st.integers(1, 9), min_size=1, max_size=4), keys=st.lists(st.text(max_size=9), max_size=9))
def test_a_task_is_in_one_part_whatever_else_there_is(shares: list[int], keys: list[str]) -> None:
    made = split.parse(",".join(f"p{number}={share}" for number, share in enumerate(shares)))
    assert {key: made.part_of(key) for key in keys} == {key: made.part_of(key) for key in reversed(keys)}
    assert {made.part_of(key) for key in keys} <= set(made.parts)


def test_shares_come_out_on_average() -> None:
    made = split.parse("train=80,val=10,test=10")
    counts = Counter(made.part_of(str(number)) for number in range(20_000))
    assert {"train": 0.8, "val": 0.1, "test": 0.1} == {part: round(counts[part] / 20_000, 2) for part in counts}


@pytest.mark.parametrize("text", ["train", "train=0", "train=x", "a=1,a=2", "a b=1", "train=inf"])
def test_a_split_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no part of a split"):
        split.parse(text)


def test_a_folder_with_other_things_in_it_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("four years of work")
    with pytest.raises(UsageError, match="holds something else already"):
        run_export(tmp_path, "json", XML, [])
    assert ["thesis.txt"] == [path.name for path in tmp_path.iterdir()]


def test_an_export_replaces_the_one_before_it_as_a_whole(tmp_path: Path) -> None:
    run_export(tmp_path / "out", "yolo", interface(BOXES), [picture(1, box("Car", 1, 1, 2, 3))])
    made = run_export(tmp_path / "out", "json", XML, [picture(2, sky("Blue"))])
    assert ["annotations.json", "manifest.json"] == made.files
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_an_export_that_fails_leaves_the_one_before_it(tmp_path: Path) -> None:
    run_export(tmp_path / "out", "json", XML, [picture(2, sky("Blue"))])
    before = (tmp_path / "out/annotations.json").read_text()
    with pytest.raises(LsformError, match="task 3, annotation 1: result 1 has no `value`"):
        run_export(tmp_path / "out", "json", XML, [task(3, {}, annotation({"id": "a", "type": "choices"}))])
    assert before == (tmp_path / "out/annotations.json").read_text()
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    "text", [b"[", b'[{"id": 1}', b'[{"id": 1},', b'{"id": 1', b"[3]", b"<html>", b'[{"id": 1} x]']
)
def test_a_text_that_ends_early_is_no_export(text: bytes) -> None:
    with pytest.raises(LsformError, match=r"`a.json` is no export of tasks"):
        list(Tasks(BytesIO(text), "a.json"))


@given(
    st.lists(st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists)), max_size=8),
    st.sampled_from(["array", "pretty", "lines"]),
    st.integers(1, 99),
)
def test_tasks_are_read_as_they_were_written_wherever_the_text_is_cut(
    tasks: list[dict[str, Json]], layout: str, piece: int
) -> None:
    text = {
        "array": json.dumps(tasks, ensure_ascii=True),
        "pretty": json.dumps(tasks, indent=2),
        "lines": "\n".join(map(json.dumps, tasks)),
    }[layout]
    assert tasks == list(Tasks(BytesIO(text.encode()), "a.json", piece))


@pytest.mark.parametrize("options", [{}, {"separators": (",", ":")}, {"indent": 2}, {"ensure_ascii": False}])
def test_an_array_of_tasks_is_cut_between_tasks_and_nowhere_else(options: dict[str, Any]) -> None:
    tasks = [picture(number, box("Käse", number, 1, 2, 3), sky("Blue")) for number in range(1, 40)]
    texts = list(Tasks(BytesIO(json.dumps(tasks, **options).encode()), "a.json", 3_000).texts())
    assert tasks == [task for text in texts for task in tasks_in(text)]
    assert len(texts) > 3


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3),
    max_leaves=6,
)


def _with_fields_of(raw: type[Struct], **lists: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What Label Studio might write, and what it does not; mostly with the lists that are expected."""
    plain = {name: _JSON for name in (*raw.__struct_fields__, "origin") if name not in lists}
    expected = {name: st.lists(one, max_size=3) for name, one in lists.items()}
    return st.fixed_dictionaries({}, optional={**plain, **expected}) | st.fixed_dictionaries(
        {}, optional={**plain, **dict.fromkeys(lists, _JSON)}
    )


_RESULTS = _with_fields_of(RawResult)
_TASKS = _with_fields_of(RawTask, annotations=_with_fields_of(RawAnnotation, result=_RESULTS | _JSON) | _JSON)


@given(st.lists(_TASKS, max_size=3))
def test_what_counts_of_a_task_is_the_same_whether_the_parser_looks_for_it_or_we_do(tasks: list[Any]) -> None:
    text = json.dumps(tasks, ensure_ascii=False)
    assert [raw(task) for task in tasks] == raw_in(text[1:-1].encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "text", ['{"id": 1', '{"note": "\\ud800"}', '{"note": NaN}', '{"note": 01}', '{"note": "\xff"}']
)
def test_what_is_wrong_in_a_field_that_nobody_asks_for_is_seen(text: str) -> None:
    with pytest.raises(Odd):
        raw_in(text.encode("latin-1"))


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "parquet", "yolo"])
@pytest.mark.parametrize("identity", [[7], True, "7", 1 << 64])
def test_an_annotation_whose_id_is_none_is_told_with_its_task(tmp_path: Path, form: str, identity: Any) -> None:
    broken = task(3, {"image": "a.jpg"}, annotation(sky("Blue"), number=identity))
    with pytest.raises(LsformError, match=r"task 3, an annotation has an `id` that is no whole number: ") as error:
        run_export(tmp_path / "out", form, XML, [picture(1, sky("Grey")), broken])
    assert "mend the annotation in Label Studio, or delete it" == error.value.hint


def test_an_annotation_without_an_id_is_kept(tmp_path: Path) -> None:
    lone = {key: value for key, value in annotation(sky("Blue")).items() if key != "id"}
    made = run_export(tmp_path / "out", "json", XML, [task(3, {"image": "a.jpg"}, lone)])
    assert [lone] == made.json("annotations.json")[0]["annotations"]


@pytest.mark.parametrize("place", [{"x": 10**400}, {"points": [[0, 0], [1, 10**400], [2, 2]]}])
def test_a_number_that_no_computer_holds_is_told(tmp_path: Path, place: dict[str, Any]) -> None:
    far = region("rectanglelabels", "box", ["Car"], ref="far", **{"y": 1, "width": 1, "height": 1, **place})
    with pytest.raises(LsformError, match="task 1, annotation 1: the region `far` has a number beyond all numbers"):
        run_export(tmp_path / "out", "coco", XML, [picture(1, far)])


@given(st.from_regex(PLAIN, fullmatch=True))
def test_the_name_of_a_plain_address_is_the_one_of_an_address_that_was_taken_apart(url: str) -> None:
    assert fit_name(url) == file_name(url)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.com/a/b%20c.jpg?X-Amz=1", "b_c.jpg"),
        ("s3://bucket/x/1.jpg", "1.jpg"),
        ("/data/local-files/?d=images/2.PNG", "2.PNG"),
        ("/data/upload/3/abc-käse.jpeg", "abc-käse.jpeg"),
        ("data:image/png;base64,AAAA", "medium.png"),
        ("https://example.com/", "medium"),
        ("https://example.com/..", "medium"),
        ("//a.jpg", "medium"),
        ("data://image/a.jpg", "medium._image_a.jpg"),
        ("/data/upload/3/a..jpg", "a.jpg"),
        ("/a/.hidden.jpg", "hidden.jpg"),
        (f"/a/{'x' * 101}.jpg", f"{'x' * 100}.jpg"),
    ],
)
def test_names_of_files(url: str, name: str) -> None:
    assert name == file_name(url)


def test_a_table_has_a_row_an_annotation_and_a_column_a_control(tmp_path: Path) -> None:
    made = run_export(tmp_path / "out", "csv", XML, [BY_THREE], policy=Policy.ALL)
    rows = list(csv.DictReader(made.text("annotations.csv").splitlines()))
    assert [("1", "Grey"), ("2", "Blue"), ("3", "Blue")] == [(row["annotation"], row["control.sky"]) for row in rows]


def test_parquet_has_what_csv_has(tmp_path: Path) -> None:
    from pyarrow import parquet

    tasks = [picture(number, sky("Blue"), box("Car", 1, 2, 3, 4)) for number in range(1, 4)]
    text = run_export(tmp_path / "csv", "csv", XML, tasks)
    table = parquet.read_table(run_export(tmp_path / "parquet", "parquet", XML, tasks).folder / "annotations.parquet")
    rows = [{key: str(value) for key, value in row.items()} for row in table.to_pylist()]
    assert list(csv.DictReader(text.text("annotations.csv").splitlines())) == [
        {**row, "part": row["part"]} for row in rows
    ]

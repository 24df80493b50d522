"""However a server fails on the way, an import ends with each task once, or ends where the next one goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lsform.core.errors import LsformError, ServerError
from lsform.data import batches, intake, loading, predicting
from lsform.data.intake import Loading, check
from lsform.data.loading import compare, send
from lsform.data.sources import Source, file_source
from lsform.data.tasks import key_of_data, key_of_field, task_of
from lsform.data.validation import Checker
from lsform.interface.model import parse
from tests.unit.data.shelf import Row, Shelf, lost

CHECKER = Checker(
    parse('<View><Text name="t" value="$t"/><Choices name="k" toName="t"><Choice value="A"/></Choices></View>')
)


def quiet(_text: str, _done: int, _total: int) -> None:
    """Nobody listens."""


def source(records: Iterable[Any]) -> Source:
    text = "".join(json.dumps(one) + "\n" for one in records)
    return Source("a.jsonl", Path("a.jsonl"), "jsonl", BytesIO(text.encode()))


@contextmanager
def opened(records: Iterable[Any], key: str = "") -> Iterator[Loading]:
    made = Loading([source(records)], key_of_field(key) if key else key_of_data, key)
    yield made
    made.close()


def load(shelf: Shelf, records: Iterable[Any], key: str = "", settle: float = 0) -> Loading:
    with opened(records, key) as made:
        check(made, CHECKER, quiet)
        before = compare(made, shelf, 1, quiet)
        send(made, shelf, 1, before, quiet, settle=settle)
        return made


def texts(count: int, begin: int = 0) -> list[Row]:
    return [{"t": f"text {number}"} for number in range(begin, begin + count)]


def at(number: int, do: Callable[[Shelf], None]) -> Callable[[Shelf], None]:
    """Do something at the write of this number, from 1."""
    return lambda shelf: do(shelf) if len(shelf.sent) == number else None


def raising(error: ServerError) -> Callable[[Shelf], None]:
    def fault(_shelf: Shelf) -> None:
        raise error

    return fault


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_TASKS", 3)
    monkeypatch.setattr(predicting, "MOST", 3)


def test_an_empty_project_is_not_listed() -> None:
    shelf = Shelf()
    tally = load(shelf, texts(7)).tally
    assert (7, 0, [3, 3, 1], 0) == (tally.imported, tally.there, shelf.sent, shelf.listed)
    tally = load(shelf, texts(8)).tally
    assert (1, 7, texts(8)) == (tally.imported, tally.there, shelf.data)


def test_a_batch_is_limited_by_its_bytes_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BYTES", 60)
    shelf = Shelf()
    load(shelf, [{"t": "x" * 100}, *texts(3)])
    assert [1, 2, 1] == shelf.sent


def test_the_first_of_two_records_of_one_key_counts() -> None:
    shelf = Shelf()
    made = load(shelf, [{"t": "a", "n": 1}, {"t": "b", "n": 1}, {"t": "c", "n": 2}], key="n")
    assert [{"t": "a", "n": 1}, {"t": "c", "n": 2}] == shelf.data
    assert (1, 2) == (made.tally.repeated, made.tally.imported)
    [finding] = made.complaints.first
    assert "a.jsonl:2: has the same `n` as a.jsonl:1" == f"{finding.span}: {finding.message}"


@pytest.mark.parametrize("error", [lost(), ServerError("gateway", status=504), ServerError("bug", status=500)])
@pytest.mark.parametrize("arrives", [True, False])
def test_what_an_unclear_answer_leaves_open_is_looked_up(error: ServerError, arrives: bool) -> None:
    fault = at(2, raising(error))
    shelf = Shelf(after=fault) if arrives else Shelf(before=fault)
    tally = load(shelf, texts(7)).tally
    assert (texts(7), 7, 0) == (shelf.data, tally.imported, tally.doubles_removed)
    assert ([3, 3, 1] if arrives else [3, 3, 3, 1]) == shelf.sent


def test_a_batch_that_comes_in_after_its_answer_was_lost_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    shelf.before = at(2, raising(lost()))
    monkeypatch.setattr(loading.time, "sleep", lambda _seconds: shelf.put(*({"data": one} for one in texts(3, 3))))
    load(shelf, texts(7), settle=60)
    assert (texts(7), [3, 3, 1]) == (shelf.data, shelf.sent)


def test_an_import_that_the_server_refuses_ends_and_the_next_one_goes_on() -> None:
    shelf = Shelf(before=at(2, raising(ServerError("no", status=400))))
    with pytest.raises(ServerError, match="no"):
        load(shelf, texts(7))
    assert texts(3) == shelf.data
    load(shelf, texts(7))
    assert texts(7) == shelf.data


def test_answers_that_are_lost_again_and_again_end_the_import() -> None:
    shelf = Shelf(before=raising(lost()))
    with pytest.raises(ServerError, match="no answer"):
        load(shelf, texts(2))
    assert [2] * loading.SENDINGS == shelf.sent


def replayed(shelf: Shelf) -> None:
    shelf.put(*list(shelf.rows.values())[-shelf.sent[-1] :])


def test_a_batch_that_was_taken_twice_is_taken_back_but_for_what_people_did_on_it() -> None:
    def meanwhile(shelf: Shelf) -> None:
        replayed(shelf)
        numbers = list(shelf.rows)
        shelf.rows[numbers[-1]] = {**shelf.rows[numbers[-1]], "annotations": [{"result": ["new"]}]}
        shelf.rows[numbers[-2]] = {**shelf.rows[numbers[-2]], "drafts": [1]}

    shelf = Shelf(after=at(1, meanwhile))
    tally = load(shelf, texts(3)).tally
    assert (1, 2) == (tally.doubles_removed, tally.doubles_left)
    assert [*texts(3), *texts(2, 1)] == shelf.data


def test_a_copy_with_the_annotations_that_its_first_has_goes() -> None:
    result = [{"from_name": "k", "to_name": "t", "type": "choices", "value": {"choices": ["A"]}}]
    shelf = Shelf(after=replayed)
    load(shelf, [{"data": one, "annotations": [{"result": result}]} for one in texts(2)])
    assert texts(2) == shelf.data


RESULT = [{"from_name": "k", "to_name": "t", "type": "choices", "value": {"choices": ["A"]}}]
RICH = [
    {"data": one, "annotations": [{"result": RESULT}], "predictions": [{"result": RESULT, "model_version": "v"}]}
    for one in texts(4)
]


@pytest.mark.parametrize("killed", [False, True])
def test_annotations_that_the_server_lost_are_brought_after_their_tasks(killed: bool) -> None:
    """Also those of a batch that came in after its import was killed."""
    shelf = Shelf(forgets=True, after=at(2, raising(ServerError("killed", status=400))) if killed else Shelf.after)
    if killed:
        with pytest.raises(ServerError, match="killed"):
            load(shelf, RICH)
    tally = load(shelf, RICH).tally
    assert (texts(4), 4) == (shelf.data, tally.completed)
    assert [[{"result": RESULT}]] * 4 == [row["annotations"] for row in shelf.rows.values()]
    assert [1, 2, 3, 4] == sorted(one["task"] for one in shelf.guesses.values())
    assert 0 == load(shelf, RICH).tally.completed


def test_copies_that_were_there_before_are_none_of_ours() -> None:
    shelf = Shelf(after=replayed)
    shelf.put({"data": {"t": "text 0"}}, {"data": {"t": "text 0"}})
    tally = load(shelf, texts(2)).tally
    assert [{"t": "text 0"}, *texts(2)] == shelf.data
    assert 1 == tally.doubles_before


FAULTS = st.dictionaries(
    st.integers(1, 6), st.sampled_from(["lost before", "lost after", "replayed", "killed"]), max_size=4
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.integers(0, 9), FAULTS)
@example(4, {1: "replayed", 2: "lost before", 3: "lost before", 4: "lost before"})
def test_each_task_is_there_once_whatever_fails(count: int, faults: dict[int, str]) -> None:
    shelf = Shelf()

    def before(shelf: Shelf) -> None:
        if faults.get(len(shelf.sent)) == "lost before":
            raise lost()

    def after(shelf: Shelf) -> None:
        match faults.get(len(shelf.sent)):
            case "replayed":
                replayed(shelf)
            case "lost after":
                raise lost()
            case "killed":
                raise KeyboardInterrupt

    shelf.before, shelf.after = before, after
    for _ in range(1 + len(faults)):
        try:
            load(shelf, texts(count))
        except (KeyboardInterrupt, ServerError):
            continue
    # what was replayed just before a kill was there when the next import began, and so is left alone
    assert sorted(map(str, texts(count))) == sorted({str(one) for one in shelf.data})
    if "killed" not in faults.values():
        assert count == len(shelf.data)


def test_a_file_that_changes_while_it_is_read_ends_the_import(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"t": "a"}\n{"t": "b"}\n')
    with pytest.raises(LsformError, match="changed while it was read"):
        for _ in file_source(path, "a.jsonl").rows():
            path.write_text("{}\n")


def test_predictions_that_stand_among_the_data_are_told_from_data_of_that_name() -> None:
    prediction = {"result": [], "model_version": "v"}
    assert ({"t": "a"}, [prediction]) == _split({"t": "a", "predictions": [prediction]})
    assert ({"t": "a", "predictions": "rain"}, None) == _split({"t": "a", "predictions": "rain"})
    assert ({"t": "a", "predictions": ["rain"]}, None) == _split({"t": "a", "predictions": ["rain"]})


def _split(record: Row) -> tuple[Any, Any]:
    task = task_of(record)
    return task.data, task.predictions


# -- predictions --------------------------------------------------------------------------------------------------


def guess(task: Any, label: str = "A", score: float = 0.5) -> Row:
    result = [{"from_name": "k", "to_name": "t", "type": "choices", "value": {"choices": [label]}}]
    return {"task": task, "result": result, "score": score}


def predict(shelf: Shelf, records: Iterable[Any], key: str = "") -> tuple[Loading, predicting.Result]:
    with opened(records, key) as rows:
        predicting.check(rows, CHECKER, "v2", quiet)
        predicting.find_tasks(rows, shelf, 1, quiet)
        intake.refuse([rows])
        return rows, predicting.upsert(rows, shelf, 1, "v2", quiet, settle=0)


def said(shelf: Shelf) -> list[tuple[int, str, float]]:
    return sorted((one["task"], one["model_version"], one["score"]) for one in shelf.guesses.values())


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf()
    made.put(*({"data": one} for one in texts(7)))
    return made


def test_only_predictions_that_differ_are_sent(shelf: Shelf) -> None:
    shelf.guesses[100] = {**guess(1), "model_version": "v1"}
    _, made = predict(shelf, [guess(number) for number in range(1, 6)])
    assert (5, 0, [3, 2]) == (made.created, made.replaced, shelf.sent)
    for changes in (1, 0):  # a whole number comes back as a float
        _, made = predict(shelf, [guess(1), guess(2, score=1)])
        assert (changes, changes, 2 - changes) == (made.created, made.replaced, made.unchanged)
    assert [(1, "v1", 0.5), (1, "v2", 0.5), (2, "v2", 1), (3, "v2", 0.5), (4, "v2", 0.5), (5, "v2", 0.5)] == said(shelf)


def test_predictions_find_their_tasks_by_a_field(shelf: Shelf) -> None:
    predict(shelf, [guess("text 3"), guess("text 0"), guess("text 3", score=1)], key="t")
    assert [(1, "v2", 0.5), (4, "v2", 0.5)] == said(shelf)


@pytest.mark.parametrize("fault", ["lost before", "lost after", "replayed"])
def test_each_task_has_one_prediction_whatever_fails(shelf: Shelf, fault: str) -> None:
    shelf.guesses[100] = {**guess(4, score=0.1), "model_version": "v2"}

    def twice(shelf: Shelf) -> None:
        for one in list(shelf.guesses.values())[-shelf.sent[-1] :]:
            shelf.guesses[shelf.number()] = one

    match fault:
        case "lost before":
            shelf.before = at(2, raising(lost()))
        case "lost after":
            shelf.after = at(2, raising(lost()))
        case _:
            shelf.after = at(2, twice)
    predict(shelf, [guess(number) for number in range(1, 8)])
    assert [(number, "v2", 0.5) for number in range(1, 8)] == said(shelf)


def test_predictions_that_the_server_drops_are_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "add_predictions", lambda _project, _all: 0)
    with pytest.raises(ServerError, match="the server made 0 of 1 predictions"):
        predict(shelf, [guess(1)])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (guess(99), "`task` is none of the project: no task has this id"),
        (guess("1"), '`task` is "1", and no id'),
        (guess(1, score=1.5), "`score` is 1.5"),
        (guess(1, "B"), "`result[0].value.choices` holds `B`, which is no label of it"),
        ({**guess(1), "model_version": "v1"}, "`model_version` is `v1`, and not `v2`"),
        ({"task": 1}, "`result` is no list"),
        ({"result": []}, "`task` is missing"),
    ],
)
def test_rows_that_are_no_prediction(shelf: Shelf, row: Row, message: str) -> None:
    with opened([row]) as rows:
        predicting.check(rows, CHECKER, "v2", quiet)
        predicting.find_tasks(rows, shelf, 1, quiet)
        assert [message] == [one.message for one in rows.complaints.first]
        with pytest.raises(LsformError, match="1 of 1 records cannot be imported"):
            intake.refuse([rows])
    assert [] == shelf.sent

"""A server of tasks in memory that loses answers, replays requests and breaks off, as a test tells it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lsform.core.errors import ServerError

Fault = Callable[["Shelf"], None]
Row = dict[str, Any]


def lost() -> ServerError:
    return ServerError("no answer", status=0)


@dataclass
class Shelf:
    """`before` and `after` are called at each write, and may raise; `sent` has the size of each batch.

    One that `forgets` drops annotations and predictions of imports, as Label Studio does when it runs one again.
    """

    rows: dict[int, Row] = field(default_factory=dict)
    guesses: dict[int, Row] = field(default_factory=dict)
    before: Fault = lambda _shelf: None
    after: Fault = lambda _shelf: None
    sent: list[int] = field(default_factory=list)
    listed: int = 0
    top: int = 0
    forgets: bool = False

    def number(self) -> int:
        self.top += 1
        return self.top

    def put(self, *rows: Row) -> None:
        for row in rows:
            self.rows[self.number()] = row

    @property
    def data(self) -> list[Row]:
        return [row["data"] for row in self.rows.values()]

    def count_tasks(self, _project: int) -> int:
        return len(self.rows)

    def count_predictions(self, _project: int) -> int:
        return len(self.guesses)

    def tasks(self, _project: int, *, newest_first: bool = False) -> Iterator[tuple[int, Row, int, int]]:
        for number in sorted(self.rows, reverse=newest_first):
            self.listed += 1
            row = self.rows[number]
            guesses = sum(one["task"] == number for one in self.guesses.values())
            yield number, row["data"], len(row.get("annotations", [])), guesses + len(row.get("predictions", []))

    def work(self, _project: int) -> Iterator[tuple[int, list[Any] | None]]:
        for number, row in self.rows.items():
            results = [one["result"] for one in row.get("annotations", [])]
            yield number, None if row.get("drafts") else results

    def add_tasks(self, _project: int, body: bytes) -> tuple[int, int]:
        tasks = json.loads(body)
        self.sent.append(len(tasks))
        self.before(self)
        for task in tasks if self.forgets else ():
            task.pop("annotations", None), task.pop("predictions", None)
        self.put(*tasks)
        self.after(self)
        first, second = (sum(len(one.get(name, [])) for one in tasks) for name in ("annotations", "predictions"))
        return first, second

    def add_annotations(self, task: int, annotations: list[Any], _name: str) -> None:
        self.rows[task] = {**self.rows[task], "annotations": annotations}

    def remove_tasks(self, _project: int, ids: Sequence[int]) -> None:
        for number in ids:
            del self.rows[number]

    def predictions(self, _project: int, version: str) -> Iterator[tuple[int, int, Any]]:
        for number, one in self.guesses.items():
            if one["model_version"] == version:
                score = one.get("score")
                yield one["task"], number, {"result": one["result"], "score": None if score is None else float(score)}

    def add_predictions(self, _project: int, predictions: list[Any]) -> int:
        self.sent.append(len(predictions))
        self.before(self)
        for one in predictions:
            self.guesses[self.number()] = one
        self.after(self)
        return len(predictions)

    def remove_prediction(self, prediction: int) -> None:
        self.guesses.pop(prediction)

"""Which tasks people should label first. Pure; memory is that of what is chosen, however many tasks there are.

Law: the order in which tasks come makes no difference, and the same seed chooses the same.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from lsform.core.errors import UsageError
from lsform.core.values import Json
from lsform.data.diversity import in_turn, k_center, k_means
from lsform.data.opinions import Measure, Unusable, opinion
from lsform.data.pool import Candidate, Task

BY_STRATEGY, BY_CHANCE = "strategy", "random"
DIVERSITIES = ("none", "k-center", "k-means")
Order = tuple[float | str, bool, Task]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to choose. `breadth` says how many times as many of the least sure tasks diversity chooses from."""

    measure: Measure
    count: int
    random_share: float = 0.0
    seed: int = 0
    diversity: str = "none"
    clusters: int = 0
    breadth: int = 10

    @property
    def by_chance(self) -> int:
        """How many are chosen by chance, halves rounded up."""
        return int(self.count * self.random_share + 0.5)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task that was chosen; its score is None when it was chosen by chance and nothing usable is said of it."""

    task: Task
    score: float | None
    chosen: str
    cluster: int | None = None


@dataclass(slots=True)
class Selection:
    """What came of it. `left_out`: reason -> of how many tasks no score could be told, `first` an example of each."""

    tasks: list[Chosen] = field(default_factory=list)
    considered: int = 0
    scored: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    first: dict[str, Task] = field(default_factory=dict)


class _Least:
    """The `limit` least of what it is given."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[tuple[Order, float | None]] = []

    def add(self, order: Order, score: float | None) -> None:
        self._kept.append((order, score))
        if len(self._kept) >= 2 * self._limit + 1_000:  # now and then, which costs less than a heap of tuples in order
            self._kept = heapq.nsmallest(self._limit, self._kept)

    def kept(self) -> list[tuple[Task, float | None]]:
        return [(order[2], score) for order, score in heapq.nsmallest(self._limit, self._kept)]


def select(
    candidates: Iterable[Candidate],
    wanted: Wanted,
    labels: dict[str, tuple[str, ...]],
    vector: Callable[[Task], Sequence[float] | None],
    tell: Callable[[int], None],
) -> Selection:
    """Choose: first by chance from all tasks, scores or none, then the least sure of the others."""
    made = Selection()
    drawn, limit = wanted.by_chance, wanted.count - wanted.by_chance
    wide = limit * (1 if wanted.diversity == "none" else wanted.breadth)
    chance, unsure = _Least(drawn), _Least(wide + drawn)
    for made.considered, one in enumerate(candidates, start=1):
        score = _score(one, wanted.measure, labels, made)
        chance.add((_lot(one.task, wanted.seed), *_named(one.task)), score)
        if score is not None:
            made.scored += 1
            unsure.add((-score, *_named(one.task)), score)
        tell(made.considered)
    lucky = [Chosen(task, score, BY_CHANCE) for task, score in chance.kept()]
    taken = {one.task for one in lucky}
    ranked = [Chosen(task, score, BY_STRATEGY) for task, score in unsure.kept() if task not in taken][:wide]
    made.tasks = [*_spread(ranked, limit, wanted, vector), *lucky]
    return made


def _score(one: Candidate, measure: Measure, labels: dict[str, tuple[str, ...]], made: Selection) -> float | None:
    try:
        if not one.said:
            raise Unusable("nothing has predicted them")
        return measure.score([opinion(said, labels) for said in one.said])
    except Unusable as error:
        made.left_out[str(error)] += 1
        made.first.setdefault(str(error), one.task)
        return None


def _spread(
    ranked: list[Chosen], count: int, wanted: Wanted, vector: Callable[[Task], Sequence[float] | None]
) -> list[Chosen]:
    if wanted.diversity == "none" or not ranked:
        return ranked[:count]
    points = [_point(one.task, vector) for one in ranked]
    if len({len(point) for point in points}) > 1:
        raise UsageError("the embeddings are not all of one length", hint="make them with one model")
    if wanted.diversity == "k-center":
        return [ranked[place] for place in k_center(points, count)]
    clusters = k_means(points, wanted.clusters or count, seed=wanted.seed)
    return [replace(ranked[place], cluster=clusters[place]) for place in in_turn(clusters, count)]


def _point(task: Task, vector: Callable[[Task], Sequence[float] | None]) -> Sequence[float]:
    found = vector(task)
    if found is None:
        hint = "`--embedding FIELD` is the field of its data that has one, `--embeddings FILE` a file of rows"
        raise UsageError(f"the task {task} has no embedding", hint=hint)
    return found


def _lot(task: Task, seed: int) -> str:
    """The task's place in a shuffle that depends on the seed and on nothing else."""
    return hashlib.sha256(f"{seed}/{task}".encode("utf-8", "surrogatepass")).hexdigest()


def _named(task: Task) -> tuple[bool, Task]:
    """Names in an order: numbers first, which cannot be compared with text."""
    return isinstance(task, str), task


def vector_of(value: Json) -> list[float] | None:
    """An embedding as it stands in data; None when it is none."""
    if not isinstance(value, list) or not value:
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in value):
        return None
    return [float(one) for one in value if isinstance(one, int | float)]

"""Which tasks are chosen: laws for any pool, places of predictions, tasks that differ."""

from __future__ import annotations

import math
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from lsform.core.errors import UsageError
from lsform.data.diversity import in_turn, k_center, k_means
from lsform.data.opinions import Measure, Unusable, opinion
from lsform.data.pool import Candidate, Pool, Task
from lsform.data.selection import BY_CHANCE, BY_STRATEGY, Selection, Wanted, select
from lsform.interface.model import parse
from tests.unit.engine.generated import LAWS

LEAST = Measure("least-confidence")
NAMES = st.integers(1, 10_000) | st.text(min_size=1, max_size=5)
POOLS = st.dictionaries(NAMES, st.none() | st.floats(0, 1), min_size=1, max_size=60)
COUNTS, SHARES, SEEDS = st.integers(1, 30), st.floats(0, 1), st.integers(0, 100)


def pool(scores: dict[Task, float | None]) -> list[Candidate]:
    return [Candidate(task, () if score is None else ({"score": score},)) for task, score in scores.items()]


def chosen(candidates: list[Candidate], wanted: Wanted, vectors: dict[Task, list[float]] | None = None) -> Selection:
    return select(candidates, wanted, {}, (vectors or {}).get, lambda _number: None)


@LAWS
@given(scores=POOLS, count=COUNTS, share=SHARES, seed=SEEDS, order=st.randoms(use_true_random=False))
def test_the_order_of_a_pool_makes_no_difference(
    scores: dict[Task, float | None], count: int, share: float, seed: int, order: random.Random
) -> None:
    wanted = Wanted(LEAST, count, share, seed)
    candidates = pool(scores)
    mixed = order.sample(candidates, len(candidates))
    assert chosen(candidates, wanted).tasks == chosen(mixed, wanted).tasks


@LAWS
@given(scores=POOLS, count=COUNTS, share=SHARES, seed=SEEDS)
def test_as_many_are_drawn_by_chance_as_the_share_says_and_nothing_twice(
    scores: dict[Task, float | None], count: int, share: float, seed: int
) -> None:
    found = chosen(pool(scores), Wanted(LEAST, count, share, seed)).tasks
    drawn = [one.task for one in found if one.chosen == BY_CHANCE]
    assert min(int(count * share + 0.5), len(scores)) == len(drawn)
    assert len(found) == len({one.task for one in found})
    informed = [one for one in found if one.chosen == BY_STRATEGY]
    known = sum(score is not None for task, score in scores.items() if task not in drawn)
    assert min(count - int(count * share + 0.5), known) == len(informed)
    left = [score for task, score in scores.items() if score is not None and task not in drawn]
    assert sorted(left)[: len(informed)] == pytest.approx([1 - (one.score or 0) for one in informed])


@LAWS
@given(count=COUNTS, seed=SEEDS)
def test_what_is_drawn_by_chance_takes_no_notice_of_scores(count: int, seed: int) -> None:
    wanted = Wanted(LEAST, count, 1.0, seed)
    up = chosen(pool({task: task / 50 for task in range(1, 51)}), wanted).tasks
    down = chosen(pool({task: 1 - task / 50 for task in range(1, 51)}), wanted).tasks
    assert [one.task for one in up] == [one.task for one in down]


def test_every_task_is_drawn_equally_often() -> None:
    candidates = pool(dict.fromkeys(range(1, 21), 0.5))
    drawn = [one.task for seed in range(1_000) for one in chosen(candidates, Wanted(LEAST, 5, 1.0, seed)).tasks]
    counts = [drawn.count(task) for task in range(1, 21)]
    assert (5_000, True) == (sum(counts), all(190 < count < 310 for count in counts))  # 250, and 4 deviations of 14


def test_tasks_of_which_nothing_is_said_are_counted_with_the_reason() -> None:
    found = chosen(pool({1: None, 2: 0.3, 3: None}), Wanted(LEAST, 5))
    assert ([2], 3, 1) == ([one.task for one in found.tasks], found.considered, found.scored)
    assert {"nothing has predicted them": 2} == found.left_out
    assert {"nothing has predicted them": 1} == found.first


def test_a_large_pool_gives_what_sorting_all_of_it_would() -> None:
    scores = {task: (task * 7919 % 20_011) / 20_011 for task in range(1, 20_001)}
    found = chosen(pool({**scores}), Wanted(LEAST, 50)).tasks
    assert sorted(scores, key=lambda task: scores[task])[:50] == [one.task for one in found]


def box(x: float, score: float | None = None, label: str = "Car", **meta: float) -> dict[str, Any]:
    result = {"from_name": "box", "type": "rectanglelabels", "value": {"x": x, "rectanglelabels": [label]}}
    return {
        **result,
        **({"score": score} if score is not None else {}),
        "meta": {"probabilities": meta} if meta else {},
    }


@pytest.mark.parametrize(("aggregate", "score"), [("max", 0.6), ("mean", 0.4), ("sum", 0.8)])
def test_boxes_become_one_score_of_their_task(aggregate: str, score: float) -> None:
    said = opinion({"result": [box(1, 0.8), box(2, 0.4)]}, {})
    assert score == pytest.approx(Measure("least-confidence", aggregate).score([said]))


def test_probabilities_of_a_result_are_taken_before_its_score() -> None:
    said = opinion({"result": [box(1, 0.9, Car=0.5, Bus=0.3, Bike=0.2)], "score": 0.9}, {})
    assert (0.5, 0.8) == (LEAST.score([said]), pytest.approx(Measure("margin").score([said])))


def test_a_score_says_all_of_two_labels_and_not_of_three() -> None:
    xml = '<View><Image name="i" value="$i"/><RectangleLabels name="box" toName="i">{}</RectangleLabels></View>'
    labels = ["Car", "Bus", "Bike"]
    measure = Measure("entropy")
    for count in (1, 2):
        known = measure.labels(parse(xml.format("".join(f'<Label value="{one}"/>' for one in labels[:count]))))
        found = measure.score([opinion({"result": [box(1, 0.25)]}, known)])
        assert -(0.25 * math.log(0.25) + 0.75 * math.log(0.75)) == pytest.approx(found)
    known = measure.labels(parse(xml.format("".join(f'<Label value="{one}"/>' for one in labels))))
    with pytest.raises(Unusable, match="needs the probabilities"):
        measure.score([opinion({"result": [box(1, 0.25)]}, known)])


@pytest.mark.parametrize(
    ("prediction", "reason"),
    [
        ({"probabilities": {"A": 0.5, "B": 0.2}}, "do not add up to 1"),
        ({"probabilities": {"A": True}}, "do not add up to 1"),
        ({"result": [box(1, 50)]}, "not between 0 and 1"),
        ({"result": [box(1)]}, "neither probabilities nor a score"),
        ({}, "neither probabilities nor a score"),
    ],
)
def test_what_cannot_be_used_says_why(prediction: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        opinion(prediction, {})


def test_members_are_compared_place_by_place_and_silence_is_a_vote_for_nothing() -> None:
    one, other = (opinion({"result": result}, {}) for result in ([box(1, 0.9), box(2, 0.9)], [box(1, 0.6)]))
    measure = Measure("vote-entropy", "sum")
    assert (0.0, math.log(2)) == (measure.score([other, other]), pytest.approx(measure.score([one, other])))
    with pytest.raises(Unusable, match="only one version"):
        measure.score([one])


def test_a_pool_has_each_task_once_and_leaves_out_those_that_are_done() -> None:
    with closing(Pool()) as found:
        found.there("done", 7, is_done=True)
        found.there("open", 8, is_done=False)
        for task in ("done", "open", "elsewhere", 3):
            found.say(task, 1, {"score": 0.1})
            found.say(task, 0, {"score": 0.5})
        found.say("open", 0, {"score": 0.2})
        found.place("open", [0.5, 1.5])
        assert [3, "elsewhere", "open"] == [one.task for one in found.candidates(there=False)]
        assert [Candidate("open", ({"score": 0.2}, {"score": 0.1}))] == list(found.candidates(there=True))
        assert (8, None, [0.5, 1.5], 4) == (
            found.remote("open"), found.remote(3), found.vector("open"), found.count(),
        )  # fmt: skip


POINTS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=25)


@LAWS
@given(points=POINTS, count=st.integers(1, 25))
def test_k_center_takes_the_farthest_point_each_time(points: list[tuple[int, int]], count: int) -> None:
    found = k_center(points, count)
    assert min(count, len(points)) == len(set(found)) == len(found)
    assert 0 == found[0]
    for step in range(1, len(found)):
        taken = [points[place] for place in found[:step]]
        left = [place for place in range(len(points)) if place not in found[:step]]
        apart = {place: min(math.dist(points[place], one) for one in taken) for place in left}
        assert max(apart.values()) == pytest.approx(apart[found[step]])


def blobs(count: int) -> Iterator[list[float]]:
    chance = np.random.default_rng(1)
    for number in range(60):
        x, y = chance.normal(0, 0.1, 2)
        yield [x + 10 * (number % count), y + 5 * (number % count) ** 2]


def test_k_means_finds_what_scikit_learn_finds() -> None:
    points = [*blobs(4)]
    theirs = KMeans(4, n_init=10, random_state=0).fit(points).labels_
    numbers: dict[int, int] = {}
    assert [numbers.setdefault(int(one), len(numbers)) for one in theirs] == k_means(points, 4, seed=0)


@LAWS
@given(points=POINTS, clusters=st.integers(1, 8), seed=SEEDS)
def test_k_means_gives_the_same_for_the_same_seed_and_twins_one_cluster(
    points: list[tuple[int, int]], clusters: int, seed: int
) -> None:
    found = k_means(points, clusters, seed=seed)
    assert found == k_means(points, clusters, seed=seed)
    assert len(set(zip(points, found, strict=True))) == len(set(points))
    assert set(found) <= set(range(clusters))


def test_clusters_take_turns() -> None:
    assert [0, 2, 4, 1, 3] == in_turn([0, 0, 1, 0, 2], 9)


def test_diverse_tasks_come_from_all_clusters_of_the_least_sure() -> None:
    vectors: dict[Task, list[float]] = dict(enumerate(blobs(4), start=1))
    candidates = pool({task: task / 100 for task in vectors})
    for diversity in ("k-means", "k-center"):
        found = chosen(candidates, Wanted(LEAST, 4, diversity=diversity), vectors).tasks
        assert {0, 1, 2, 3} == {(int(one.task) - 1) % 4 for one in found}, diversity
        assert 1 == found[0].task
    with pytest.raises(UsageError, match="has no embedding"):
        chosen(candidates, Wanted(LEAST, 4, diversity="k-center"))


def test_memory_does_not_grow_with_the_pool() -> None:
    """Of five times as many tasks, as many are in memory: what is beyond the cache of SQLite is on disk."""

    def peak(count: int) -> int:
        with closing(Pool()) as found:
            tracemalloc.start()
            for task in range(count):
                found.say(task, 0, {"score": task % 997 / 997})
            made = select(found.candidates(there=False), Wanted(LEAST, 10, 0.5), {}, found.vector, lambda _number: None)
            assert (count, 10) == (made.considered, len(made.tasks))
            used = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return used

    few, many = peak(2_000), peak(10_000)
    assert many < few + 200_000

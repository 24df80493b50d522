"""Which of many points stand for all of them: k-center greedy and k-means. Pure: numpy, and chance by a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from lsform.core.collector import load
from lsform.core.errors import LsformError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROUNDS = 100  # of k-means; it ends sooner when nothing moves
Points = Sequence[Sequence[float]]


def k_center(points: Points, count: int) -> list[int]:
    """The first point, then always the one farthest from all that were taken (Gonzalez 1985); the first of equals."""
    np = _numpy()
    there = np.asarray(points, dtype=np.float64)
    chosen: list[int] = []
    nearest = np.full(len(there), np.inf)
    while len(chosen) < min(count, len(there)):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, _squares(there, there[chosen[-1]]))
        nearest[chosen] = -1.0  # a twin of a chosen point has 0, and is still another one
    return chosen


def k_means(points: Points, clusters: int, *, seed: int) -> list[int]:
    """The cluster of each point, from 0 on, after Lloyd with the start of k-means++; numbered as they first come."""
    np = _numpy()
    there = np.asarray(points, dtype=np.float64)
    centers = _start(there, min(clusters, len(there)), seed)
    found = np.full(len(there), -1)
    for _ in range(ROUNDS):
        now = np.stack([_squares(there, center) for center in centers]).argmin(axis=0)
        if (now == found).all():
            break
        found = now
        for number in range(len(centers)):
            if (found == number).any():  # one that has lost its points stays where it was
                centers[number] = there[found == number].mean(axis=0)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(int(one), len(numbers)) for one in found]


def _start(there: NDArray[np.float64], count: int, seed: int) -> NDArray[np.float64]:
    np = _numpy()
    chance = np.random.default_rng(seed)
    chosen = [int(chance.integers(len(there)))]
    nearest = _squares(there, there[chosen[0]])
    while len(chosen) < count and nearest.sum() > 0:
        chosen.append(int(chance.choice(len(there), p=nearest / nearest.sum())))
        nearest = np.minimum(nearest, _squares(there, there[chosen[-1]]))
    return there[chosen].copy()


def _squares(there: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances of all points from one."""
    apart = there - point
    return (apart * apart).sum(axis=1)  # type: ignore[no-any-return]


def in_turn(clusters: Sequence[int], count: int) -> list[int]:
    """Places from all clusters in turn: the first of each, then the second of each, in the order that they come."""
    turns, seen = [], Counter[int]()
    for place, one in enumerate(clusters):
        turns.append((seen[one], place))
        seen[one] += 1
    return [place for _, place in sorted(turns)[:count]]


def _numpy() -> ModuleType:
    try:
        return load("numpy")
    except ModuleNotFoundError:
        raise LsformError("diversity needs `numpy`", hint="`pip install 'lsform[select]'`") from None

"""How unsure a model is of a task, or several models together. Pure; numbers are shares of labels, which add up to 1.

Definitions are those of B. Settles, Active Learning Literature Survey (2009), sections 3.1 and 3.2, logarithms are
natural, and more is always less sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import fsum, log
from typing import TypeAlias

Shares: TypeAlias = Sequence[float]
Strategy: TypeAlias = Callable[[Shares], float]
Committee: TypeAlias = Callable[[Sequence[Shares]], float]


def least_confidence(shares: Shares) -> float:
    """What the likeliest label lacks to certainty: 0 to 1 - 1/labels."""
    return max(0.0, 1.0 - max(shares))


def margin(shares: Shares) -> float:
    """How near the second label is to the first: 0 to 1."""
    first, second = sorted((*shares, 0.0), reverse=True)[:2]
    return 1.0 - (first - second)


def entropy(shares: Shares) -> float:
    """How evenly the shares are spread: 0 to log(labels)."""
    return max(0.0, -fsum(share * log(share) for share in shares if share > 0))


def vote_entropy(members: Sequence[Shares]) -> float:
    """How evenly the members' first choices are spread: 0 to log(members). Of equal shares the first counts."""
    votes = Counter(max(range(len(shares)), key=shares.__getitem__) for shares in members)
    return entropy([count / len(members) for count in votes.values()])


def divergence(members: Sequence[Shares]) -> float:
    """The mean Kullback-Leibler divergence of the members from their mean: 0 to log(members)."""
    consensus = [fsum(column) / len(members) for column in zip(*members, strict=True)]
    apart = (
        share * log(share / mean)
        for shares in members
        for share, mean in zip(shares, consensus, strict=True)
        if share > 0 and mean > 0  # a mean of the smallest number there is may be 0
    )
    return max(0.0, fsum(apart) / len(members))


def mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


STRATEGIES: Mapping[str, Strategy] = {"least-confidence": least_confidence, "margin": margin, "entropy": entropy}
COMMITTEES: Mapping[str, Committee] = {"vote-entropy": vote_entropy, "kl": divergence}
AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {"max": max, "mean": mean, "sum": fsum}
# What can be told from the share of the likeliest label alone.
OF_FIRST = frozenset({"least-confidence", "vote-entropy"})

"""How unsure models are: the definitions' laws, and the numbers of another implementation."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.data.uncertainty import COMMITTEES, STRATEGIES, divergence, entropy, least_confidence, margin, vote_entropy
from tests.unit.engine.generated import LAWS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from skactiveml.pool import average_kl_divergence, uncertainty_scores
    from skactiveml.pool import vote_entropy as their_vote_entropy

CLOSE = 1e-9


def normal(weights: Sequence[float]) -> list[float]:
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def shares(labels: int) -> st.SearchStrategy[list[float]]:
    weight = st.floats(0.001, 1)
    return st.lists(weight, min_size=labels, max_size=labels).map(normal)


DISTRIBUTIONS = st.integers(2, 6).flatmap(shares)
GROUPS = st.integers(2, 5).flatmap(lambda labels: st.lists(shares(labels), min_size=2, max_size=5))


@pytest.mark.parametrize(
    ("ours", "theirs"), [(least_confidence, "least_confident"), (margin, "margin_sampling"), (entropy, "entropy")]
)
@LAWS
@given(found=DISTRIBUTIONS)
def test_one_model_is_as_unsure_as_scikit_activeml_says(ours: object, theirs: str, found: list[float]) -> None:
    assert callable(ours)
    assert uncertainty_scores([found], method=theirs)[0] == pytest.approx(ours(found), abs=CLOSE)


@LAWS
@given(members=GROUPS)
def test_committees_disagree_as_much_as_scikit_activeml_says(members: list[list[float]]) -> None:
    votes = [[float(max(range(len(one)), key=one.__getitem__)) for one in members]]
    assert their_vote_entropy(votes, range(len(members[0])))[0] == pytest.approx(vote_entropy(members), abs=CLOSE)
    cubes = [[one] for one in members]
    assert average_kl_divergence(cubes)[0] == pytest.approx(divergence(members), abs=CLOSE)


@LAWS
@given(found=DISTRIBUTIONS)
def test_scores_are_in_range_and_take_no_notice_of_the_order_of_labels(found: list[float]) -> None:
    most = {"least-confidence": 1 - 1 / len(found), "margin": 1.0, "entropy": math.log(len(found))}
    for name, strategy in STRATEGIES.items():
        assert 0 <= strategy(found) <= most[name] + CLOSE
        assert strategy(found) == pytest.approx(strategy(found[::-1]), abs=CLOSE)


@LAWS
@given(members=GROUPS)
def test_disagreement_is_in_range_and_takes_no_notice_of_the_order_of_members(members: list[list[float]]) -> None:
    for committee in COMMITTEES.values():
        assert 0 <= committee(members) <= math.log(len(members)) + CLOSE
        assert committee(members) == pytest.approx(committee(members[::-1]), abs=CLOSE)


@LAWS
@given(found=DISTRIBUTIONS)
def test_members_that_agree_do_not_disagree(found: list[float]) -> None:
    assert (0.0, 0.0) == (vote_entropy([found, found]), pytest.approx(divergence([found, found]), abs=CLOSE))


def test_who_is_certain_is_not_unsure_and_who_is_torn_is_most_so() -> None:
    assert {"least-confidence": 0.0, "margin": 0.0, "entropy": 0.0} == {n: s([1.0, 0.0]) for n, s in STRATEGIES.items()}
    assert {"least-confidence": 0.5, "margin": 1.0, "entropy": math.log(2)} == {
        name: strategy([0.5, 0.5]) for name, strategy in STRATEGIES.items()
    }
    assert (math.log(2), math.log(2)) == (vote_entropy([[1, 0], [0, 1]]), divergence([[1, 0], [0, 1]]))

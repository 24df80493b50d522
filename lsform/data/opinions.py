"""What a prediction says of a task, place by place, and how unsure that is. Pure.

A place is a control and where on the task it speaks of: the whole of it, a box, a stretch of text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite

from lsform.core.values import Json, canonical_json
from lsform.data.uncertainty import AGGREGATES, COMMITTEES, OF_FIRST, STRATEGIES
from lsform.interface.model import LabelInterface

Record = Mapping[str, Json]
Opinion = dict[str, dict[str, float]]  # place -> label -> share
WHOLE = ""  # the place of what a file says of a task without naming a control
NOTHING = ""  # the label where there is none
LOOSE = 0.01  # by how much shares may miss 1: models write them with few digits
TWO = 2


class Unusable(Exception):
    """A prediction that says nothing that the strategy can use; the message is the reason, which is counted."""


def opinion(prediction: Record, labels: Mapping[str, Sequence[str]]) -> Opinion:
    """Shares from `probabilities` of the row, or of the `meta` of each result; else the score is the label's share."""
    if isinstance(given := prediction.get("probabilities"), dict):
        return {WHOLE: _shares(given)}
    score, results = prediction.get("score"), prediction.get("result")
    found: Opinion = {}
    for one in results if isinstance(results, list) else ():
        if not isinstance(one, dict) or not isinstance(one.get("value"), dict):
            continue
        place, shares = _place(one), _result(one, score, labels.get(str(one.get("from_name")), ()))
        if shares is not None:
            while place in found:
                place += "+"  # a second result at the very same place
            found[place] = shares
    if not found and _is_share(score) and not results:
        found[WHOLE] = {NOTHING: float(score)}  # type: ignore[arg-type]
    if not found:
        raise Unusable("they have neither probabilities nor a score")
    return found


def _result(result: Record, score: Json, labels: Sequence[str]) -> dict[str, float] | None:
    meta = result.get("meta")
    if isinstance(meta, dict) and isinstance(given := meta.get("probabilities"), dict):
        return _shares(given)
    own = result.get("score")
    share, named = own if own is not None else score, _labels(result)
    if share is None or named is None:
        return None
    if not _is_share(share):
        raise Unusable("their scores are not between 0 and 1")
    assert isinstance(share, int | float)
    label = ",".join(sorted(named))
    shares = {label: float(share)}
    if len(named) == 1 and 1 <= len(labels) <= TWO:  # what is not the one is the other
        other = next((one for one in labels if one != label), NOTHING)
        shares[other] = 1.0 - float(share)
    return shares


def _labels(result: Record) -> list[str] | None:
    """None where a result has no label of its own, as the box beside its label has none."""
    value = result["value"]
    assert isinstance(value, dict)
    given = value.get(str(result.get("type")))
    if isinstance(given, list):
        return [canonical_json(one) if isinstance(one, list) else str(one) for one in given] or None
    return None if given is None or isinstance(given, dict) else [str(given)]


def _place(result: Record) -> str:
    value = result["value"]
    assert isinstance(value, dict)
    where = {key: one for key, one in value.items() if key not in (result.get("type"), "text")}
    return f"{result.get('from_name')}{canonical_json(where)}"


def _shares(given: Mapping[str, Json]) -> dict[str, float]:
    shares = {label: float(share) for label, share in given.items() if _is_share(share)}  # type: ignore[arg-type]
    total = fsum(shares.values())
    if len(shares) != len(given) or not shares or abs(total - 1.0) > LOOSE:
        raise Unusable("their probabilities do not add up to 1")
    return {label: share / total for label, share in shares.items()}


def _is_share(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and 0 <= value <= 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A strategy, and how the numbers of several places become that of the task."""

    strategy: str
    aggregate: str = "max"

    @property
    def is_of_committee(self) -> bool:
        return self.strategy in COMMITTEES

    def labels(self, interface: LabelInterface) -> dict[str, tuple[str, ...]]:
        """The labels of each control that names them all, if the strategy asks for more than the likeliest label."""
        if self.strategy in OF_FIRST:
            return {}
        known = (one for one in interface.controls() if not one.is_dynamic)
        return {one.name: tuple(label.stored for label in one.labels) for one in known}

    def score(self, opinions: Sequence[Opinion]) -> float:
        """How unsure these opinions are, one a member: more is less sure. Unusable when that cannot be told."""
        if self.is_of_committee and len(opinions) < TWO:
            raise Unusable("only one version has predicted them")
        places = sorted({place for one in opinions for place in one})
        return AGGREGATES[self.aggregate]([self._at(place, opinions) for place in places])

    def _at(self, place: str, opinions: Sequence[Opinion]) -> float:
        said = [one.get(place, {NOTHING: 1.0}) for one in opinions]  # silence is a vote for nothing
        if self.strategy not in OF_FIRST and any(abs(fsum(one.values()) - 1.0) > LOOSE for one in said):
            raise Unusable(f"`{self.strategy}` needs the probabilities of all labels")
        labels = sorted({label for one in said for label in one})
        aligned = [[one.get(label, 0.0) for label in labels] for one in said]
        return COMMITTEES[self.strategy](aligned) if self.is_of_committee else STRATEGIES[self.strategy](aligned[0])

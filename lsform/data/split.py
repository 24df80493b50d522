"""Which part of the data a task belongs to, told by its content alone: it never moves when others come. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from lsform.core.errors import UsageError

WHOLE = ""  # the part that everything is in when nothing is split
_STEPS = 1 << 64


@dataclass(frozen=True, slots=True)
class Split:
    """Parts of the data and their shares, which add up to 1; none means that it is not split."""

    shares: Mapping[str, float]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.shares) or (WHOLE,)

    def part_of(self, key: str) -> str:
        """The part of a task with this key: equal keys are always together, and on average the shares come out."""
        if not self.shares:
            return WHOLE
        place = int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big") / _STEPS
        for name, share in self.shares.items():
            place -= share
            if place < 0:
                return name
        return self.parts[-1]  # the shares add up to a little less than 1


def parse(text: str) -> Split:
    """`train=0.8,val=0.1,test=0.1`, also in percent or any other numbers: shares of their sum. Raises UsageError."""
    if not text:
        return Split({})
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        try:
            share = float(number)
        except ValueError:
            share = -1.0
        if not name.isidentifier() or name in shares or not 0 < share < float("inf"):
            raise UsageError(f"`{part.strip()}` is no part of a split", hint="write `train=0.8,val=0.1,test=0.1`")
        shares[name] = share
    total = sum(shares.values())
    return Split({name: share / total for name, share in shares.items()})

"""Export storages of type `redis`."""

from __future__ import annotations

from tests.conformance.examples import Example, storages
from tests.conformance.examples.redis import BASE, BY_HAND, FOREIGN, LOCKED, OWN, unmarked

EXAMPLE = Example(
    path="api/storages/export/redis",
    base=BASE,
    values={**storages.OF_EXPORTS, **OWN},
    beside={"password": LOCKED},
    apart=frozenset({"password"}),
    spellings={},
    by_hand=BY_HAND,
    refused=storages.REFUSED,
    unmarked=unmarked,
    foreign=FOREIGN,
)

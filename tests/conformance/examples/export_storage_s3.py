"""Export storages of type `s3`."""

from __future__ import annotations

from tests.conformance.examples import Example, storages
from tests.conformance.examples.s3 import BASE, FOREIGN, OWN

EXAMPLE = Example(
    path="api/storages/export/s3",
    base=BASE,
    values={**storages.OF_EXPORTS, **OWN},
    spellings={},
    by_hand=storages.BY_HAND,
    refused=storages.REFUSED,
    unmarked=storages.unmarked,
    foreign=FOREIGN,
)

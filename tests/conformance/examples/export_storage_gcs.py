"""Export storages of type `gcs`."""

from __future__ import annotations

from tests.conformance.examples import Example, storages
from tests.conformance.examples.gcs import BASE, FOREIGN, OWN

EXAMPLE = Example(
    path="api/storages/export/gcs",
    base=BASE,
    values={**storages.OF_EXPORTS, **OWN},
    spellings={},
    by_hand=storages.BY_HAND,
    refused=storages.REFUSED,
    unmarked=storages.unmarked,
    foreign=FOREIGN,
)

"""Import storages of type `gcs`."""

from __future__ import annotations

from tests.conformance.examples import Example, storages
from tests.conformance.examples.gcs import BASE, FOREIGN, OWN

EXAMPLE = Example(
    path="api/storages/gcs",
    base={**BASE, "sync": "never"},
    values={**storages.VALUES, **storages.IN_A_CLOUD, **OWN},
    spellings=storages.SPELLINGS,
    by_hand=storages.BY_HAND,
    refused=storages.REFUSED,
    unmarked=storages.unmarked,
    foreign=FOREIGN,
)

"""Export storages over local folders."""

from __future__ import annotations

from tests.conformance.examples import Example, storages
from tests.conformance.examples.localfiles import BASE, BY_HAND, FOREIGN, PATHS, SPELLINGS, unmarked

EXAMPLE = Example(
    path="api/storages/export/localfiles",
    base=BASE,
    values={**storages.OF_EXPORTS, "path": PATHS[-2:]},
    spellings={"path": SPELLINGS},
    by_hand=BY_HAND,
    refused=storages.REFUSED,
    unmarked=unmarked,
    foreign=FOREIGN,
)

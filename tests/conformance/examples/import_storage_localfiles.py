"""Import storages over local folders. Syncs are tried in `test_sync.py`, so here there are none."""

from __future__ import annotations

from tests.conformance.examples import Example, storages
from tests.conformance.examples.localfiles import BASE, BY_HAND, FOREIGN, PATHS, SPELLINGS, unmarked

EXAMPLE = Example(
    path="api/storages/localfiles",
    base={**BASE, "sync": "never"},
    values={**storages.VALUES, "path": PATHS, "recursive_scan": (True, False)},
    spellings={**storages.SPELLINGS, "path": SPELLINGS},
    by_hand=BY_HAND,
    refused=storages.REFUSED,
    unmarked=unmarked,
    foreign=FOREIGN,
)

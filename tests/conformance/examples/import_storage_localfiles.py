"""Import storages over local folders. Syncs are tried in `test_sync.py`, so here there are none."""

from __future__ import annotations

from tests.conformance.examples import Example
from tests.conformance.examples.localfiles import BY_HAND, REFUSED, SPELLINGS, VALUES, unmarked

EXAMPLE = Example(
    path="api/storages/localfiles",
    base={"type": "localfiles", "path": "${var:files}/plain", "sync": "never"},
    values={**VALUES, "recursive_scan": (True, False)},
    spellings=SPELLINGS,
    by_hand=BY_HAND,
    refused=REFUSED,
    unmarked=unmarked,
    foreign={"title": "somebody else's"},
)

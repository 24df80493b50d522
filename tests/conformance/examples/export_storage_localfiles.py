"""Export storages over local folders."""

from __future__ import annotations

from tests.conformance.examples import Example
from tests.conformance.examples.localfiles import BY_HAND, REFUSED, SPELLINGS, VALUES, unmarked

EXAMPLE = Example(
    path="api/storages/export/localfiles",
    base={"type": "localfiles", "path": "${var:files}/plain"},
    values={**VALUES, "can_delete_objects": (True, False)},
    spellings=SPELLINGS,
    by_hand=BY_HAND,
    refused=REFUSED,
    unmarked=unmarked,
    foreign={"title": "somebody else's"},
)

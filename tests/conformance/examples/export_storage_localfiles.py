"""Export storages over local folders: their fields share the code of import storages, so a sample of values does."""

from __future__ import annotations

from tests.conformance.examples import Example
from tests.conformance.examples.localfiles import BY_HAND, REFUSED, SPELLINGS, VALUES, unmarked

EXAMPLE = Example(
    path="api/storages/export/localfiles",
    base={"type": "localfiles", "path": "${var:files}/plain"},
    values={**{key: values[-2:] for key, values in VALUES.items()}, "can_delete_objects": (True, False)},
    spellings={"path": SPELLINGS["path"]},
    by_hand=BY_HAND,
    refused=REFUSED,
    unmarked=unmarked,
    foreign={"title": "somebody else's"},
)

"""The proposal of a rename is a manifest that one can paste."""

from __future__ import annotations

from lsform.resources.project import PROJECT
from tests.unit.engine.estate import Estate, declared

HINT = """\
if it only has a new name, add this manifest, and nothing is made anew:
---
apiVersion: lsform/v1
kind: Moved
metadata: {name: old-to-new}
spec: {from: project.old, to: project.new}"""


def test_the_hint_is_the_manifest() -> None:
    estate = Estate()
    estate.put(PROJECT, {"title": "Traffic"}, marker="s/project.old#n1")
    estate.declare(declared("project.new", title="Traffic"))
    (found,) = [one for one in estate.plan().findings if one.code == "LSFP10"]
    message = "`project.new`, which is to be created, looks like `project.old`, which is no longer declared"
    assert (message, HINT) == (found.message, found.hint)

"""How each rule of the linter is broken in an interface that keeps it: code -> a change to the tree.

A mutation changes the tree in place and names the tag that the rule should speak of; None: it cannot be done here.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.mutations import (
    attributes,
    children,
    compatibility,
    data,
    export,
    hotkeys,
    names,
    structure,
    values,
    visibility,
)
from tests.mutations.broken import Broken as Broken
from tests.mutations.broken import Mutation

MUTATIONS: Mapping[str, Mutation] = {
    **attributes.MUTATIONS,
    **children.MUTATIONS,
    **compatibility.MUTATIONS,
    **data.MUTATIONS,
    **export.MUTATIONS,
    **hotkeys.MUTATIONS,
    **names.MUTATIONS,
    **structure.MUTATIONS,
    **values.MUTATIONS,
    **visibility.MUTATIONS,
}

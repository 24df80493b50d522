"""Hints that name the tags there are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lsform.core.diagnostics import nearest
from lsform.interface.lint.subject import UNKNOWN, Node

_MOST = 300  # names that are looked at: the time grows with them
_FEW = 4  # names that are listed


def other_name(name: str, nodes: Iterable[Node]) -> str:
    """What could have been meant by a name: that of one of these tags."""
    names = list(islice((one for node in nodes if (one := node.get("name")) and UNKNOWN not in one), _MOST))
    return nearest(name, names) or (f"there is {listed(names)}" if names else "")


def listed(names: list[str]) -> str:
    """The first of the names, as text."""
    shown = ", ".join(f"`{one}`" for one in names[:_FEW])
    return f"{shown} ..." if len(names) > _FEW else shown

"""The label interface, Label Studio's labeling XML: parse, render, lint, compare, and judge what a change loses.

    from lsform.interface import LabelInterface, lint

works alone, without a server and without a stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsform.interface.lint import lint as lint  # hides the package of this name, whose parts are imported by path

if TYPE_CHECKING:
    from lsform.interface.model import InterfaceError as InterfaceError
    from lsform.interface.model import LabelInterface as LabelInterface

__all__ = ["InterfaceError", "LabelInterface", "lint"]


def __getattr__(name: str) -> object:
    """The model is loaded when somebody asks for it: who needs another part of this package does not pay for it."""
    if name not in __all__:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    from lsform.interface import model

    return getattr(model, name)

"""Label Studio as code: stacks of YAML manifests, planned and applied to a live server."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.api import Applied as Applied
    from lsform.api import PartlyApplied as PartlyApplied
    from lsform.api import Plan as Plan
    from lsform.api import Stack as Stack
    from lsform.api import load as load
    from lsform.core.errors import ConfigurationError as ConfigurationError
    from lsform.core.errors import Conflict as Conflict
    from lsform.core.errors import LsformError as LsformError
    from lsform.core.errors import PlanRefused as PlanRefused
    from lsform.core.errors import ServerError as ServerError
    from lsform.core.errors import ServerUnavailable as ServerUnavailable
    from lsform.core.errors import UsageError as UsageError

__version__ = "0.1.0"

# Module -> what is taken from it when it is first asked for: `import lsform` is part of every command's start.
_EXPORTS = {
    "lsform.api": ("Applied", "PartlyApplied", "Plan", "Stack", "load"),
    "lsform.core.errors": (
        "ConfigurationError",
        "Conflict",
        "LsformError",
        "PlanRefused",
        "ServerError",
        "ServerUnavailable",
        "UsageError",
    ),
}


def __getattr__(name: str) -> object:
    for module, names in _EXPORTS.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module `lsform` has no attribute `{name}`")

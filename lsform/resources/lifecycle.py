"""How plans treat a resource: what is protected, left alone, and done about drift. Pure."""

from __future__ import annotations

from enum import Enum

from pydantic import Field as SpecField

from lsform.resources.base import Spec


class OnDrift(str, Enum):
    """What a plan does about values that somebody changed on the server."""

    REVERT = "revert"
    REPORT = "report"
    IGNORE = "ignore"


class Lifecycle(Spec):
    """How a plan treats this resource."""

    protect: bool = False
    """Never delete it, also when its manifest is gone."""
    ignore: list[str] = SpecField(default_factory=list)
    """Fields that are set when the resource is made and left alone afterwards."""
    on_drift: OnDrift = OnDrift.REVERT
    """What to do about fields that were changed on the server: put them back, only report them, or ignore them."""

    def over(self, below: Lifecycle) -> Lifecycle:
        """What this one says, and where it says nothing, the other."""
        return below.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

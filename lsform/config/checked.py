"""A stack, read and compiled: all that can be said without a server, and cheap to import for those who say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsform.config.loader import Begun, Configuration, Request, load, unheard
from lsform.core.collector import no_full_collections
from lsform.core.diagnostics import has_errors, nearest
from lsform.core.errors import ConfigurationError, LsformError

if TYPE_CHECKING:
    from lsform.config.compile import Compiled
    from lsform.engine.guard import Limits


@dataclass(frozen=True, slots=True)
class Checked:
    """A configuration and what it compiles to, mistakes included."""

    configuration: Configuration
    compiled: Compiled

    @property
    def limits(self) -> Limits:
        from lsform.engine.guard import Limits  # here, with all that a plan is made of: only plans have limits

        declared = self.configuration.spec.limits
        return Limits(declared.max_delete_share, declared.max_update_share, declared.max_missing_share)

    def interface(self, address: str) -> str:
        """The XML of a project's or of a named interface; raises LsformError where there is none."""
        rendered = {str(key): one.xml for key, one in self.compiled.interfaces.items()}
        if address not in rendered:
            known = ", ".join(f"`{one}`" for one in sorted(rendered)) or "none"
            hint = nearest(address, rendered) or f"there are: {known}"
            raise LsformError(f"`{address}` has no interface in this stack", hint=hint)
        return rendered[address].rstrip() + "\n"


def check(request: Request, begun: Begun = unheard) -> Checked:
    """Parse, resolve and render everything; findings are in the result. `begun` is told as by `loader.load`."""
    with no_full_collections():
        configuration = load(request, begun)
        from lsform.config.compile import compiled  # here: by now a server may have begun to answer

        return Checked(configuration, compiled(configuration))


def checked(request: Request, begun: Begun = unheard) -> Checked:
    """The same, raising ConfigurationError when there is any error."""
    return correct(check(request, begun))


def correct(found: Checked) -> Checked:
    """A stack without errors; raises ConfigurationError."""
    if has_errors(found.compiled.findings):
        raise ConfigurationError(found.compiled.findings)
    return found

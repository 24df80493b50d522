"""A stack, read and compiled: all that can be said without a server, and cheap to import for those who say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsform.config.compile import Compiled, compiled
from lsform.config.loader import Configuration, Request, load
from lsform.core.collector import no_full_collections
from lsform.core.diagnostics import has_errors
from lsform.core.errors import ConfigurationError

if TYPE_CHECKING:
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


def check(request: Request) -> Checked:
    """Parse, resolve and render everything; findings are in the result."""
    with no_full_collections():
        configuration = load(request)
        return Checked(configuration, compiled(configuration))


def checked(request: Request) -> Checked:
    """The same, raising ConfigurationError when there is any error."""
    found = check(request)
    if has_errors(found.compiled.findings):
        raise ConfigurationError(found.compiled.findings)
    return found

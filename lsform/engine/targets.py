"""Whether the targets of a plan name anything. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lsform.core.diagnostics import nearest
from lsform.core.errors import UsageError
from lsform.engine.model import Pair


def require_targets(pairs: Sequence[Pair], targets: tuple[str, ...]) -> None:
    """Raises UsageError for a target that nothing declared, remembered or live matches: it would be a mere noop."""
    addresses = [pair.address for pair in pairs]
    for glob in targets:
        if not any(address.matches(glob) for address in addresses):
            hint = nearest(glob, [str(address) for address in addresses])
            raise UsageError(
                f"`--target {glob}` matches nothing", hint=hint or "it takes addresses, as `plan` shows them"
            )

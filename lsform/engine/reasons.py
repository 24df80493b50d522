"""Why an update is made, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from lsform.engine.fingerprints import forgotten_secrets
from lsform.engine.model import FieldChange, Origin, Pair


def update_reason(pair: Pair, changed: Iterable[FieldChange]) -> str:
    """By the origins of the fields that change; with none of them it is the marker's."""
    origins = {one.attribute: one.origin for one in changed}
    if not origins:
        return "its marker is missing or names another address"
    if forgotten := forgotten_secrets(pair, {*origins}):
        what = " and ".join(f"`{name}`" for name in forgotten)
        rest = [one for one in changed if one.attribute not in forgotten]
        again = f"the state does not tell whether {what} changed, so it is set again"
        return f"{update_reason(pair, rest)}; {again}" if rest else again
    both = sorted(name for name, origin in origins.items() if origin is Origin.CONFLICT)
    if both:
        return f"{' and '.join(f'`{name}`' for name in both)} changed both on the server and in its manifest"
    if Origin.UNKNOWN in origins.values() or None in origins.values():
        return "it differs from its manifest"
    if Origin.DRIFT not in origins.values():
        return "its manifest changed"
    also = ", and its manifest changed" if Origin.CHANGE in origins.values() else ""
    return f"it was changed on the server{also}"

"""Versions of Label Studio, and the oldest that lsform works with. Pure."""

from __future__ import annotations

MINIMUM_VERSION = (1, 23)  # what the facts that lsform stands on were tried with


def numbers_of(version: str) -> tuple[int, ...]:
    """`1.23.2` or `1.24.0.dev0+abc` as numbers, as far as there are any."""
    parts = []
    for part in version.split("."):
        if not part.isdigit():
            break
        parts.append(int(part))
    return tuple(parts)

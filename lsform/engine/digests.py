"""Digests of attributes: what the state remembers of values, never of secrets. Pure."""

from __future__ import annotations

from lsform.core.values import Attributes, Value, digest, reveal, secrets_in
from lsform.resources import ResourceKind

DIGEST_LENGTH = 16  # 64 bits: enough to tell two values of one field apart, short enough for 30,000 entries


def field_digest(kind: ResourceKind, name: str, value: Value) -> str:
    """A short digest of the canonical form of one attribute."""
    return digest(reveal(kind.canonical(name, value)))[:DIGEST_LENGTH]


def field_digests(kind: ResourceKind, attributes: Attributes) -> dict[str, str]:
    """Attribute -> digest; secrets have none, since a digest of a short secret can be guessed."""
    hidden = kind.fields.secret | kind.fields.write_only
    return {
        name: field_digest(kind, name, value)
        for name, value in attributes.items()
        if name not in hidden and next(secrets_in(value), None) is None
    }

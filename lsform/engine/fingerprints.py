"""Fingerprints of secrets that the server takes and never returns: whether each still is what was last sent. Pure.

A fingerprint is `hmac-<key>:<HMAC-SHA256>` or, where a `secret_version` is declared, `version:<n>`. Two of one method
tell whether the secret is the same; two of different methods, or of different keys, tell nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from lsform.core.values import Attributes, Secret, Value, canonical_json, reveal
from lsform.engine.declared import DesiredResource
from lsform.engine.model import Change, FieldChange, Pair
from lsform.resources import ResourceKind

FINGERPRINT_LENGTH = 32  # hexadecimal digits, 128 bits
KEY_NAME_LENGTH = 8  # enough to see that a key is another one
CLEARED = Secret("", "removed")  # Label Studio forgets a secret that is set to nothing

Name = TypeVar("Name")


def fingerprinted(desired: Mapping[Name, DesiredResource], key: Secret) -> dict[Name, DesiredResource]:
    """The same resources with fingerprints of their write-only secrets; the key itself goes no further than this."""
    return {
        name: replace(one, fingerprints=_fingerprints(one, key)) if one.kind.fields.write_only else one
        for name, one in desired.items()
    }


def _fingerprints(one: DesiredResource, key: Secret) -> dict[str, str]:
    return {
        name: fingerprint(one.kind, name, value, key) if one.secret_version is None else f"version:{one.secret_version}"
        for name, value in one.attributes.items()
        if name in one.kind.fields.write_only
    }


def fingerprint(kind: ResourceKind, name: str, value: Value, key: Secret) -> str:
    """The keyed fingerprint of one attribute. Its name goes in, so that equal secrets of two fields do not show."""
    text = canonical_json([name, reveal(kind.canonical(name, value))])
    return f"hmac-{_mac(key, 'name of the key')[:KEY_NAME_LENGTH]}:{_mac(key, text)[:FINGERPRINT_LENGTH]}"


def _mac(key: Secret, text: str) -> str:
    return hmac.new(key.value.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def removed_secrets(pair: Pair, desired: DesiredResource) -> dict[str, Value]:
    """Secrets that we set, whose references are gone and which are to be cleared then."""
    if not desired.clears_removed:
        return {}
    return {name: CLEARED for name in sorted(pair.fingerprints) if name not in desired.attributes}


def secret_changes(pair: Pair, desired: DesiredResource, wanted: Attributes) -> Iterator[FieldChange]:
    """What becomes of the wanted write-only secrets: those that are as they were last sent are not among these."""
    for name, value in wanted.items():
        if name not in desired.kind.fields.write_only:
            continue
        before, now = pair.fingerprints.get(name), desired.fingerprints.get(name)
        if before != now or now is None:
            verb = "cleared" if not reveal(value) else "rotated" if _method(before) == _method(now) else "set"
            yield FieldChange(name, None, f"(secret {verb})", secret=True)


def forgotten_secrets(pair: Pair, names: set[str]) -> list[str]:
    """Those of the changing attributes that are secrets of which nobody knows whether they changed."""
    assert pair.desired is not None
    now, before = pair.desired.fingerprints, pair.fingerprints
    unknown = [name for name in sorted(names & now.keys()) if _method(before.get(name)) != _method(now[name])]
    return [name for name in unknown if name in before or not pair.is_certain]  # else it is declared for the first time


def _method(fingerprint: str | None) -> str:
    return (fingerprint or "").partition(":")[0]


def fingerprints_after(change: Change) -> dict[str, str]:
    """What is known once a change is made: of secrets that were sent the new, of others the old fingerprint."""
    assert change.pair is not None and change.pair.desired is not None
    before = {} if change.action.makes else change.pair.fingerprints
    return {
        **{name: known for name, known in before.items() if name not in change.payload},
        **{name: now for name, now in change.pair.desired.fingerprints.items() if name in change.payload},
    }

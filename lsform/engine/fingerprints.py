"""Fingerprints of secrets, since a digest of a short one can be guessed: whether each still is what was sent. Pure.

Of those that the server never returns the fingerprint of what was last sent decides; of those that it does return it
tells which side changed.

A fingerprint is `hmac-<key>:<HMAC-SHA256>` or, where a `secret_version` is declared, `version:<n>`. Two of one method
tell whether the secret is the same; two of different methods, or of different keys, tell nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from lsform.core.values import Attributes, Secret, Value, canonical_json, reveal, secrets_in
from lsform.engine.declared import DesiredResource
from lsform.engine.ignoring import managed_part
from lsform.engine.model import Change, FieldChange, LiveResource, Origin, Pair
from lsform.resources import ResourceKind

FINGERPRINT_LENGTH = 32  # hexadecimal digits, 128 bits
KEY_NAME_LENGTH = 8  # enough to see that a key is another one
CLEARED = Secret("", "removed")  # Label Studio forgets a secret that is set to nothing

Name = TypeVar("Name")


def fingerprinted(desired: Mapping[Name, DesiredResource], key: Secret) -> dict[Name, DesiredResource]:
    """The same resources with fingerprints of their secrets; the key itself goes no further than this module."""
    return {name: replace(one, fingerprints=_fingerprints(one, key)) for name, one in desired.items()}


def _fingerprints(one: DesiredResource, key: Secret) -> dict[str, str]:
    return {
        name: f"version:{one.secret_version}"
        if one.secret_version is not None and name in one.kind.fields.write_only
        else fingerprint(one.kind, name, managed_part(one, name, value), key)
        for name, value in one.attributes.items()
        if is_hidden(one.kind, name, value)
    }


def is_hidden(kind: ResourceKind, name: str, value: Value) -> bool:
    """Whether an attribute has a fingerprint in place of a digest."""
    return name in kind.fields.secret | kind.fields.write_only or next(secrets_in(value), None) is not None


def looked_at(pairs: Iterable[Pair], key: Secret) -> tuple[Pair, ...]:
    """The same pairs with fingerprints of the secrets that the server returned."""
    return tuple(replace(pair, live=_looked_at(pair, pair.live, key)) if pair.live else pair for pair in pairs)


def _looked_at(pair: Pair, live: LiveResource, key: Secret) -> LiveResource:
    desired = pair.desired
    names = () if desired is None else desired.fingerprints.keys() - live.kind.fields.write_only
    if desired is None or not names:
        return live
    seen = {
        name: fingerprint(live.kind, name, managed_part(desired, name, live.attributes.get(name)), key)
        for name in names
    }
    return replace(live, fingerprints=seen)


def fingerprint_origin(pair: Pair, name: str) -> Origin | None:
    """Why a secret differs; of one that the server never returns only the manifest's side can be seen."""
    assert pair.desired is not None and pair.live is not None
    last, now = pair.fingerprints.get(name), pair.desired.fingerprints.get(name)
    seen = last if name in pair.desired.kind.fields.write_only else pair.live.fingerprints.get(name)
    if now == seen:
        return None
    if last is None or _method(last) != _method(now):
        return Origin.UNKNOWN if forgotten_secrets(pair, {name}) or last is not None else Origin.CHANGE
    if last == seen:
        return Origin.CHANGE
    return Origin.DRIFT if last == now else Origin.CONFLICT


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
    hidden = pair.fingerprints.keys() & desired.kind.fields.write_only
    return {name: CLEARED for name in sorted(hidden) if name not in desired.attributes}


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
    before = {} if change.action.makes else fingerprints_now(change.pair)
    return {
        **{name: known for name, known in before.items() if name not in change.payload},
        **{name: now for name, now in change.pair.desired.fingerprints.items() if name in change.payload},
    }


def fingerprints_now(pair: Pair) -> dict[str, str]:
    """What is known of an object as it is: what was last sent, and what was seen to be as declared."""
    desired = pair.desired.fingerprints if pair.desired is not None else {}
    seen = pair.live.fingerprints if pair.live is not None else {}
    return {**pair.fingerprints, **{name: now for name, now in desired.items() if seen.get(name) == now}}

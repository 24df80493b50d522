"""Weights of controls and labels that an interface does not have: the server would drop them without a word. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsform.config.checking import Locate
from lsform.config.source import Path
from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.values import Value
from lsform.interface.model import Control, parse

FIELD = "control_weights"


def weight_findings(weights: Value, xml: str, locate: Locate, address: Address) -> Iterator[Finding]:
    """Each weight that the interface `xml` has no place for."""
    controls = {control.name: control for control in parse(xml).controls()}
    for name, weight in weights.items() if isinstance(weights, Mapping) else ():
        for path, message, hint in _unplaced(name, weight, controls):
            place = locate((FIELD, name, *path))
            yield Finding("LSFM20", Severity.ERROR, f"`{FIELD}` {message}", hint, place, str(address))


def _unplaced(name: str, weight: Value, controls: Mapping[str, Control]) -> Iterator[tuple[Path, str, str]]:
    control = controls.get(name)
    if control is None:
        yield (), f"names the control `{name}`, which the interface does not have", _remedy(name, controls)
    elif isinstance(weight, Mapping):
        labels, known = weight.get("labels"), [label.stored for label in control.labels]
        for label in labels if isinstance(labels, Mapping) else ():
            if label not in known:
                message = f"names the label `{label}`, which the control `{name}` does not have"
                yield ("labels", label), message, _remedy(label, known)
        if weight.get("type", control.tag.name) != control.tag.name:
            hint = "leave `type` out: Label Studio fills it in"
            yield ("type",), f"has another type for `{name}`, which is a `{control.tag.name}`", hint


def _remedy(name: str, known: Iterable[str]) -> str:
    return nearest(name, known) or f"there are: {', '.join(f'`{one}`' for one in known) or 'none'}"

"""Label sets of manifests: their labels as templates get them, and what is wrong between those. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsform.config.loader import Manifest
from lsform.config.manifest import LabelSetSpec
from lsform.core.diagnostics import Finding, Severity
from lsform.interface.label_tree import problems
from lsform.interface.labels import LabelSpec, label_specs, read_labels

CODES = {"id": "LSFM11", "parent": "LSFM12"}  # field of a label -> what is said of it


def labels_of(manifest: Manifest) -> tuple[LabelSpec, ...]:
    """The labels of a manifest of kind LabelSet; ValueError when `label_set_findings` has an error."""
    return label_specs(_declared(manifest))


def label_set_findings(manifest: Manifest, known: Sequence[Finding]) -> Iterator[Finding]:
    """Class ids that are not one a class, and parents that are none, each where it stands.

    Nothing where `known` findings already say that the labels, or this field, could not be read.
    """
    if any(one.address == f"label_set.{manifest.name}" for one in known):
        return
    told = {one.span for one in known}
    labels = read_labels(_declared(manifest))
    for one in problems(labels):
        code, severity = CODES[one.field], Severity.ERROR if one.is_error else Severity.WARNING
        span = manifest.document.span(("spec", "labels", one.index, one.field))
        if span not in told:
            yield Finding(code, severity, f"the label `{labels[one.index].value}` {one.message}", one.hint, span)


def _declared(manifest: Manifest) -> list[object]:
    assert isinstance(manifest.spec, LabelSetSpec)
    return [one if isinstance(one, str) else one.declared() for one in manifest.spec.labels]

"""What is wrong with ML backends that nobody is told: the server makes them, and adds no webhook to them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import reveal
from lsform.engine.declared import DesiredResource
from lsform.resources.ml_backend import ML_BACKEND
from lsform.resources.web import refused_for_webhooks


def backend_findings(resources: Iterable[DesiredResource]) -> Iterator[Finding]:
    """Findings of all backends of a stack."""
    for one in resources:
        url = one.attributes.get("url") if one.kind is ML_BACKEND else None
        if url is not None and refused_for_webhooks(f"{str(reveal(url)).strip().rstrip('/')}/webhook"):
            message = "Label Studio adds no webhook for a backend of this host: the model never hears of annotations"
            hint = "give the host a name with a dot, such as an alias `model.internal`, if the model is to be trained"
            yield Finding("LSFM21", Severity.WARNING, message, hint, one.locate("url"), str(one.address))

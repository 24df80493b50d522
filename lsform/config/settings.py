"""The Stack with the chosen Environment laid over it: variables first, then what may refer to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lsform.config.checking import check, located
from lsform.config.envelope import Request, enveloped
from lsform.config.manifest import EnvironmentSpec, Metadata, StackSpec
from lsform.config.references import Scope, resolve
from lsform.config.source import Document
from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Json

Spec = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Settings:
    """Name and spec of the stack. What it says of the server is in `servers`, unresolved: see `connection`."""

    name: str
    spec: StackSpec
    servers: tuple[tuple[Document, Scope], ...]


def settings(stack: Document, overlay: Document | None, request: Request, findings: list[Finding]) -> Settings:
    """Mistakes are added to `findings`, and a part with a mistake is left out."""
    below, above = _spec(stack, findings), _spec(overlay, findings) if overlay else {}
    hidden = _not_overridden(below, _over(above, {"vars": dict(request.variables)}))
    layers: list[tuple[Document, type[EnvironmentSpec], Spec]] = [(stack, StackSpec, hidden)]
    if overlay:
        layers.append((overlay, EnvironmentSpec, above))
    variables: Spec = {}
    for document, _, spec in layers:
        given, mistakes = resolve(document, spec.get("vars"), ("spec", "vars"), request.scope(document))
        findings += mistakes
        variables = _over(variables, given if isinstance(given, dict) else {})
    variables = _over(variables, request.variables)
    servers = tuple((document, request.scope(document, variables=variables)) for document, *_ in layers)
    merged: Spec = {}
    for (document, model, spec), (_, scope) in zip(layers, servers, strict=True):
        merged = _over(merged, _checked(document, model, spec, scope, findings))
    names = [_name(document, scope, findings) for document, scope in servers]
    return Settings(names[0], StackSpec.model_validate({**merged, "vars": variables}), servers)


def plain_text_key(document: Document) -> Finding:
    """A token in a manifest is in its repository, too."""
    span = document.span(("spec", "server", "api_key"))
    hint = "write `${env:NAME}`, and make a new token"
    return Finding("LSFM10", Severity.ERROR, "`api_key` is in plain text", hint, span)


def _spec(document: Document, findings: list[Finding]) -> Spec:
    """The spec as it is written; null is the same as leaving a key out."""
    body = enveloped(document, findings) or {}
    spec = body.get("spec") or {}
    if not isinstance(spec, dict):
        span, hint = document.span(("spec",)), "write `key: value`, each on a line below it"
        findings.append(Finding("LSFM04", Severity.ERROR, "`spec` should be a mapping", hint, span))
        return {}
    return {key: value if key == "vars" else _given(value) for key, value in spec.items() if value is not None}


def _given(value: Json) -> Json:
    """Without the nulls, which hide nothing of what lies below; of variables null is a value."""
    if not isinstance(value, dict):
        return value
    return {key: _given(item) for key, item in value.items() if item is not None}


def _checked(
    document: Document, model: type[EnvironmentSpec], spec: Spec, scope: Scope, findings: list[Finding]
) -> Spec:
    """The spec without server and variables, resolved and checked; empty when it has a mistake."""
    late: Spec = {key: spec[key] for key in ("server", "vars") if key in spec}
    early: Spec = {key: value for key, value in spec.items() if key not in late}
    given, mistakes = resolve(document, early, ("spec",), scope)
    assert isinstance(given, dict)
    whole: Spec = {**given, **late}
    _, more = check(model, whole, located(document, "spec"))
    server = spec.get("server")
    key = server.get("api_key") if isinstance(server, dict) else None
    if isinstance(key, str) and "${" not in key:
        findings.append(plain_text_key(document))
    findings += [*mistakes, *more]
    return {} if mistakes or more else given


def _name(document: Document, scope: Scope, findings: list[Finding]) -> str:
    body = document.value.get("metadata") if isinstance(document.value, dict) else None
    if not isinstance(body, dict):
        return ""
    given, mistakes = resolve(document, body, ("metadata",), scope)
    metadata, more = check(Metadata, given, located(document, "metadata"))
    findings += mistakes or more
    return metadata.name if metadata else ""


def _over(below: Spec, above: Mapping[str, Json]) -> Spec:
    """`above` laid over `below`, mapping by mapping."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        result[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return result


def _not_overridden(below: Spec, above: Spec) -> Spec:
    """What is still to be seen under `above`: references that are hidden need not be defined."""
    result: Spec = {}
    for key, value in below.items():
        over = above.get(key)
        if isinstance(value, dict) and isinstance(over, dict):
            result[key] = _not_overridden(value, over)
        elif key not in above:
            result[key] = value
    return result

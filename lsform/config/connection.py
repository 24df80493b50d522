"""Which server a stack speaks of: resolved late, so that what needs no server needs none of its secrets."""

from __future__ import annotations

from dataclasses import dataclass

from lsform.config.checking import check
from lsform.config.loader import Configuration
from lsform.config.manifest import ServerSpec
from lsform.config.references import resolve
from lsform.core.diagnostics import Finding, Severity, in_order
from lsform.core.errors import ConfigurationError, ServerUnavailable
from lsform.core.values import Json, Secret

URL, API_KEY = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"


@dataclass(frozen=True, slots=True)
class Connection:
    """A server and the token for it."""

    url: str
    api_key: Secret


def connection(configuration: Configuration) -> Connection:
    """`spec.server` of the Stack with the environment's over it, else the variables that the SDK uses, too."""
    findings: list[Finding] = []
    found = ServerSpec()
    for document, scope in configuration.servers:
        given: Json = document.value
        for step in ("spec", "server"):
            given = given.get(step) if isinstance(given, dict) else None
        resolved, mistakes = resolve(document, given or {}, ("spec", "server"), scope)
        if not mistakes:
            spec, mistakes = check(
                ServerSpec,
                resolved,
                lambda path, at=document: at.span(("spec", "server", *path)),  # type: ignore[misc]
            )
            found = found.model_copy(update=spec.declared() if spec else {})
        findings += mistakes
        if found.api_key is not None and found.api_key.source == "literal":
            message, span = "`api_key` is in plain text", document.span(("spec", "server", "api_key"))
            findings.append(
                Finding("LSFM10", Severity.ERROR, message, "write `${env:NAME}`, and make a new token", span)
            )
    if findings:
        raise ConfigurationError(in_order(findings))
    environment = configuration.servers[0][1].environment if configuration.servers else {}
    url = found.url or environment.get(URL)
    key: Secret | None = found.api_key or (
        Secret(environment[API_KEY], f"env:{API_KEY}") if environment.get(API_KEY) else None
    )
    missing = [name for name, value in {URL: url, API_KEY: key}.items() if not value]
    if not url or not key:
        raise ServerUnavailable(
            f"no server is configured: {' and '.join(f'`{name}`' for name in missing)} not set",
            hint="set it, or write `spec.server` in the Stack; `lsform server up` starts a server on this machine",
        )
    return Connection(url, key)

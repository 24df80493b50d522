"""Which server a stack speaks of: resolved late, so that what needs no server needs none of its secrets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lsform.config.checking import check, located
from lsform.config.loader import Configuration
from lsform.config.manifest import ServerSpec
from lsform.config.references import resolve
from lsform.config.settings import plain_text_key
from lsform.core.diagnostics import Finding, in_order
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
    given, findings = _declared(configuration)
    if findings:
        raise ConfigurationError(in_order(findings))
    found = ServerSpec.model_validate(given)
    environment = _environment(configuration)
    url, key = found.url or environment.get(URL, ""), found.api_key
    if key is None or not key.value.strip():
        key = Secret(environment.get(API_KEY, ""), f"env:{API_KEY}")
    if "@" in url.partition("://")[2].partition("/")[0]:  # it would be shown, and the token takes its place anyway
        raise ServerUnavailable(
            "`server.url` has a user name or a password in it",
            hint="Label Studio knows users by `server.api_key` alone",
        )
    key = Secret(key.value.strip(), key.source)  # files end with a line break, and no token does
    missing = [f"`{name}`" for name, text in ((URL, url), (API_KEY, key.value)) if not text]
    if missing:
        raise ServerUnavailable(
            f"no server is configured: {' and '.join(missing)} not set",
            hint="set it, or write `spec.server` in the Stack; `lsform server up` starts a server on this machine",
        )
    return Connection(url, key)


def server_url(configuration: Configuration) -> str:
    """Where the server is or will be, without a need for its token; '' where nothing says it."""
    given, findings = _declared(configuration, but=("api_key",))
    if findings:
        raise ConfigurationError(in_order(findings))
    return ServerSpec.model_validate(given).url or _environment(configuration).get(URL, "")


def _environment(configuration: Configuration) -> Mapping[str, str]:
    return configuration.servers[0][1].environment if configuration.servers else {}


def _declared(configuration: Configuration, *, but: Collection[str] = ()) -> tuple[dict[str, Json], list[Finding]]:
    """`spec.server` but for some keys, resolved; a reference that the environment hides need not be defined."""
    given: dict[str, Json] = {}
    findings: list[Finding] = []
    for document, scope in reversed(configuration.servers):
        body: Json = document.value
        for step in ("spec", "server"):
            body = body.get(step) if isinstance(body, dict) else None
        seen: dict[str, Json] = {}
        if isinstance(body, dict):
            seen = {key: value for key, value in body.items() if key not in but and given.get(key) is None}
        resolved, mistakes = resolve(document, seen, ("spec", "server"), scope)
        assert isinstance(resolved, dict)
        made, more = check(ServerSpec, resolved, located(document, "spec", "server"))
        if made is not None and made.api_key is not None and made.api_key.source == "literal":
            more.append(plain_text_key(document))
        findings += mistakes or more
        given |= resolved
    return given, findings

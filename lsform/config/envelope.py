"""The outer part of every manifest: whether it is one of ours, of which kind, and where its references look. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsform.config.manifest import API_VERSION, SPECS
from lsform.config.references import Scope
from lsform.config.secrets import Providers, Unasked
from lsform.config.source import Document
from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.values import Json

ENVELOPE = ("apiVersion", "kind", "metadata", "spec", "matrix")
WITHOUT_MATRIX = ("Stack", "Environment")  # there is one of them


@dataclass(frozen=True, slots=True)
class Request:
    """What to load. `variables` come from the command line and win; `process` is the environment of the process.

    `root` is the text of `lsform.yaml` where there is none yet.
    """

    folder: Path
    environment: str = ""
    variables: Mapping[str, Json] = field(default_factory=dict)
    process: Mapping[str, str] = field(default_factory=dict)
    secrets: Providers | Unasked = field(default_factory=Providers)
    root: str = ""

    def scope(self, document: Document, **values: Mapping[str, Json]) -> Scope:
        """What references in a document stand for; `values` are its `variables` and `matrix`."""
        return Scope(self.process, (self.folder / document.file).parent, secrets=self.secrets, **values)


def kind_of(document: Document) -> Json:
    """What stands under `kind`."""
    return document.value.get("kind") if isinstance(document.value, dict) else None


def enveloped(document: Document, findings: list[Finding]) -> dict[str, Json] | None:
    """The document when it is one of ours and of a known kind."""
    body = document.value
    wrong = _mistake(body)
    if wrong is not None or not isinstance(body, dict):
        key, message, hint = wrong or ("", "", "")
        findings.append(Finding("LSFM04", Severity.ERROR, message, hint, document.span((key,))))
        return None
    known = [key for key in ENVELOPE if key != "matrix" or body["kind"] not in WITHOUT_MATRIX]
    for key in body:
        if key not in known:
            hint = nearest(key, known) or f"known here: {', '.join(f'`{one}`' for one in known)}"
            findings.append(Finding("LSFM03", Severity.ERROR, f"unknown key `{key}`", hint, document.span((key,))))
    return body


def _mistake(body: Json) -> tuple[str, str, str] | None:
    """(key, message, hint) of what is wrong with the outer part of a document."""
    if not isinstance(body, dict):
        return "", "a manifest is a mapping", f"begin with `apiVersion: {API_VERSION}`"
    version, kind = body.get("apiVersion"), body.get("kind")
    if version != API_VERSION:
        wrong = f"`apiVersion` should be `{API_VERSION}`" if version else "`apiVersion` is missing"
        return "apiVersion", wrong, f"write `apiVersion: {API_VERSION}`, or leave this file out with `include`"
    if not isinstance(kind, str) or kind not in SPECS:
        wrong = f"`{kind}` is no kind" if isinstance(kind, str) else "`kind` is missing"
        return "kind", wrong, nearest(str(kind), SPECS) or f"known kinds: {', '.join(SPECS)}"
    if not isinstance(body.get("metadata"), dict):
        wrong = "`metadata` should be a mapping" if body.get("metadata") else "`metadata` is missing"
        return "metadata", wrong, "write `metadata: {name: ...}`"
    return None

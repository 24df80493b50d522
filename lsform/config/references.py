"""`${env:X}`, `${file:path}`, `${var:x}` and `${matrix:x}` in the scalars of a manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from lsform.config.source import Document, Path
from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.values import Json, Referenced

_REFERENCE = re.compile(r"\$\$\{|\$\{(?:(\w+):)?([^{}]*)\}")
LARGEST_FILE = 1 << 20  # bytes: a reference stands for a token, a password or a page of text


class Undefined(Exception):
    """A reference that stands for nothing: what is wrong, and the remedy."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Scope:
    """What references stand for at one place. `folder` is that of the manifest; `environment` the process's."""

    environment: Mapping[str, str]
    folder: FilePath
    variables: Mapping[str, Json] = field(default_factory=dict)
    matrix: Mapping[str, Json] = field(default_factory=dict)

    def look_up(self, kind: str, name: str) -> Json:
        """The value of one reference; text from outside the manifests remembers where it came from."""
        source = _SOURCES.get(kind)
        if source is None:
            known = ", ".join(f"`${{{one}:...}}`" for one in _SOURCES)
            raise Undefined(f"`${{{kind}:{name}}}` is no reference", f"there are {known}; `$${{` is a plain `${{`")
        return source(self, name)


def _environment(scope: Scope, name: str) -> Json:
    if name not in scope.environment:
        raise Undefined(f"the environment variable `{name}` is not set", f"`export {name}=...`, then try again")
    return Referenced(scope.environment[name], f"env:{name}")


def _file(scope: Scope, name: str) -> Json:
    path = scope.folder / name
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Undefined(f"the file `{name}` has more than {LARGEST_FILE} bytes", "references are for short texts")
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Undefined(f"the file `{name}` cannot be read: {reason}", "paths are relative to the manifest") from None
    return Referenced(text.rstrip("\r\n"), f"file:{name}")


def _variable(scope: Scope, name: str) -> Json:
    if name not in scope.variables:
        raise Undefined(
            f"the variable `{name}` is not defined",
            nearest(name, scope.variables) or f"set it under `vars` in the Stack, or with `--var {name}=...`",
        )
    return scope.variables[name]


def _matrix(scope: Scope, name: str) -> Json:
    if name not in scope.matrix:
        raise Undefined(
            f"the matrix has no axis `{name}`",
            nearest(name, scope.matrix) or f"add `matrix: {{{name}: [...]}}` to this document",
        )
    return scope.matrix[name]


_SOURCES: dict[str, Callable[[Scope, str], Json]] = {
    "env": _environment,
    "file": _file,
    "var": _variable,
    "matrix": _matrix,
}


def resolve(document: Document, value: Json, path: Path, scope: Scope) -> tuple[Json, list[Finding]]:
    """The value with all its references replaced; each that stands for nothing is a finding at its place."""
    findings: list[Finding] = []

    def walk(value: Json, path: Path) -> Json:
        match value:
            case str() if "${" in value:
                try:
                    return _scalar(value, scope)
                except Undefined as error:
                    span = document.span(path)
                    findings.append(Finding("LSFM05", Severity.ERROR, error.message, error.hint, span))
                    return value
            case dict():
                return {key: walk(item, (*path, key)) for key, item in value.items()}
            case list():
                return [walk(item, (*path, index)) for index, item in enumerate(value)]
            case _:
                return value

    return walk(value, path), findings


def _scalar(text: str, scope: Scope) -> Json:
    """A scalar that is one reference takes its type; in the middle of a text it becomes text."""
    whole = _REFERENCE.fullmatch(text)
    if whole is not None and not text.startswith("$$"):
        return scope.look_up(whole[1] or "", whole[2])
    sources: list[str] = []

    def replace(found: re.Match[str]) -> str:
        if found[0] == "$${":
            return "${"
        value = scope.look_up(found[1] or "", found[2])
        if isinstance(value, Referenced):
            sources.append(value.source)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dict | list) or value is None:
            raise Undefined(f"`{found[0]}` is no scalar, so it cannot stand inside a text", "let it stand alone")
        return str(value)

    result = _REFERENCE.sub(replace, text)
    return Referenced(result, "+".join(sources)) if sources else result

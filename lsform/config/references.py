"""`${env:X}`, `${file:path}`, `${var:x}`, `${matrix:x}` and those of providers in the scalars of a manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from lsform.config.files import unreadable
from lsform.config.source import Document, Path
from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.values import Confidential, Json, Referenced

# `$${`, a reference, or a `${` that begins none; `${{` is left to Jinja, as in `value="${{ key }}"`.
_REFERENCE = re.compile(r"\$\$\{|\$\{(?:(?P<kind>\w+):)?(?P<name>[^{}]*)\}|\$\{(?!\{)")
LARGEST_FILE = 1 << 20  # bytes: a reference stands for a token, a password or a page of text


class Undefined(Exception):
    """A reference that stands for nothing: what is wrong, and the remedy."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Scope:
    """What references stand for at one place; None where there are no variables, or no matrix, to refer to.

    `folder` is that of the manifest, `environment` the process's. `secrets` asks the provider of a name for the secret
    at a path, and returns None where there is no such provider.
    """

    environment: Mapping[str, str]
    folder: FilePath
    variables: Mapping[str, Json] | None = None
    matrix: Mapping[str, Json] | None = None
    secrets: Callable[[str, str], Confidential | None] = lambda _name, _path: None

    def look_up(self, kind: str, name: str) -> Json:
        """The value of one reference; text from outside the manifests remembers where it came from."""
        if source := _SOURCES.get(kind):
            return source(self, name)
        secret = self.secrets(kind, name)
        if secret is None:
            raise Undefined(f"`${{{kind}:{name}}}` is no reference", nearest(kind, _SOURCES) or _ADVICE)
        return secret


def _environment(scope: Scope, name: str) -> Json:
    if name not in scope.environment:
        raise Undefined(f"the environment variable `{name}` is not set", f"`export {name}=...`, then try again")
    text = scope.environment[name]
    if any("\ud800" <= one <= "\udfff" for one in text):  # what Python makes of bytes that are no text
        raise Undefined(f"the environment variable `{name}` is not UTF-8 text", "set it anew")
    return Referenced(text, f"env:{name}")


def _file(scope: Scope, name: str) -> Json:
    try:
        with (scope.folder / name).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)  # the size of a device or a pipe is not known before
        if len(data) > LARGEST_FILE:
            raise Undefined(f"the file `{name}` has more than {LARGEST_FILE} bytes", "references are for short texts")
        text = data.decode("utf-8")
    except (OSError, ValueError) as error:
        wrong = unreadable(name, error)
        raise Undefined(wrong.message, wrong.hint) from None
    return Referenced(text.rstrip("\r\n"), f"file:{name}")


def _variable(scope: Scope, name: str) -> Json:
    if scope.variables is None:
        raise Undefined("a variable cannot refer to another one", "write its value out")
    if name not in scope.variables:
        raise Undefined(
            f"the variable `{name}` is not defined",
            nearest(name, scope.variables) or f"set it under `vars` in the Stack, or with `--var {name}=...`",
        )
    return scope.variables[name]


def _matrix(scope: Scope, name: str) -> Json:
    if scope.matrix is None:
        raise Undefined(
            "there is no matrix here", "`${matrix:...}` is for the name and the spec of a manifest with one"
        )
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
_ADVICE = (
    f"there are {', '.join(f'`${{{one}:...}}`' for one in _SOURCES)} and those of installed providers of secrets; "
    "`$${` stands for a plain `${`"
)


def resolve(document: Document, value: Json, path: Path, scope: Scope) -> tuple[Json, list[Finding]]:
    """The value with all its references replaced; each that stands for nothing is a finding at its place."""
    findings: list[Finding] = []

    def walk(value: Json, path: Path) -> Json:
        match value:
            case str() if "${" in value:
                return _scalar(value, scope, lambda at, error: findings.append(_finding(document, path, at, error)))
            case dict():
                return {key: walk(item, (*path, key)) for key, item in value.items()}
            case list():
                return [walk(item, (*path, index)) for index, item in enumerate(value)]
            case _:
                return value

    return walk(value, path), findings


def _finding(document: Document, path: Path, found: re.Match[str], error: Undefined) -> Finding:
    before = found.string[: found.start()]
    span = document.inside(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Finding("LSFM05", Severity.ERROR, error.message, error.hint, span)


def _scalar(text: str, scope: Scope, tell: Callable[[re.Match[str], Undefined], None]) -> Json:
    """A scalar that is one reference takes its type; in the middle of a text it becomes text."""
    parts: list[Referenced] = []

    def value_of(found: re.Match[str]) -> Json:
        try:
            return _referenced(found, scope)
        except Undefined as error:
            tell(found, error)
            return Referenced(found[0], "undefined")

    def text_of(found: re.Match[str]) -> str:
        value = value_of(found)
        if isinstance(value, Referenced):
            parts.append(value)
        if isinstance(value, dict | list) or value is None:
            tell(found, Undefined(f"`{found[0]}` is no scalar and cannot stand inside a text", "let it stand alone"))
        return str(value).lower() if isinstance(value, bool) else str(value)

    whole = _REFERENCE.fullmatch(text)
    if whole is not None:
        return value_of(whole)
    result = _REFERENCE.sub(text_of, text)
    if not parts:
        return result
    made = Confidential if any(isinstance(one, Confidential) for one in parts) else Referenced
    return made(result, "+".join(one.source for one in parts))


def _referenced(found: re.Match[str], scope: Scope) -> Json:
    if found[0] == "$${":
        return "${"
    if found["name"] is None:
        raise Undefined("`${` begins a reference that does not end", "close it with `}`; `$${` stands for a plain `${`")
    if found["kind"] is None:
        name = found["name"].replace(" ", "")
        meant = [f"`${{{name}}}`"] if ":" in name else [f"`${{env:{name}}}`", f"`${{var:{name}}}`"]
        raise Undefined(f"`{found[0]}` is no reference", f"did you mean {' or '.join(meant)}?")
    return scope.look_up(found["kind"], found["name"])

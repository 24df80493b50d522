"""YAML 1.2 documents as plain values, with the place of every key and scalar. Pure: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml

from lsform.core.diagnostics import Finding, Severity, Span
from lsform.core.values import Json

Path: TypeAlias = tuple[str | int, ...]
try:
    _Base = yaml.CSafeLoader
except AttributeError:  # PyYAML built without libyaml: ten times slower, same nodes
    _Base = yaml.SafeLoader  # type: ignore[assignment,misc]

DEEPEST = 50  # levels of nesting: no manifest needs them, and a bomb must not end the process

# The core schema of YAML 1.2 (section 10.3.2): `yes`, `on`, `1_000`, `0777`, `12:30` and dates are plain text.
_CORE_SCHEMA = (
    ("tag:yaml.org,2002:null", r"(?:~|null|Null|NULL|)", "~nN\0"),
    ("tag:yaml.org,2002:bool", r"(?:true|True|TRUE|false|False|FALSE)", "tTfF"),
    ("tag:yaml.org,2002:int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))",
        "-+.0123456789",
    ),
)


class _Loader(_Base):
    """libyaml's parser with the resolver of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML's own name)


for _tag, _pattern, _first in _CORE_SCHEMA:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^{_pattern}$"), ["" if one == "\0" else one for one in _first])


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value, and where each of its parts stands. The place of a mapping's entry is its key."""

    file: str
    value: Json
    places: Mapping[Path, tuple[int, int]]
    ignored: Mapping[int, frozenset[str]]

    def span(self, path: Path) -> Span:
        """The place of a part, or of the nearest part around it."""
        while path not in self.places:
            if not path:
                return Span(self.file)
            path = path[:-1]
        return Span(self.file, *self.places[path])


_IGNORE = re.compile(r"#\s*lsform:\s*ignore\s+([A-Z0-9, ]+)")


def ignored_codes(text: str) -> dict[int, frozenset[str]]:
    """Line -> codes that a comment `# lsform: ignore LSF104` on it silences."""
    if "lsform:" not in text:
        return {}
    lines = enumerate(text.splitlines(), start=1)
    return {
        number: frozenset(re.split(r"[,\s]+", found[1].strip()))
        for number, line in lines
        if (found := _IGNORE.search(line))
    }


def read_documents(text: str, file: str) -> tuple[list[Document], list[Finding]]:
    """All documents of a file that are not empty; a file that is not YAML gives the documents before the mistake."""
    documents: list[Document] = []
    findings: list[Finding] = []
    ignored = ignored_codes(text)
    try:
        loader = _Loader(text)
        while loader.check_node():
            reader = _Reader(file)
            value = reader.value(cast("yaml.Node", loader.get_node()), ())
            findings += reader.findings
            if value is not None:
                documents.append(Document(file, value, reader.places, ignored))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file)
        message = f"this is not YAML: {error.problem or error.context}"
        findings.append(Finding("LSFM01", Severity.ERROR, message, "check the indentation and quotes here", span))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"this is not YAML: character #x{ord(text[error.position]):04x} is not allowed"
        findings.append(
            Finding("LSFM01", Severity.ERROR, message, "remove it, or save the file as UTF-8", Span(file, line))
        )
    return documents, findings


class _Reader:
    """Turns the nodes of one document into values, noting places and mistakes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path, tuple[int, int]] = {}
        self.findings: list[Finding] = []
        self.open: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Json:
        if path not in self.places:
            self.places[path] = _place(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self.open or len(path) > DEEPEST:
            self._error("LSFM01", "this is nested too deeply, or in itself", "write it out", node)
            return None
        self.open.add(id(node))
        try:
            return self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._sequence(node, path)
        finally:
            self.open.discard(id(node))

    def _sequence(self, node: yaml.Node, path: Path) -> Json:
        items = cast("list[yaml.Node]", node.value)
        return [self.value(item, (*path, index)) for index, item in enumerate(items)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Json:
        result: dict[str, Json] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            inner = (*path, key)
            if key in result:
                first = self.places[inner][0]
                self._error(
                    "LSFM02", f"the key `{key}` stands here twice", f"first on line {first}: keep one", key_node
                )
                continue
            self.places[inner] = _place(key_node)
            result[key] = self.value(value_node, inner)
        return result

    def _key(self, node: yaml.Node) -> str | None:
        """Keys are text: `1: x` is the key `1`."""
        if not isinstance(node, yaml.ScalarNode):
            self._error("LSFM01", "a key must be plain text", "quote it", node)
            return None
        if node.value == "<<" and not node.style:
            self._error("LSFM01", "merge keys (`<<`) are not part of YAML 1.2", "use an anchor, or `vars`", node)
            return None
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode) -> Json:
        text = str(node.value)
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            case "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
            case "str":
                return text
            case _:
                self._error("LSFM01", f"the tag `{node.tag}` is not allowed", "leave it out", node)
                return text

    def _error(self, code: str, message: str, hint: str, node: yaml.Node) -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, hint, Span(self.file, *_place(node))))


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1

"""YAML 1.2 documents as plain values, with the place of every key and scalar. Pure: text in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from lsform.config.scalars import plain, shown, tagged
from lsform.config.syntax import fault, illegal_character
from lsform.core.diagnostics import Finding, Severity, Span, nearest
from lsform.core.values import Json

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without libyaml: ten times slower, same events

DEEPEST = 50  # levels of nesting: no manifest needs them, and a bomb must not end the process
MOST_ALIASED = 100_000  # values that the aliases of one document may stand for: nine lines can stand for billions

_COLLECTIONS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_AGAIN = -1  # the step to a value that is read over, because its key stands there already


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value, and where each of its parts stands. The place of a mapping's entry is its key.

    `aliases` maps the path of an alias to that of its anchor; `blocks` the path of a literal block (`|`) to the place
    of its first character.
    """

    file: str
    value: Json
    places: Mapping[Path, Place]
    ignored: Mapping[int, frozenset[str]]
    aliases: Mapping[Path, Path]
    blocks: Mapping[Path, Place]

    def span(self, path: Path) -> Span:
        """The place of a part, or of the nearest part around it."""
        path = self._written(path)
        while path not in self.places:
            if not path:
                return Span(self.file)
            path = path[:-1]
        return Span(self.file, *self.places[path])

    def inside(self, path: Path, line: int, column: int) -> Span:
        """The place of a line and column of a text (0: unknown): exact in a literal block, else where the text is."""
        written = self._written(path)
        block = self.blocks.get(self.aliases.get(written, written))
        if block is None or not line:
            return self.span(path)
        return Span(self.file, block[0] + line - 1, block[1] + column - 1 if column else 0)

    def _written(self, path: Path) -> Path:
        """The same part where it is written out, which is elsewhere for what stands below an alias."""
        for length in range(len(path) - 1, 0, -1):
            anchor = self.aliases.get(path[:length])
            if anchor is not None:
                return self._written(anchor + path[length:])
        return path


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
    illegal = illegal_character(text, file)
    if illegal is not None:
        return [], [illegal]
    documents: list[Document] = []
    findings: list[Finding] = []
    ignored, lines = ignored_codes(text), text.splitlines()
    events = yaml.parse(text, _Parser)
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                reader = _Reader(file, events, lines, findings)
                value = reader.value(())
                if value is not None:
                    documents.append(Document(file, value, reader.places, ignored, reader.aliases, reader.blocks))
    except yaml.MarkedYAMLError as error:
        findings.append(fault(error, file))
    except _Refused as refusal:
        findings.append(refusal.finding)
    return documents, findings


class _Refused(Exception):
    """Ends the reading of a file: what follows would make no sense, or would use up the memory."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A value that aliases may repeat: how many values it consists of, and how deep they are nested."""

    value: Json
    path: Path
    size: int
    depth: int


class _Reader:
    """Turns the events of one document into values, noting places and mistakes.

    It works on events, since a tree of nodes is made by recursion in C, which a deep file ends with a crash.
    """

    def __init__(self, file: str, events: Iterator[yaml.Event], lines: list[str], findings: list[Finding]) -> None:
        self.file = file
        self.events = events
        self.lines = lines
        self.findings = findings
        self.places: dict[Path, Place] = {}
        self.aliases: dict[Path, Path] = {}
        self.blocks: dict[Path, Place] = {}
        self.anchors: dict[str, _Anchor | None] = {}
        self.aliased = 0

    def value(self, path: Path, event: yaml.Event | None = None) -> Json:
        """The value that begins with this event, or with the next one."""
        event = event or next(self.events)
        assert isinstance(event, yaml.NodeEvent)
        self.places.setdefault(path, _place(event))
        name = str(event.anchor or "")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, name, path)
        if len(path) > DEEPEST:
            raise _Refused(self._finding("this is nested too deeply", f"no manifest needs {DEEPEST} levels", event))
        if name:
            self.anchors[name] = None
        value = self._written_out(event, path)
        if name:
            self.anchors[name] = _Anchor(value, path, *_measured(value))
        return value

    def _written_out(self, event: yaml.NodeEvent, path: Path) -> Json:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        assert isinstance(event, yaml.CollectionStartEvent)
        if event.tag not in _COLLECTIONS:
            self._error("LSFM01", f"the tag `{shown(str(event.tag))}` is not allowed", "leave the tag out", event)
        return self._sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _alias(self, event: yaml.AliasEvent, name: str, path: Path) -> Json:
        anchor = self.anchors.get(name)
        if anchor is None:
            inside = name in self.anchors
            message = f"`*{name}` stands in itself" if inside else f"there is no anchor `&{name}` above"
            hint = "" if inside else nearest(name, self.anchors)
            self._error("LSFM01", message, hint or "write the value out", event)
            return None
        self.aliased += anchor.size
        if self.aliased > MOST_ALIASED or len(path) + anchor.depth > DEEPEST:
            message = f"aliases stand for more than {MOST_ALIASED} values or {DEEPEST} levels"
            raise _Refused(self._finding(message, "write out what is needed", event))
        self.aliases[path] = anchor.path
        return anchor.value

    def _sequence(self, path: Path) -> Json:
        items: list[Json] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value((*path, len(items)), event))
        return items

    def _mapping(self, path: Path) -> Json:
        result: dict[str, Json] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                hint = "a text that begins with `{`, `[` or `*` needs quotes"
                raise _Refused(self._finding("a key must be plain text", hint, event))
            key = str(event.value)  # keys are text: `1: x` is the key `1`
            inner = (*path, key)
            if self._is_refused(key, event, result, inner):
                self.value((*inner, _AGAIN))
            else:
                self.places[inner] = _place(event)
                result[key] = self.value(inner)
        return result

    def _is_refused(self, key: str, event: yaml.ScalarEvent, known: Mapping[str, Json], path: Path) -> bool:
        if key in known:
            first = self.places[path][0]
            self._error("LSFM02", f"the key `{key}` stands here twice", f"first on line {first}: keep one", event)
        elif key == "<<" and not event.style:
            self._error("LSFM01", "merge keys (`<<`) are not part of YAML 1.2", "write the keys out", event)
        else:
            return False
        return True

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Json:
        text = str(event.value)
        if event.style == "|":
            self._note_block(event, path)
        try:
            if event.tag:
                return tagged(str(event.tag), text)
            return plain(text) if event.implicit[0] else text
        except ValueError as error:
            hint = "leave the tag out" if event.tag else "put it in quotes if it is text"
            self._error("LSFM01", str(error), hint, event)
            return text

    def _note_block(self, event: yaml.ScalarEvent, path: Path) -> None:
        """The place of a literal block: its lines are those of the file, less the indentation."""
        first = _place(event)[0]
        for number, line in enumerate(str(event.value).splitlines(), start=first):
            if line and number < len(self.lines):
                self.blocks[path] = (first + 1, len(self.lines[number]) - len(line) + 1)
                return

    def _finding(self, message: str, hint: str, event: yaml.Event, *, code: str = "LSFM01") -> Finding:
        return Finding(code, Severity.ERROR, message, hint, Span(self.file, *_place(event)))

    def _error(self, code: str, message: str, hint: str, event: yaml.Event) -> None:
        self.findings.append(self._finding(message, hint, event, code=code))


def _measured(value: Json) -> tuple[int, int]:
    """How many values a value consists of, and how deep they are nested."""
    if not isinstance(value, dict | list):
        return 1, 0
    inside = [_measured(one) for one in (value.values() if isinstance(value, dict) else value)]
    return 1 + sum(size for size, _ in inside), 1 + max((depth for _, depth in inside), default=0)


def _place(event: yaml.Event) -> Place:
    assert event.start_mark is not None
    return event.start_mark.line + 1, event.start_mark.column + 1

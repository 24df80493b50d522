"""Addresses: the stable names of resources, as in `project.traffic/import_storage.raw`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_NAME = re.compile(NAME_PATTERN)
_KIND = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A path of (kind, name) pairs: one for a resource of its own, two for a child."""

    path: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, kind: str, name: str) -> Address:
        return cls(((kind, name),))

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `kind.name[/kind.name]`; raises ValueError, in words for users, when it is not one."""
        pairs = []
        for segment in text.split("/"):
            kind, dot, name = segment.partition(".")
            if not dot or not _KIND.fullmatch(kind) or not _NAME.fullmatch(name):
                raise ValueError(f"`{text}` is not an address such as `project.traffic` or `project.traffic/view.mine`")
            pairs.append((kind, name))
        return cls(tuple(pairs))

    @property
    def kind(self) -> str:
        return self.path[-1][0]

    @property
    def name(self) -> str:
        return self.path[-1][1]

    @property
    def parent(self) -> Address | None:
        return Address(self.path[:-1]) if len(self.path) > 1 else None

    @property
    def root(self) -> Address:
        return Address(self.path[:1])

    def child(self, kind: str, name: str) -> Address:
        return Address((*self.path, (kind, name)))

    def is_within(self, other: Address) -> bool:
        """Whether this is `other` itself or one of its descendants."""
        return self.path[: len(other.path)] == other.path

    def moved(self, source: Address, target: Address) -> Address:
        """The same resource when `source`, which it is within, is now called `target`."""
        return Address(target.path + self.path[len(source.path) :])

    def matches(self, glob: str) -> bool:
        """Shell-style match of the whole address; a glob that names a resource takes its children along."""
        text = str(self)
        return fnmatchcase(text, glob) or fnmatchcase(text, f"{glob}/*")

    def __str__(self) -> str:
        return "/".join(f"{kind}.{name}" for kind, name in self.path)


def is_name(text: str) -> bool:
    """Whether a word may stand as `metadata.name` or as a key of a collection."""
    return _NAME.fullmatch(text) is not None

"""The settings of a server as a file of variables has them, such as Docker's `--env-file`. Pure: text comes in."""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*\Z")
_QUOTED = re.compile(r"""(["'])(.*?)\1(?:\s+#.*)?\Z""")


def settings(text: str) -> dict[str, str]:
    """Name -> value of each `NAME=value`; the last of a name counts. Comments and all else are left out."""
    found = {}
    for line in text.splitlines():
        if match := _LINE.match(line):
            name, value = match.groups()
            quoted = _QUOTED.match(value)
            found[name] = quoted[2] if quoted else value.partition(" #")[0].strip()
    return found

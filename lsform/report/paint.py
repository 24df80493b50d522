"""Colour for a terminal, or none. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


@dataclass(frozen=True, slots=True)
class Paint:
    """`paint(text, "red")` is the text in ANSI colour, or the plain text where there are no colours."""

    colors: bool = False

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colors else text

"""The core schema of YAML 1.2: which scalars are more than text, and what they are. Pure."""

from __future__ import annotations

import math
import re

from lsform.core.values import Json

LONGEST_NUMBER = 1000  # characters: Python refuses to print numbers that are much longer
_PREFIX = "tag:yaml.org,2002:"
_TEXT = (f"{_PREFIX}str", "!")

# Tag -> its texts, and the characters that they begin with (section 10.3.2 of the standard). `yes`, `on`, `1_000`,
# `12:30` and dates are plain text; and so, unlike there, are numbers with a needless zero before them: `007` is a label
# or a key more often than a quantity, and as a number it would lose its zeros.
_CORE_SCHEMA = {
    f"{_PREFIX}null": (re.compile(r"(?:~|null|Null|NULL|)\Z"), "~nN"),
    f"{_PREFIX}bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    f"{_PREFIX}int": (re.compile(r"(?:[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)\Z"), "-+0123456789"),
    f"{_PREFIX}float": (
        re.compile(
            r"(?:[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
        ),
        "-+.0123456789",
    ),
}


def plain(text: str) -> Json:
    """The value of a scalar without quotes and tag; raises ValueError, in words for users, for a number out of range.

    Nearly every scalar is a text, which its first character tells.
    """
    return _converted(tag_of(text), text)


def tag_of(text: str) -> str:
    """The tag of a scalar without quotes and tag."""
    first = text[:1]
    tags = (tag for tag, (fits, begins) in _CORE_SCHEMA.items() if first in begins and fits.match(text))
    return next(tags, _TEXT[0])


def tagged(tag: str, text: str) -> Json:
    """The value of a scalar with an explicit tag; raises ValueError for a tag that is not its own."""
    if tag in _TEXT:
        return text
    known = _CORE_SCHEMA.get(tag)
    if known is None:
        raise ValueError(f"the tag `{shown(tag)}` is not allowed")
    if not known[0].match(text):
        raise ValueError(f"the tag `{shown(tag)}` does not fit to this text")
    return _converted(tag, text)


def shown(tag: str) -> str:
    """A tag as people write it."""
    return tag.replace(_PREFIX, "!!", 1)


def _converted(tag: str, text: str) -> Json:
    match tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            if len(text) > LONGEST_NUMBER:
                raise ValueError("this number has too many digits")
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        case "float":
            number = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
            if not math.isfinite(number):
                raise ValueError("this number is not finite, and JSON has no such numbers")
            return number
        case _:
            return text

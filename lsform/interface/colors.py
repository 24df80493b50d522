"""Colours for labels that were given none: distinct, readable, and each label's own. Pure.

Distances are those of OKLab (https://bottosson.github.io/posts/oklab/), where black and white are 1 apart and colours
less than about 0.02 apart look alike. Contrast is that of WCAG 2: the editor writes in white on the colour of a label
that is selected, and 4.5 is the least for text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from typing import TypeAlias

from lsform.interface.css_colors import rgb

Rgb: TypeAlias = tuple[int, int, int]
Lab: TypeAlias = tuple[float, float, float]

LEAST_CONTRAST = 4.5  # with white
DARKEST = 0.36  # lightness in OKLab: below it, colours look black
# Each the farthest from those before it, of all that are bright and readable enough: the first few are far apart.
_FARTHEST = """
    107098 e80000 c000f8 700840 0000ff 284800 907000 6800b0 a05088 6860f8 103880 007800 983000 e00098 604868 900080
    2050c8 603008 6000f8 b80050 506040 3000b8 9040c8 b85848 7068b0 005058 502078 508070 b800b0 9008ff 885858 d04070
    5848a0 2078d0 883058 1058ff 800000 c01000 608010 805000 403858 6040d0 305080 804090 9000b0 006008 b80080 007068
    702870 784038 b848b0 686080 3828d8 4030a0 008850 603040 584800 7808d8 980030 907058 a84050
"""
PALETTE = tuple(f"#{one}" for one in _FARTHEST.split())
# How many colours of the palette to choose from, and how far from all others the choice must be. Both numbers are
# primes, so that any stride leads to every colour.
TIERS = ((23, 0.1), (61, 0.06))


def assigned(labels: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    """The colour of each label, given as its identity and its own colour, if it has one; that one is kept.

    Another's depends on its identity, and on the other labels only as far as it must to stay away from their colours:
    their order does not count, and a label more or less changes few colours, mostly none. Of given colours only names
    and hex are looked at.
    """
    colors = [color for _, color in labels]
    taken = _Taken({oklab(value): None for color in colors if color is not None and (value := rgb(color))})
    # by digest, so that who gives way does not depend on the order of the list
    waiting = sorted((_digest(name), index) for index, (name, _) in enumerate(labels) if colors[index] is None)
    for digest, index in waiting:
        colors[index] = taken.next(digest)
    return tuple(color or "" for color in colors)


@dataclass(slots=True)
class _Taken:
    """Colours that are taken, and those of the palette, each with a gap, that are too near to one of them."""

    colors: dict[Lab, None]
    near: set[tuple[str, float]] = field(default_factory=set)

    def next(self, digest: bytes) -> str:
        """The first colour of the label's own sequence that is far enough from all that are taken; takes it."""
        palette = (color for size, gap in TIERS for color in _probed(digest, size) if self._is_far(color, gap))
        color = next(palette, "") or next(one for one in _endless(digest) if _lab(one) not in self.colors)
        self.colors[_lab(color)] = None
        return color

    def _is_far(self, color: str, gap: float) -> bool:
        if (color, gap) in self.near:
            return False
        here = _lab(color)
        far = all(math.dist(here, other) >= gap for other in self.colors)
        if not far:
            self.near.add((color, gap))
        return far


def _probed(digest: bytes, size: int) -> Iterator[str]:
    """The first colours of the palette, in an order that is the label's own."""
    start, stride = int.from_bytes(digest[:4], "big"), int.from_bytes(digest[4:8], "big") % (size - 1) + 1
    return (PALETTE[(start + step * stride) % size] for step in range(size))


def _endless(digest: bytes) -> Iterator[str]:
    """Readable colours without end, for when the palette is used up."""
    for number in count():
        red, green, blue, *_ = _digest(f"{digest.hex()}{number}")
        if contrast((red, green, blue)) >= LEAST_CONTRAST and oklab((red, green, blue))[0] >= DARKEST:
            yield f"#{red:02x}{green:02x}{blue:02x}"


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


@lru_cache(maxsize=1024)
def _lab(color: str) -> Lab:
    value = rgb(color)
    assert value is not None
    return oklab(value)


def contrast(color: Rgb) -> float:
    """Of the colour with white, from 1 to 21."""
    red, green, blue = _linear(color)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def oklab(color: Rgb) -> Lab:
    """Lightness and the two axes of colour."""
    red, green, blue = _linear(color)
    long = math.pow(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue, 1 / 3)
    medium = math.pow(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue, 1 / 3)
    short = math.pow(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue, 1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(color: Rgb) -> tuple[float, ...]:
    """Light instead of what a screen is sent, from 0 to 1."""
    return tuple(one / 255 / 12.92 if one <= 0.04045 * 255 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in color)

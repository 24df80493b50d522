"""The codec of Label Studio's brush masks: the SDK's own, loaded when there is a mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def decode(rle: Sequence[int]) -> Any:
    """Run lengths -> red, green, blue and alpha of each pixel, row by row."""
    from label_studio_sdk.converter.brush import decode_rle

    return decode_rle([*rle])

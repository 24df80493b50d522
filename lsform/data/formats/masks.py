"""Brush masks of Label Studio as masks of COCO. Imports numpy and pycocotools, and only when there is a mask."""

from __future__ import annotations

from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.data.formats.base import Decoder
from lsform.data.shapes import Mask, Size

OPAQUE = 128  # of 255: how much of a pixel has to be painted to count
CHANNELS = 4  # red, green, blue and the alpha that says what is painted


def coco_mask(mask: Mask, size: Size, decode: Decoder) -> dict[str, Json]:
    """`segmentation`, `bbox` and `area` of a mask of this size."""
    try:
        import numpy
        from pycocotools import mask as codec
    except ModuleNotFoundError as error:
        raise LsformError(f"brush masks need `{error.name}`", hint="`pip install 'lsform[export]'`") from None
    painted = numpy.asarray(decode(mask.rle), dtype=numpy.uint8)
    if painted.size != size.width * size.height * CHANNELS:
        raise LsformError(f"a brush mask does not fit its picture of {size.width} x {size.height} pixels")
    alpha = painted.reshape(size.height, size.width, CHANNELS)[:, :, CHANNELS - 1]
    encoded = codec.encode(numpy.asfortranarray((alpha >= OPAQUE).astype(numpy.uint8)))
    counts = encoded["counts"]
    return {
        "bbox": [float(number) for number in codec.toBbox(encoded)],
        "area": int(codec.area(encoded)),
        "segmentation": {
            "size": [size.height, size.width],
            "counts": counts.decode("ascii") if isinstance(counts, bytes) else counts,
        },
    }

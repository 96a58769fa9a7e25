"""Pictures and pages as OCR wants them: grey, not too large, on white. Runs in the process that reads."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from PIL import Image, UnidentifiedImageError

from audit.attachments.contents import Limits
from audit.attachments.gathered import Broken

CANNOT: Final = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    RuntimeError,
)
"""What Pillow raises for pictures that are broken; it reports most of them as errors of Python."""
_LEAST: Final = 12
"""Pixels of a side below which nobody could read a word."""
_SMALL: Final = 2_000_000
"""Pixels up to which a picture is drawn twice as wide: letters of screens are smaller than OCR wants them."""
_A_POINT: Final = 200 / 72
"""Pixels of a point of a page: 200 to the inch."""
_WHITE: Final = 255
_ALPHA: Final = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})


def frames(data: bytes, limits: Limits) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield a path for each picture in a file, and what draws it: the pages of a TIFF, the first picture of others.

    Where none is wanted, pages are not counted.
    """
    pages = _pages(data) if limits.pictures else 1
    for number in range(pages):
        path = f"content/page[{number + 1}]/picture" if pages > 1 else "content/picture"
        yield path, partial(_frame, data, number, limits)


def size(width: float, height: float, pixels: int) -> tuple[int, int]:
    """Return how large a page of so many points is drawn."""
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise Broken("it has no size")
    scale = min(_A_POINT, math.sqrt(pixels / width / height))
    across = min(max(1, int(width * scale)), pixels)
    return across, min(max(1, int(height * scale)), max(1, pixels // across))


def of_grey(width: int, height: int, line_bytes: int, data: bytes) -> bytes:
    """Return pixels of one byte each as PNG, empty where all are alike."""
    return _png(Image.frombuffer("L", (width, height), data, "raw", "L", line_bytes, 1))


def _pages(data: bytes) -> int:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
    except CANNOT:
        return 1


def _frame(data: bytes, number: int, limits: Limits) -> bytes:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if number:
                picture.seek(number)
            if math.prod(picture.size) > limits.decoded_pixels:
                raise Broken(f"it has more than {limits.decoded_pixels:,} pixels")
            return _png(_fitted(_on_white(picture), limits.picture_pixels))
    except (MemoryError, EOFError, *CANNOT) as error:
        raise Broken(f"it cannot be decoded: {type(error).__name__}") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture in grey; what is transparent in it is white."""
    if picture.mode not in _ALPHA and "transparency" not in picture.info:
        return picture.convert("L")
    whole = picture.convert("RGBA")
    page = Image.new("L", picture.size, _WHITE)
    page.paste(whole.convert("L"), mask=whole.getchannel("A"))
    return page


def _fitted(picture: Image.Image, pixels: int) -> Image.Image:
    count = math.prod(picture.size)
    scale = 2.0 if count <= _SMALL else min(1.0, math.sqrt(pixels / count))
    if scale == 1:
        return picture
    width, height = (max(1, int(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC)


def _png(picture: Image.Image) -> bytes:
    if min(picture.size) < _LEAST or picture.getextrema()[0] == picture.getextrema()[1]:
        return b""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()

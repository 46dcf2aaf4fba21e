"""Files into pictures, one page at a time: PNG, JPEG, TIFF of many pages, WebP, BMP, PDF."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Literal

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from anxin.engines.reading.forms.problems import Problem

Grey = NDArray[np.uint8]

# A4 at 600 dpi is 35 million pixels; what is far above that is a mistake or an attack on our memory.
MOST_PIXELS = 120_000_000
_PDF_LONG_SIDE = 2400  # pixels: 205 dpi on A4
_PDF_MOST_SIDE = 5000
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")

# What Pillow raises for files that are broken in one way or another.
_DAMAGED = (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, struct.error, UnidentifiedImageError)

# PDFium keeps global state: only one thread may be inside it.
_one_in_pdfium = Lock()


Kind = Literal["pdf", "tiff", "picture"]


def kind_of(data: bytes) -> Kind | Problem:
    """`pdf`, `tiff`, or `picture`; by content, never by name."""
    if not data:
        return Problem("empty_file")
    # A PDF may have a few bytes of something else before it.
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return Problem("heic")
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n" or data[:2] == b"BM":
        return "picture"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "picture"
    return Problem("unknown_kind")


def count_pages(data: bytes) -> int | Problem:
    """How many pages the file has, without decoding them."""
    kind = kind_of(data)
    if isinstance(kind, Problem):
        return kind
    if kind == "picture":
        return 1
    if kind == "tiff":
        try:
            with _quietly(), Image.open(io.BytesIO(data)) as opened:
                return int(getattr(opened, "n_frames", 1))
        except _DAMAGED:
            return Problem("damaged_file")
    with _one_in_pdfium:
        document = _opened(data)
        if isinstance(document, Problem):
            return document
        try:
            return len(document) or Problem("no_pages")
        finally:
            document.close()


def pages(data: bytes) -> Iterator[Grey | Problem]:
    """Every page as a grey picture, or what keeps it from being one. One at a time: a batch may not fit in memory."""
    count = count_pages(data)
    if isinstance(count, Problem):
        yield count
        return
    for number in range(count):
        yield page(data, number)


def page(data: bytes, number: int) -> Grey | Problem:
    """One page, counted from 0, of a file whose pages `count_pages` counted."""
    kind = kind_of(data)
    if isinstance(kind, Problem):
        return kind
    if kind == "pdf":
        return _pdf_page(data, number)
    return _picture(data, number)


def _picture(data: bytes, number: int) -> Grey | Problem:
    try:
        with _quietly(), Image.open(io.BytesIO(data)) as opened:
            if number:
                opened.seek(number)
            pixels = opened.width * opened.height
            if pixels > MOST_PIXELS:
                return Problem("too_large", {"pixels": pixels // 1_000_000, "most": MOST_PIXELS // 1_000_000})
            if opened.format in ("PNG", "JPEG") and opened.mode in ("L", "RGB", "1"):
                # OpenCV decodes these several times as fast, and turns a photo upright by what the camera noted.
                grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
                return Problem("damaged_file") if grey is None else np.asarray(grey, np.uint8)
            return _on_white(opened)
    except Image.DecompressionBombError:
        return Problem("too_large", {"pixels": "?", "most": MOST_PIXELS // 1_000_000})
    except (*_DAMAGED, EOFError, cv2.error):
        return Problem("damaged_file")


@contextmanager
def _quietly() -> Iterator[None]:
    """Without Pillow's warnings: a bomb is judged by its pixels, odd tags are of no concern."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _on_white(opened: Image.Image) -> Grey:
    if opened.mode in ("I;16", "I;16B", "I;16L", "I"):
        deep = np.asarray(opened, np.int64)
        return np.asarray(deep >> 8 if deep.max(initial=0) > 255 else deep, np.uint8)
    if opened.mode in ("LA", "PA", "RGBA") or "transparency" in opened.info:
        rgba = opened.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return np.asarray(Image.alpha_composite(paper, rgba).convert("L"), np.uint8)
    return np.asarray(opened.convert("L"), np.uint8)


def _opened(data: bytes) -> pypdfium2.PdfDocument | Problem:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return Problem("locked_pdf" if "password" in str(error).lower() else "damaged_file")


def _pdf_page(data: bytes, number: int) -> Grey | Problem:
    with _one_in_pdfium:
        document = _opened(data)
        if isinstance(document, Problem):
            return document
        try:
            opened = document[number]
            long, short = max(opened.get_size()), min(opened.get_size())
            if short < 1 or long / short > 20:
                return Problem("damaged_file")
            scale = min(_PDF_LONG_SIDE / long, _PDF_MOST_SIDE / long)
            return np.array(opened.render(scale=scale, grayscale=True).to_numpy(), np.uint8).reshape(
                round(opened.get_height() * scale), -1
            )
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            return Problem("damaged_file")
        finally:
            document.close()

"""What a file really is, found in its bytes. The sender's name and type are never believed.

Pure of the database: bytes in, `Found` out, or `Invalid` with words that say what to do instead.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

import puremagic
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from anxin.access.errors import Invalid

MAX_BYTES = 15 * 1024 * 1024
# 100 million pixels: above any phone's camera, below what could fill the memory when a page draws it.
MAX_PIXELS = 100_000_000

IMAGE_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PDF = "application/pdf"
_PDF_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Found:
    content_type: str
    pages: int = 1


def examine(content: bytes, *, name: str = "") -> Found:
    """The type of `content` and how many pages it has. Raises `Invalid` (field `files`) for what cannot be used."""
    if not content:
        raise _unusable(name, _("it is empty. Take the photo again."))
    if len(content) > MAX_BYTES:
        raise _unusable(
            name, _("it is larger than %(mb)d MB. Send a smaller photo.") % {"mb": MAX_BYTES // 1024 // 1024}
        )
    kind = _kind(content)
    if kind == PDF:
        return Found(PDF, _pdf_pages(content, name))
    if kind in IMAGE_FORMATS:
        _check_image(content, kind, name)
        return Found(kind)
    if kind in ("image/heif", "image/heic", "image/avif"):
        raise _unusable(
            name, _("this photo format is not readable everywhere. Choose “Most compatible” in the camera's settings, or a screenshot.")
        )  # fmt: skip
    raise _unusable(name, _("it is neither a photo (JPEG, PNG, WebP) nor a PDF."))


def _kind(content: bytes) -> str:
    # The three magic numbers that nearly every upload begins with, then the full table for better words.
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"%PDF-"):
        return PDF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        return str(puremagic.from_string(content[:4096], mime=True))
    except puremagic.PureError:
        return ""


def _check_image(content: bytes, kind: str, name: str) -> None:
    """Decode it: a truncated or forged picture shows only then. JPEG decodes at an eighth of its size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[IMAGE_FORMATS[kind]]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise _unusable(name, _("it has too many pixels. Send a smaller photo."))
                image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
                image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _unusable(name, _("it has too many pixels. Send a smaller photo.")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise _unusable(name, _("the picture is damaged. Take the photo again.")) from None


def _pdf_pages(content: bytes, name: str) -> int:
    if b"%%EOF" not in content[-2048:]:
        raise _unusable(name, _("the PDF is cut off. Send it again."))
    if b"/Encrypt" in content:
        raise _unusable(name, _("the PDF has a password. Send one without."))
    # Newer PDFs pack their page objects; what cannot be counted without unpacking is shown as one page.
    return max(1, min(len(_PDF_PAGE.findall(content)), 32_767))


def _unusable(name: str, why: str) -> Invalid:
    message = (
        _("“%(name)s” cannot be used: %(why)s") % {"name": name, "why": why}
        if name
        else _("This file cannot be used: %(why)s") % {"why": why}
    )
    return Invalid(message, fields={"files": message})

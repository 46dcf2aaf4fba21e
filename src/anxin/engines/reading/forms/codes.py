"""The code on every page: which form, version, page and copy it is, as text and as a QR code.

The text is `AX1:<form>:<version>:<page>:<pages>:<serial>:<token>:<check>`, all in QR's alphanumeric alphabet so that a page's
code stays at 29 to 33 modules a side. `AX1` names the format; the check is CRC-32 of what stands before it, cut to 20 bits.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
import zxingcpp

from anxin.engines.reading.forms.errors import FormError

_PREFIX = "AX"
_FORMAT = 1
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_SERIAL = re.compile(r"[A-Z0-9-]{1,16}")
_TOKEN = re.compile(r"[A-Z0-9-]{0,24}")


@dataclass(frozen=True)
class PageCode:
    """What a page says of itself. `token` is empty on an anonymous copy."""

    form_id: str
    version: int
    page: int
    pages: int
    serial: str
    token: str = ""

    def text(self) -> str:
        body = f"{_PREFIX}{_FORMAT}:{self.form_id}:{self.version}:{self.page}:{self.pages}:{self.serial}:{self.token}"
        return f"{body}:{_check(body)}"


Refusal = Literal["foreign_code", "newer_code", "damaged_code"]


def parse(text: str) -> PageCode | Refusal:
    """The page that a QR code's text names, or why it names none of ours."""
    head, _, rest = text.partition(":")
    if not re.fullmatch(rf"{_PREFIX}\d{{1,3}}", head) or not rest:
        return "foreign_code"
    if head != f"{_PREFIX}{_FORMAT}":
        return "newer_code"
    body, _, check = text.rpartition(":")
    parts = body.split(":")
    if check != _check(body) or len(parts) != 7:
        return "damaged_code"
    _, form_id, version, page, pages, serial, token = parts
    if not (version.isdecimal() and page.isdecimal() and pages.isdecimal()):
        return "damaged_code"
    return PageCode(form_id, int(version), int(page), int(pages), serial, token)


def check_copy(serial: str, token: str) -> None:
    """FormError unless both can go into a page's code."""
    if not _SERIAL.fullmatch(serial):
        raise FormError(
            f"Serial {serial!r} cannot go into a page's code: use 1 to 16 of A-Z, 0-9 and the hyphen.",
            code="bad_serial",
            about=(serial,),
        )
    if not _TOKEN.fullmatch(token):
        raise FormError(
            f"The token of copy {serial} cannot go into a page's code: use up to 24 of A-Z, 0-9 and the hyphen.",
            code="bad_token",
            about=(serial,),
        )


def qr_svg(text: str) -> str:
    """The text as a QR code (quarter of it may be lost), black runs as one path, without a quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    dark = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) < 128
    return bits_svg(dark)


def bits_svg(dark: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> str:
    """A square of modules (true: black) as SVG. Runs, not modules: viewers draw hairlines between neighbours."""
    size = len(dark)
    runs: list[str] = []
    edges = np.diff(np.pad(dark.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    for y in range(size):
        begins, ends = np.flatnonzero(edges[y] == 1), np.flatnonzero(edges[y] == -1)
        runs.extend(f"M{begin} {y}h{end - begin}v1H{begin}z" for begin, end in zip(begins, ends, strict=True))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{"".join(runs)}"/></svg>'


def _check(body: str) -> str:
    value = zlib.crc32(body.encode())
    return "".join(_DIGITS[(value >> shift) & 31] for shift in (15, 10, 5, 0))

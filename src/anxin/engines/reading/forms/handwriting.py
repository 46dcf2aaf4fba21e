"""Places for handwriting: whether anything is written there, and the picture a person reads it from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.layout import Writing
from anxin.engines.reading.forms.paper import SCALE, Paper
from anxin.engines.reading.forms.pictures import Grey
from anxin.engines.reading.forms.registration import Homography, lay_flat, pixels_per_mm

_MARGIN = 2.0  # mm around a place that its picture shows: paper bends, and hands run over
_FINEST, _COARSEST = 8.0, 4.0  # pixels a mm of a picture
_QUALITY = 80  # of a JPEG
_DARK = 0.16  # of the printed black: light pencil is darker, printed guide lines mostly not
_LEAST_INK = 0.5  # square mm
_INSET = 1.6  # mm that a figure's box is looked into from its sides


@dataclass(frozen=True)
class Handwriting:
    """`written` is False only where the place is surely empty. `picture` is a JPEG, there whether written on or not."""

    field: str
    written: bool
    picture: bytes


def find_handwriting(
    grey: Grey, to_pixels: Homography, paper: Paper, places: tuple[Writing, ...], digits: frozenset[str]
) -> tuple[Handwriting, ...]:
    """`digits`: the fields of those places that are boxes for one figure each."""
    return tuple(
        Handwriting(
            place.field,
            (_ink_in_boxes if place.field in digits else _ink)(paper, place) >= _LEAST_INK,
            crop(grey, to_pixels, place.x - _MARGIN, place.y - _MARGIN, place.w + 2 * _MARGIN, place.h + 2 * _MARGIN),
        )
        for place in places
    )


def crop(grey: Grey, to_pixels: Homography, x: float, y: float, w: float, h: float) -> bytes:
    """A part of the page as a JPEG, upright, as fine as the file has it."""
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(x + w, sheet.WIDTH), min(y + h, sheet.HEIGHT)
    scale = float(np.clip(pixels_per_mm(to_pixels), _COARSEST, _FINEST))
    flat = lay_flat(grey, to_pixels, (left, top), (right - left, bottom - top), scale)
    return bytes(cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])


def _ink_in_boxes(paper: Paper, place: Writing) -> float:
    """Square millimetres of ink well inside the boxes for figures. A 1 is as straight as a box's side: none is taken away."""
    count = max(1, round((place.w + sheet.FIGURE_GAP) / (sheet.FIGURE + sheet.FIGURE_GAP)))
    ink = _dark(paper, place) > _DARK
    seen = 0.0
    for number in range(count):
        left = number * (sheet.FIGURE + sheet.FIGURE_GAP) + _INSET
        columns = slice(round(left * SCALE), round((left + sheet.FIGURE - 2 * _INSET) * SCALE))
        seen += float(ink[round(_INSET * SCALE) : -round(_INSET * SCALE), columns].sum())
    return seen / SCALE**2


def _ink(paper: Paper, place: Writing) -> float:
    """Square millimetres of ink that is no printed line."""
    ink = np.asarray(_dark(paper, place) > _DARK, np.uint8)
    # Frames and guide lines run straight for longer than any stroke of a hand.
    along = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(9 * SCALE)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(6 * SCALE), 1), np.uint8))
    printed = cv2.dilate(cv2.max(along, down), np.ones((5, 5), np.uint8))
    # What is left of single pixels is noise and dust.
    left = cv2.morphologyEx(cv2.subtract(ink, printed), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return float(left.sum()) / SCALE**2


def _dark(paper: Paper, place: Writing) -> NDArray[np.float32]:
    left, top = round(place.x * SCALE), round(place.y * SCALE)
    right, bottom = round((place.x + place.w) * SCALE), round((place.y + place.h) * SCALE)
    flat = paper.flat[top:bottom, left:right].astype(np.float32)
    white = np.maximum(paper.white[top:bottom, left:right], 8)
    return np.asarray(cv2.GaussianBlur((1 - flat / white) / (1 - paper.black), (0, 0), 1.0), np.float32)

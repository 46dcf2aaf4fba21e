"""Places for handwriting: whether anything is written there, and the picture a person reads it from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.layout import Layout, Writing
from anxin.engines.reading.forms.paper import SCALE, Paper
from anxin.engines.reading.forms.pictures import Grey
from anxin.engines.reading.forms.registration import Homography, lay_flat, pixels_per_mm

_MARGIN = 2.0  # mm around a place that its picture shows: paper bends, and hands run over
_FINEST, _COARSEST = 8.0, 4.0  # pixels a mm of a picture
_QUALITY = 80  # of a JPEG
_PAPER = 240.0  # brightness of paper in a picture
_DARK = 0.16  # of the printed black: light pencil is darker, printed guide lines mostly not
_LEAST_INK = 1.2  # square mm: a fifth of a small character
_NEAR_LINE = 1.2  # mm from where a line was printed that are not looked at
_INSET = 1.6  # mm that a figure's box is looked into from its sides


@dataclass(frozen=True)
class Handwriting:
    """`written` is False only where the place is surely empty. `picture` is a JPEG, there whether written on or not."""

    field: str
    written: bool
    picture: bytes


def find_handwriting(
    grey: Grey, to_pixels: Homography, paper: Paper, places: tuple[Writing, ...], layout: Layout
) -> tuple[Handwriting, ...]:
    return tuple(
        Handwriting(
            place.field,
            _ink(paper, place, layout) >= _LEAST_INK,
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
    # Paper as bright as a screen shows it: photographs are dark where nobody meant them to be.
    paper = max(float(np.percentile(flat, 90)), 60.0)
    flat = np.asarray(cv2.convertScaleAbs(flat, None, max(1.0, _PAPER / paper)), np.uint8)
    return bytes(cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])


def _ink(paper: Paper, place: Writing, layout: Layout) -> float:
    """Square millimetres of ink that is nothing printed."""
    dark = _dark(paper, place)
    if layout.by_field[place.field].kind == "digits":
        # A 1 is as straight as a box's side: nothing straight is taken away, the sides lie outside of what is looked at.
        return float((_figures(dark.shape, place) & (dark > _DARK)).sum()) / SCALE**2
    ink = np.asarray(dark > _DARK, np.uint8)
    # Frames and guide lines run straight for longer than any stroke of a hand, wherever the paper's bends move them.
    along = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(9 * SCALE)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(6 * SCALE), 1), np.uint8))
    printed = cv2.dilate(cv2.max(along, down), np.ones((5, 5), np.uint8))
    # What is left of single pixels is noise and dust.
    left = cv2.morphologyEx(cv2.subtract(ink, printed), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return float(left[_between_lines(dark.shape, place, layout)].sum()) / SCALE**2


def _figures(shape: tuple[int, ...], place: Writing) -> NDArray[np.bool_]:
    """What lies well inside the boxes for figures."""
    inside = np.zeros(shape, np.bool_)
    count = max(1, round((place.w + sheet.FIGURE_GAP) / (sheet.FIGURE + sheet.FIGURE_GAP)))
    inset = round(_INSET * SCALE)
    for number in range(count):
        left = number * (sheet.FIGURE + sheet.FIGURE_GAP)
        inside[inset:-inset, round((left + _INSET) * SCALE) : round((left + sheet.FIGURE - _INSET) * SCALE)] = True
    return inside


def _between_lines(shape: tuple[int, ...], place: Writing, layout: Layout) -> NDArray[np.bool_]:
    """What no printed line of the place comes near: the frame and guide lines of a text, the line beside "other"."""
    rows = (np.arange(shape[0]) + 0.5) / SCALE
    columns = (np.arange(shape[1]) + 0.5) / SCALE
    beside = layout.by_field.get(place.field.rpartition(".")[0])
    if beside is not None and beside.kind in ("one", "many"):
        clear = np.abs(rows - sheet.OTHER_LINE) > _NEAR_LINE
        return np.broadcast_to(clear[:, None], shape)
    off = np.abs(rows - sheet.WRITING_LINE * np.round(rows / sheet.WRITING_LINE))
    across = (columns > _NEAR_LINE) & (columns < place.w - _NEAR_LINE)
    return (off > _NEAR_LINE)[:, None] & across[None]


def _dark(paper: Paper, place: Writing) -> NDArray[np.float32]:
    left, top = round(place.x * SCALE), round(place.y * SCALE)
    right, bottom = round((place.x + place.w) * SCALE), round((place.y + place.h) * SCALE)
    flat = paper.flat[top:bottom, left:right].astype(np.float32)
    white = np.maximum(paper.white[top:bottom, left:right], 8)
    return np.asarray(cv2.GaussianBlur((1 - flat / white) / (1 - paper.black), (0, 0), 1.0), np.float32)

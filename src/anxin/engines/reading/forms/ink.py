"""How much ink lies in each box, and what kind, against the blank boxes of the same page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.alignment import Placed
from anxin.engines.reading.forms.paper import SCALE, Paper

_HALF = 26  # pixels around a box's middle that are looked at: 4.3 mm
_INSIDE = 1.6  # mm from the middle: what of a box is surely within its outline
_STROKE = 3.0  # mm: what is narrower and dark is a stroke, what is wider is shade or a filled box
# What the outline's own blur leaves inside a blank box, by how dark outlines stand out on the page. Measured on rendered
# pages; a page's own blank boxes are believed up to this, so that one on which every box is marked is not read as blank.
_OUTLINES = (0.08, 0.16, 0.27, 0.38, 0.50)
_MOST_LEFT = (0.08, 0.06, 0.04, 0.02, 0.012)
_MOST_SOLID = 0.05  # and how much darker than its surroundings it makes one
_MOST_SPREAD, _LEAST_SPREAD = 0.006, 0.0008

Each = NDArray[np.float64]  # one number a box


@dataclass(frozen=True)
class Ink:
    """Per box, in darkness (0 paper, 1 printed black), averaged over the inside unless it says otherwise.

    `strokes`: what narrow strokes add to a blank box. `solid`: darkness of everything. `even`: the lightest tenth against
    the darkest twentieth, near 1 where the box is filled. `beside`: strokes just outside the outline. `around`: darkness
    there, which a filled box leaves white and a shadow does not; `stands_out`: `solid` less that, against blank boxes. `shade`: how much the paper's brightness changes across
    the box and what surrounds it, of the brightest. `spread`: how much blank boxes of this page differ in `strokes`.
    """

    strokes: Each
    solid: Each
    even: Each
    beside: Each
    around: Each
    stands_out: Each
    shade: Each
    spread: float


def measure(paper: Paper, placed: Placed) -> Ink:
    size = 2 * _HALF + 1
    steps = (np.arange(size) - _HALF) / SCALE
    away = np.maximum(np.abs(steps)[:, None], np.abs(steps)[None])
    inside = away <= _INSIDE
    outside = (away > sheet.BOX / 2 + 0.35) & (away <= sheet.BOX / 2 + sheet.CLEAR)
    narrow = cv2.getStructuringElement(cv2.MORPH_RECT, (round(_STROKE * SCALE) | 1,) * 2)
    count = len(placed.centres)
    raw, beside, solid, even, around, shade = (np.zeros(count) for _ in range(6))
    for index, (x, y) in enumerate(placed.centres):
        dark = paper.darkness_around(x, y, size)
        # Closing the paper between strokes leaves a shadow's edge in place and takes only strokes away.
        strokes = cv2.morphologyEx(1 - cv2.blur(dark, (3, 3)), cv2.MORPH_BLACKHAT, narrow)
        raw[index], beside[index] = strokes[inside].mean(), strokes[outside].mean()
        smooth = cv2.GaussianBlur(dark, (0, 0), 1.5)
        low, high = np.percentile(smooth[inside], (10, 95))
        solid[index], even[index] = dark[inside].mean(), max(low, 0.0) / max(high, 0.05)
        around[index] = np.median(smooth[outside])
        white = paper.white_around(x, y, size)
        shade[index] = 1 - white.min() / max(white.max(), 1.0)
    blank, spread = _blank(raw, placed)
    beside_blank = float(np.median(beside)) if count else 0.0
    stands_out = solid - around
    stands_out = stands_out - min(float(np.median(stands_out)), _MOST_SOLID)
    return Ink(raw - blank, solid, even, beside - beside_blank, around, stands_out, shade, spread)


def _blank(raw: Each, placed: Placed) -> tuple[float, float]:
    """What strokes measure in this page's blank boxes, and how far blank boxes spread about it."""
    usual = float(np.median(placed.outline)) if len(raw) else 0.0
    most = float(np.interp(usual, _OUTLINES, _MOST_LEFT))
    lower = np.sort(raw)[: max(1, (len(raw) + 1) // 2)]
    middle = float(np.median(lower)) if len(lower) else 0.0
    spread = 1.4826 * float(np.median(np.abs(lower - middle))) if len(lower) else 0.0
    return min(middle, most), float(np.clip(spread, _LEAST_SPREAD, _MOST_SPREAD))

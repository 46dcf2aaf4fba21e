"""A page laid flat, with the light taken out: how dark its ink is, from 0 (paper) to 1 (the printed black)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.pictures import Grey
from anxin.engines.reading.forms.registration import Homography, lay_flat

SCALE = 6.0  # pixels a millimetre of the flat page
_PAPER_WITHIN = 10.0  # mm within which some paper is white: larger than a filled box with what spills over


@dataclass(frozen=True)
class Paper:
    """The flat page, and `white`, how bright the paper is under each pixel. `black` is the printed black, of white."""

    flat: Grey
    white: Grey
    black: float

    def darkness_around(self, x: float, y: float, size: int) -> NDArray[np.float32]:
        """(size, size) of darkness about a point in pixels, which may be a fraction."""
        flat = cv2.getRectSubPix(self.flat, (size, size), (x, y), patchType=cv2.CV_32F)
        dark = (1 - flat / np.maximum(self.white_around(x, y, size), 8)) / (1 - self.black)
        return np.asarray(dark.clip(-0.3, 1.3), np.float32)

    def white_around(self, x: float, y: float, size: int) -> NDArray[np.float32]:
        return np.asarray(cv2.getRectSubPix(self.white, (size, size), (x, y), patchType=cv2.CV_32F), np.float32)


def flatten(grey: Grey, to_pixels: Homography) -> Paper:
    flat = lay_flat(grey, to_pixels, (0, 0), (sheet.WIDTH, sheet.HEIGHT), SCALE)
    side = round(_PAPER_WITHIN * SCALE) | 1
    # Closing takes away all that is narrower than its square and dark, and leaves the edge of a shadow where it is.
    smooth = cv2.blur(flat, (3, 3))
    closed = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    white = np.asarray(cv2.blur(closed, (5, 5)), np.uint8)
    return Paper(flat, white, _black(flat, white))


def _black(flat: Grey, white: Grey) -> float:
    """The printed black by the corner marks' black border, of white; the median keeps covered marks out of it."""
    border = sheet.MARKER / 6
    inset = sheet.MARKER_INSET + border / 2
    far_y = sheet.HEIGHT - inset
    along = np.linspace(inset, inset + sheet.MARKER - border, 7)
    ratios = []
    for x_side in (along, sheet.WIDTH - along):
        for y in (inset, inset + sheet.MARKER - border, far_y, far_y - sheet.MARKER + border):
            for x in x_side:
                row, column = round(y * SCALE), round(x * SCALE)
                ratios.append(float(flat[row, column]) / max(float(white[row, column]), 8.0))
    return float(np.clip(np.median(ratios), 0.0, 0.7))

"""Where each box really lies on the page laid flat. Paper bends: corner marks alone leave millimetres.

Every box's printed outline is searched for near its place; places that its neighbours contradict are not believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.layout import Box
from anxin.engines.reading.forms.paper import SCALE, Paper

_REACH = 4.0  # mm that an outline is searched around its place
_NEAR = 0.9  # mm that a box may lie off where its neighbours say
_BAND = 0.9  # mm around an outline that must be lighter than it
_NEIGHBOURS = 28.0  # mm over which the paper bends alike
_FAR = 0.03  # of an outline's darkness: what a millimetre off costs, so that text does not win over a faint outline
_FOUND = 0.45  # of the page's usual outline: below, none was found

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Placed:
    """Per box: `centres` in pixels of the flat page (n, x and y) and `outline`, how dark its outline stands out there."""

    centres: NDArray[np.float64]
    outline: NDArray[np.float64]
    found: NDArray[np.bool_]


def place_boxes(paper: Paper, boxes: tuple[Box, ...]) -> Placed:
    printed = np.array([(box.x + box.w / 2, box.y + box.h / 2) for box in boxes]) * SCALE - 0.5
    scores, origin = _score_maps(paper, printed)
    first = _peaks(scores, np.zeros_like(printed), _REACH * SCALE, origin)
    usual = float(np.median(first.score))
    sure = first.score > max(_FOUND * usual, 1e-6)
    expected = _from_neighbours(printed, first.offset, sure, first.score)
    second = _peaks(scores, expected, _NEAR * SCALE, origin)
    found = second.score > _FOUND * usual
    offset = np.where(found[:, None], second.offset, expected)
    return Placed(printed + offset, second.score, found)


@dataclass(frozen=True)
class _Peaks:
    offset: NDArray[np.float64]
    score: NDArray[np.float64]


def _score_maps(paper: Paper, printed: NDArray[np.float64]) -> tuple[Float, int]:
    """For each box, how well its outline fits at every offset: (n, y, x), with the index of offset 0."""
    kernel = outline_kernel()
    reach = int(np.ceil(_REACH * SCALE)) + 1
    half = kernel.shape[0] // 2 + reach
    maps = np.empty((len(printed), 2 * reach + 1, 2 * reach + 1), np.float32)
    for index, (x, y) in enumerate(printed):
        dark = paper.darkness_around(x, y, 2 * half + 1)
        maps[index] = cv2.matchTemplate(dark, kernel, cv2.TM_CCORR)
    return maps, reach


def outline_kernel() -> Float:
    """Weights that sum to the outline's darkness over what lies directly inside and outside of it."""
    half = int(np.ceil((sheet.BOX / 2 + _BAND) * SCALE))
    fine = 5
    steps = (np.arange((2 * half + 1) * fine) + 0.5) / fine - half - 0.5
    away = np.maximum(np.abs(steps)[:, None], np.abs(steps)[None]) / SCALE - sheet.BOX / 2
    line = np.abs(away) <= sheet.LINE / 2
    outside = (away > sheet.LINE / 2 + 0.15) & (away <= _BAND)
    inside = (away < -sheet.LINE / 2 - 0.15) & (away >= -_BAND)

    def weights(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        coarse = mask.reshape(2 * half + 1, fine, 2 * half + 1, fine).mean(axis=(1, 3))
        return np.asarray(coarse / coarse.sum(), np.float64)

    return (weights(line) - 0.6 * weights(outside) - 0.4 * weights(inside)).astype(np.float32)


def _peaks(scores: Float, expected: NDArray[np.float64], reach: float, origin: int) -> _Peaks:
    """The best offset within `reach` pixels of the expected one, to a fraction of a pixel."""
    size = scores.shape[1]
    steps = np.arange(size) - origin
    dx = steps[None, None, :] - expected[:, 0, None, None]
    dy = steps[None, :, None] - expected[:, 1, None, None]
    away = np.hypot(dx, dy)
    scale = max(float(np.median(scores.max(axis=(1, 2)))), 1e-6)
    judged = np.where(away <= max(reach, 1.0), scores - _FAR * scale * away / SCALE, -np.inf)
    best = judged.reshape(len(scores), -1).argmax(axis=1)
    row, column = np.divmod(best, size)
    each = np.arange(len(scores))
    row_in, column_in = row.clip(1, size - 2), column.clip(1, size - 2)
    centre = scores[each, row_in, column_in]

    def fraction(before: Float, after: Float) -> NDArray[np.float64]:
        bend = before + after - 2 * centre
        moved = np.where(bend < -1e-6, 0.5 * (before - after) / np.where(bend < -1e-6, bend, 1), 0)
        return np.asarray(moved.clip(-0.5, 0.5), np.float64)

    x = column - origin + fraction(scores[each, row_in, column_in - 1], scores[each, row_in, column_in + 1])
    y = row - origin + fraction(scores[each, row_in - 1, column_in], scores[each, row_in + 1, column_in])
    return _Peaks(np.stack([x, y], axis=1), scores[each, row, column].astype(np.float64))


def _from_neighbours(
    printed: NDArray[np.float64],
    offset: NDArray[np.float64],
    sure: NDArray[np.bool_],
    score: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The offset that the boxes around each one say: a weighted plane, refitted once without those far off it."""
    away = np.hypot(*(printed[:, None] - printed[None]).transpose(2, 0, 1)) / SCALE
    near = np.exp(-0.5 * (away / _NEIGHBOURS) ** 2) * np.where(sure, score.clip(1e-6), 0)[None]
    # A box counts little for itself, or a wrong peak would confirm itself.
    np.fill_diagonal(near, 0.3 * near.diagonal())
    expected = _plane(printed, offset, near)
    for limit in (1.5, 0.8):
        off = np.hypot(*(offset[None] - expected[:, None]).transpose(2, 0, 1)) / SCALE
        expected = _plane(printed, offset, near / (1 + (off / limit) ** 4))
    return expected


def _plane(
    printed: NDArray[np.float64], offset: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Per box, the weighted plane through all offsets, at the box; shrunk to no offset and no slope where little is known."""
    count = len(printed)
    relative = (printed[None] - printed[:, None]) / (_NEIGHBOURS * SCALE)
    design = np.concatenate([np.ones((count, count, 1)), relative], axis=2)
    weighted = design * weight[:, :, None]
    scale = weight.mean() + 1e-9
    normal = np.einsum("nki,nkj->nij", weighted, design) + np.diag([0.02, 0.5, 0.5]) * scale
    right = np.einsum("nki,kj->nij", weighted, offset)
    return np.asarray(np.linalg.solve(normal, right)[:, 0], np.float64)

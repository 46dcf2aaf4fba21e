"""Pictures of pages into what was marked on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from anxin.engines.reading.forms import pictures, sheet
from anxin.engines.reading.forms.alignment import Placed, place_boxes
from anxin.engines.reading.forms.codes import PageCode
from anxin.engines.reading.forms.handwriting import Handwriting, crop, find_handwriting
from anxin.engines.reading.forms.ink import measure
from anxin.engines.reading.forms.layout import Box, Layout, PageLayout, Writing
from anxin.engines.reading.forms.marks import Answer, Mark, decide
from anxin.engines.reading.forms.paper import SCALE, flatten
from anxin.engines.reading.forms.pictures import Grey
from anxin.engines.reading.forms.problems import Problem
from anxin.engines.reading.forms.registration import (
    Found,
    Homography,
    find_page,
    pixels_at,
    pixels_per_mm,
    reduced,
)

_LEAST_SCALE = 2.0  # pixels a mm, 50 dpi: below, a box has less than nine pixels
_MOST_LOST = 0.25  # of a page's boxes
_AROUND_BOX, _AROUND_QUESTION = 4.0, 4.0  # mm shown around
_BESIDE_QUESTION = 22.0  # mm shown to the right of a question's last box: its label
_EMPTY = 0.0004  # of an empty page's pixels may be dark: dust

Layouts = Mapping[tuple[str, int], Layout]


@dataclass(frozen=True)
class PageReading:
    """One page of one file. `file` and `page` count from 0. Without a `problem`, `marks`, `answers` and `writings` are all
    that is on the page, in the layout's order; with one, there are none of them.

    `code` is what the page says of itself, as far as that is known. `turned` is by how many degrees the page was turned
    clockwise in the picture (0, 90, 180, 270). `sharpness` is how dark the boxes' lines stand out, 0.7 at best. `cautions` are
    what to mend next time.
    """

    file: int
    page: int
    code: PageCode | None = None
    problem: Problem | None = None
    marks: tuple[Mark, ...] = ()
    answers: tuple[Answer, ...] = ()
    writings: tuple[Handwriting, ...] = ()
    turned: int = 0
    sharpness: float = 0.0
    cautions: tuple[Problem, ...] = ()

    @property
    def doubtful(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.state == "doubtful")


def read_pages(files: bytes | Iterable[bytes], layouts: Iterable[Layout]) -> list[PageReading]:
    """Read all pages of one file or several: PNG, JPEG, TIFF, WebP or PDF, each of one page or many.

    Nothing raises for what is in a file: a page that cannot be read has a `problem`. See `each_page` for large batches.
    """
    return list(each_page(files, layouts))


def each_page(files: bytes | Iterable[bytes], layouts: Iterable[Layout]) -> Iterator[PageReading]:
    """As `read_pages`, page by page as they are read: a batch neither waits for its end nor has to fit in memory."""
    known = {(layout.form_id, layout.version): layout for layout in layouts}
    for number, data in enumerate([files] if isinstance(files, bytes) else files):
        for page, picture in enumerate(pictures.pages(data)):
            if isinstance(picture, Problem):
                yield PageReading(number, page, problem=picture)
            else:
                yield replace(_read(picture, known, None), file=number, page=page)


def read_page(data: bytes, page: int, layouts: Iterable[Layout]) -> PageReading:
    """Read one page (from 0) of a file whose pages `count_pages` counted: for a reader that goes on where it stopped."""
    known = {(layout.form_id, layout.version): layout for layout in layouts}
    picture = pictures.page(data, page)
    if isinstance(picture, Problem):
        return PageReading(0, page, problem=picture)
    return replace(_read(picture, known, None), page=page)


def read_as(data: bytes, page: int, code: PageCode, layouts: Iterable[Layout]) -> PageReading:
    """Read one page (from 0) of a file as the page that a person says it is, for its own code cannot be read.

    Its corner marks must be in the picture. A code that can be read after all, and says otherwise, is believed.
    """
    known = {(layout.form_id, layout.version): layout for layout in layouts}
    picture = pictures.page(data, page)
    if isinstance(picture, Problem):
        return PageReading(0, page, problem=picture)
    return replace(_read(picture, known, code), page=page)


def _read(grey: Grey, layouts: Layouts, told: PageCode | None) -> PageReading:
    found = find_page(grey)
    code = found.code if isinstance(found.code, PageCode) else None
    code = code or (told if found.ours else None)
    problem = _unidentified(grey, found, code) or _unknown(code, layouts)
    if problem is not None or code is None:
        return PageReading(0, 0, code, problem)
    layout = layouts[code.form_id, code.version]
    page = layout.pages[code.page - 1]
    about: dict[str, str | int] = {"page": code.page, "serial": code.serial}
    to_pixels = found.to_pixels
    if to_pixels is None:
        return PageReading(0, 0, code, Problem("no_corners", about))
    if _out_of_picture(grey, to_pixels, page):
        return PageReading(0, 0, code, Problem("half_page", about))
    if pixels_per_mm(to_pixels) < _LEAST_SCALE:
        return PageReading(0, 0, code, Problem("too_coarse", about))
    paper = flatten(grey, to_pixels)
    turned = _turned(to_pixels)
    writings = find_handwriting(grey, to_pixels, paper, page.writings, layout)
    if not page.boxes:
        return PageReading(0, 0, code, writings=writings, turned=turned)
    placed = place_boxes(paper, page.boxes)
    lost = int((~placed.found).sum())
    if lost > max(_MOST_LOST * len(page.boxes), 2) or not placed.found.any():
        if len(found.missing) >= 2:
            return PageReading(0, 0, code, Problem("half_page", about), turned=turned)
        about |= {"lost": lost, "boxes": len(page.boxes)}
        return PageReading(0, 0, code, Problem("boxes_lost", about), turned=turned)
    bilevel = _is_bilevel(grey)
    marks, answers = decide(page.boxes, layout, measure(paper, placed), placed, bilevel=bilevel)
    shown = _Shown(grey, to_pixels, placed, page.boxes)
    return PageReading(
        0,
        0,
        code,
        marks=tuple(shown.mark(index, mark) for index, mark in enumerate(marks)),
        answers=tuple(shown.answer(answer) for answer in answers),
        writings=writings,
        turned=turned,
        sharpness=round(float(np.median(placed.outline)), 3),
        cautions=(Problem("black_and_white"),) if bilevel else (),
    )


def _unidentified(grey: Grey, found: Found, code: PageCode | None) -> Problem | None:
    """Why nobody can say which page this is."""
    if found.several:
        return Problem("several_pages")
    if code is not None:
        return None
    if (
        found.code is not None
        and not isinstance(found.code, PageCode)
        and (found.code != "foreign_code" or not found.ours)
    ):
        return Problem(found.code)
    if found.ours:
        if found.to_pixels is not None and not _within(grey, found.to_pixels, sheet.qr_corners()):
            return Problem("half_page_unknown")
        return Problem("unreadable_code")
    return Problem("empty_page" if _is_empty(grey) else "foreign_page")


def _unknown(code: PageCode | None, layouts: Layouts) -> Problem | None:
    """Why a page that says what it is cannot be read all the same."""
    if code is None or (code.form_id, code.version) in layouts:
        if code is not None:
            pages = len(layouts[code.form_id, code.version].pages)
            if code.pages != pages or not 1 <= code.page <= pages:
                return Problem(
                    "unknown_page",
                    {"form": code.form_id, "version": code.version, "page": code.page, "pages": code.pages},
                )
        return None
    if any(form_id == code.form_id for form_id, _ in layouts):
        return Problem("unknown_version", {"form": code.form_id, "version": code.version})
    return Problem("unknown_form", {"form": code.form_id})


def _is_empty(grey: Grey) -> bool:
    small, _ = reduced(grey, 600)
    # A lens cap's black or a sheet's white, seen as what stands out from its surroundings.
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0).astype(np.int16)
    wide = cv2.GaussianBlur(small, (0, 0), 12.0).astype(np.int16)
    return float((np.abs(smooth - wide) > 18).mean()) < _EMPTY


def _is_bilevel(grey: Grey) -> bool:
    """Whether the file itself knows only black and white. Part of it tells, for scans of grey have noise everywhere."""
    part = grey[:: max(1, grey.shape[0] // 200)]
    return bool(((part < 3) | (part > 252)).all())


def _within(grey: Grey, to_pixels: Homography, places: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    seen = pixels_at(to_pixels, places).reshape(-1, 2)
    rows, columns = grey.shape
    return bool(((seen >= -1) & (seen <= (columns, rows))).all())


def _out_of_picture(grey: Grey, to_pixels: Homography, page: PageLayout) -> bool:
    """Whether a box or a place for handwriting lies beyond the picture's border."""
    areas: tuple[Box | Writing, ...] = (*page.boxes, *page.writings)
    places = [
        corner
        for area in areas
        for corner in (
            (area.x, area.y),
            (area.x + area.w, area.y),
            (area.x + area.w, area.y + area.h),
            (area.x, area.y + area.h),
        )
    ]
    return bool(places) and not _within(grey, to_pixels, np.array(places))


def _turned(to_pixels: Homography) -> int:
    """How the page lies in the picture, in quarters of a turn clockwise."""
    middle = np.array([(sheet.WIDTH / 2, sheet.HEIGHT / 2), (sheet.WIDTH / 2, sheet.HEIGHT / 2 - 10)])
    here, above = pixels_at(to_pixels, middle)
    # In pixels, y runs down: up is -90 degrees.
    angle = float(np.degrees(np.arctan2(above[1] - here[1], above[0] - here[0]))) + 90
    return round(angle / 90) % 4 * 90


@dataclass(frozen=True)
class _Shown:
    """Pictures of what is doubtful, cut from the file's own pixels."""

    grey: Grey
    to_pixels: Homography
    placed: Placed
    boxes: tuple[Box, ...]

    def mark(self, index: int, mark: Mark) -> Mark:
        if mark.state != "doubtful":
            return mark
        return replace(mark, picture=self._around([index], _AROUND_BOX, _AROUND_BOX))

    def answer(self, answer: Answer) -> Answer:
        if answer.state != "doubtful":
            return answer
        found = [index for index, box in enumerate(self.boxes) if box.field == answer.field]
        return replace(answer, picture=self._around(found, _AROUND_QUESTION, _BESIDE_QUESTION))

    def _around(self, found: list[int], margin: float, beside: float) -> bytes:
        centres = (self.placed.centres[found] + 0.5) / SCALE
        side = sheet.BOX / 2 + margin
        (left, top), (right, bottom) = centres.min(axis=0) - side, centres.max(axis=0) + side
        return crop(self.grey, self.to_pixels, left, top, right - left + beside - margin, bottom - top)

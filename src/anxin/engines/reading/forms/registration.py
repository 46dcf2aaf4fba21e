"""Finding a page in a picture: its corner marks, its code, and how its millimetres map to pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.codes import PageCode, Refusal, parse
from anxin.engines.reading.forms.pictures import Grey

_LONG_SIDE = 1500  # pixels in which corner marks are looked for first: 5 a millimetre on a page that fills the picture
_FINE_SIDE = 3000  # and then, where some are missing
_CODE_SCALE = 10.0  # pixels a millimetre at which a code is laid straight to be read
_QUIET = 3.0  # mm around the code that are looked at too
_OFF_PLANE = 4.0  # mm: a mark farther off the plane through the others is none
_BLURS = (0.3, 0.45)  # mm of blur that a code is freed from where it cannot be read as it is
_NOISE = 0.003  # power of the noise against the picture's, for that
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LIKE_SIZE = 1.7  # two marks of one picture differ less in size, however steep the view

Homography = NDArray[np.float64]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """What a picture shows.

    `code` is what the page says of itself, or why it cannot be taken; None if no code was read. `to_pixels` maps
    millimetres of the page to pixels; None where that cannot be known. `missing` are the corner marks not found (0 top
    left, clockwise), of four. `several`: a second page is in the picture.
    """

    code: PageCode | Refusal | None
    to_pixels: Homography | None
    missing: tuple[int, ...]
    several: bool = False

    @property
    def ours(self) -> bool:
        """Whether anything of it is ours. One corner mark alone may be chance."""
        return isinstance(self.code, PageCode) or self.code in ("newer_code", "damaged_code") or len(self.missing) <= 2


def find_page(grey: Grey) -> Found:
    """Look for one of our pages in a grey picture, whichever way up."""
    marks: dict[int, Points] = {}
    doubled = False
    for attempt, (picture, scale) in enumerate(_attempts(grey)):
        for corner, places in _corner_marks(picture).items():
            doubled |= len(places) > 1
            marks.setdefault(corner, places[0] / scale)
        # Three hold a page; the fourth is more likely covered than hard to see.
        if len(marks) == 4 or doubled or (attempt and len(marks) == 3):
            break
    to_pixels = None if doubled else _homography(marks)
    missing = tuple(corner for corner in range(4) if corner not in marks)
    code, seen = _code_at(grey, to_pixels) if to_pixels is not None else (None, None)
    several = doubled
    if code is None:
        code, more = _code_anywhere(grey)
        several |= more
    elif missing and seen is not None:
        # Where a mark is covered, the corners of the code hold the page as well.
        better = _homography(marks, seen)
        to_pixels = to_pixels if better is None else better
    return Found(code, to_pixels, missing, several)


def pixels_at(to_pixels: Homography, places: Points) -> Points:
    """Places in mm, (…, 2), as pixels."""
    flat = np.asarray(places, np.float64).reshape(-1, 1, 2)
    return cv2.perspectiveTransform(flat, to_pixels).reshape(np.shape(places)).astype(np.float64)


def pixels_per_mm(to_pixels: Homography) -> float:
    """At the corner of the page where the picture is coarsest, in the coarser direction."""
    marks = sheet.marker_corners()
    seen = pixels_at(to_pixels, marks)
    sides = np.linalg.norm(np.roll(seen, -1, axis=1) - seen, axis=2) / sheet.MARKER
    return float(np.min((sides[:, :2] + sides[:, 2:]) / 2))


def lay_flat(
    grey: Grey, to_pixels: Homography, origin: tuple[float, float], size: tuple[float, float], scale: float
) -> Grey:
    """A part of the page as a picture of its own: `origin` and `size` in mm, `scale` in pixels a mm."""
    to_mm = np.array([[1 / scale, 0, origin[0]], [0, 1 / scale, origin[1]], [0, 0, 1]])
    shape = (round(size[0] * scale), round(size[1] * scale))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    # Beyond the picture's border lies nothing, and nothing is white.
    return np.asarray(
        cv2.warpPerspective(grey, to_pixels @ to_mm, shape, None, flags, cv2.BORDER_CONSTANT, (255,)), np.uint8
    )


def _attempts(grey: Grey) -> Iterator[tuple[Grey, float]]:
    """The picture in forms in which marks may be found, the cheapest first, each with its scale."""
    small, scale = reduced(grey, _LONG_SIDE)
    yield small, scale
    yield _evened(small), scale
    fine, fine_scale = reduced(grey, _FINE_SIDE)
    if fine_scale > scale:
        yield fine, fine_scale
    else:
        yield np.asarray(cv2.resize(small, None, None, 2, 2, cv2.INTER_CUBIC), np.uint8), 2 * scale
    blurred = cv2.GaussianBlur(small, (0, 0), 3)
    yield np.asarray(cv2.addWeighted(small, 2.5, blurred, -1.5, 0), np.uint8), scale


def reduced(grey: Grey, long_side: int) -> tuple[Grey, float]:
    scale = long_side / max(grey.shape)
    if scale >= 1:
        return grey, 1.0
    return np.asarray(cv2.resize(grey, None, None, scale, scale, cv2.INTER_AREA), np.uint8), scale


def _evened(grey: Grey) -> Grey:
    """With the light evened out: shadows and glare keep a mark's border from being found."""
    paper = cv2.GaussianBlur(cv2.dilate(grey, np.ones((25, 25), np.uint8)), (0, 0), 12)
    return np.asarray(cv2.divide(grey, paper, scale=255), np.uint8)


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    options = cv2.aruco.DetectorParameters()
    options.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    options.cornerRefinementWinSize = 4
    options.relativeCornerRefinmentWinSize = 0.2
    return cv2.aruco.ArucoDetector(sheet.marker_dictionary(), options)


def _corner_marks(grey: Grey) -> dict[int, list[Points]]:
    """The marks seen, by their corner of the page, the largest first: (4, x and y) in pixels."""
    places, ids, _ = _detector().detectMarkers(grey)
    if ids is None:
        return {}
    found: dict[int, list[Points]] = {}
    sides = [float(np.sqrt(abs(cv2.contourArea(place)))) for place in places]
    # What is much smaller than the largest is chance, in the code or in handwriting.
    for index in sorted(range(len(places)), key=lambda index: -sides[index]):
        if sides[index] > max(sides) / _LIKE_SIZE:
            found.setdefault(int(ids[index].item()), []).append(places[index].reshape(4, 2).astype(np.float64))
    return found


def _homography(marks: dict[int, Points], code: Points | None = None) -> Homography | None:
    """Millimetres to pixels through the marks (and the code's corners); None where they make no page."""
    if len(marks) < 2:
        return None
    fitted = _fitted(marks, code)
    if fitted is not None and len(marks) >= 3:
        off = _worst_off(fitted, marks)
        if off > _OFF_PLANE:
            fewer = [{corner: marks[corner] for corner in marks if corner != left_out} for left_out in marks]
            tried = [(one, _fitted(one, code)) for one in fewer]
            fits = [(_worst_off(fit, one), fit) for one, fit in tried if fit is not None]
            fitted = min(fits, key=lambda pair: pair[0])[1] if fits else None
    return fitted


def _fitted(marks: dict[int, Points], code: Points | None) -> Homography | None:
    corners = sheet.marker_corners()
    places = [corners[corner] for corner in marks]
    pixels = list(marks.values())
    if code is not None:
        places.append(sheet.qr_corners())
        pixels.append(code)
    found, _ = cv2.findHomography(np.concatenate(places), np.concatenate(pixels), 0)
    if found is None:
        return None
    fit: Homography = np.asarray(found, np.float64)
    page = np.array([(0, 0), (sheet.WIDTH, 0), (sheet.WIDTH, sheet.HEIGHT), (0, sheet.HEIGHT)], np.float64)
    weights = np.c_[page, np.ones(4)] @ fit[2]
    if not (weights > 0).all() and not (weights < 0).all():
        return None
    outline = pixels_at(fit, page).astype(np.float32)
    # Clockwise and convex: a page seen from its front.
    if not cv2.isContourConvex(outline) or cv2.contourArea(outline, True) <= 0:
        return None
    return fit


def _worst_off(fit: Homography, marks: dict[int, Points]) -> float:
    """How far the farthest mark lies from where the fit puts it, in mm."""
    back: Homography = np.asarray(np.linalg.inv(fit), np.float64)
    corners = sheet.marker_corners()
    return max(
        float(np.linalg.norm(pixels_at(back, seen).mean(axis=0) - corners[corner].mean(axis=0)))
        for corner, seen in marks.items()
    )


def _code_at(grey: Grey, to_pixels: Homography) -> tuple[PageCode | Refusal | None, Points | None]:
    """The code where it must be, and its corners in pixels if it is ours."""
    origin = (sheet.QR_X - _QUIET, sheet.QR_Y - _QUIET)
    side = sheet.QR_SIZE + 2 * _QUIET
    patch = lay_flat(grey, to_pixels, origin, (side, side), _CODE_SCALE)
    refusal: Refusal | None = None
    for attempt in _code_attempts(patch):
        for seen in zxingcpp.read_barcodes(attempt, _QR, try_invert=False):
            code = parse(seen.text)
            if isinstance(code, PageCode):
                place = seen.position
                corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
                enlarged = attempt.shape[0] / patch.shape[0]
                scale = _CODE_SCALE * enlarged
                return code, pixels_at(
                    to_pixels, np.array([(p.x / scale + origin[0], p.y / scale + origin[1]) for p in corners])
                )
            refusal = refusal or code
    return refusal, None


def _code_attempts(patch: Grey) -> Iterator[Grey]:
    yield patch
    evened = _evened(patch)
    yield evened
    for sigma in _BLURS:
        yield _deblurred(evened, sigma * _CODE_SCALE)
    smooth = cv2.GaussianBlur(evened, (0, 0), 2.0)
    yield np.asarray(cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)
    yield np.asarray(cv2.resize(smooth, None, None, 0.5, 0.5, cv2.INTER_AREA), np.uint8)


def _deblurred(grey: Grey, sigma: float) -> Grey:
    """Wiener's filter against a Gaussian blur of `sigma` pixels: reads codes blurred over a whole module."""
    margin = 20
    wide = np.pad(grey.astype(np.float32), margin, mode="edge")
    along, across = np.fft.fftfreq(wide.shape[0])[:, None], np.fft.rfftfreq(wide.shape[1])[None]
    blur = np.exp(-2 * (np.pi * sigma) ** 2 * (along**2 + across**2))
    sharp = np.fft.irfft2(np.fft.rfft2(wide) * blur / (blur**2 + _NOISE), s=wide.shape)
    return np.asarray(sharp[margin:-margin, margin:-margin].clip(0, 255), np.uint8)


def _code_anywhere(grey: Grey) -> tuple[PageCode | Refusal | None, bool]:
    """Any code of ours in the picture, or why those seen are none; and whether there are two pages'."""
    small, scale = reduced(grey, _LONG_SIDE)
    refusals: list[Refusal] = []
    for attempt in (small, grey) if scale < 1 else (small,):
        read = [parse(seen.text) for seen in zxingcpp.read_barcodes(attempt, _QR, try_invert=False)]
        ours = [code for code in read if isinstance(code, PageCode)]
        if ours:
            return ours[0], len(ours) > 1
        refusals.extend(code for code in read if not isinstance(code, PageCode))
    return _weightiest(refusals), False


def _weightiest(refusals: Iterable[Refusal]) -> Refusal | None:
    seen = set(refusals)
    for refusal in ("damaged_code", "newer_code", "foreign_code"):
        if refusal in seen:
            return refusal
    return None

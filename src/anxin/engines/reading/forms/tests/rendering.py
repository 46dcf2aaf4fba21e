"""Forms as they come back: a printed page, marked by hand, then scanned or photographed. Seeded, with the truth kept.

Everything is drawn on the page as printed, at 300 dpi and in colour, and only then seen through a scanner or a camera.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from anxin.engines.reading.forms import Box, Layout, PageLayout

DPI = 300
MM = DPI / 25.4  # pixels
Picture = NDArray[np.uint8]  # rows, columns, blue-green-red
Random = np.random.Generator

PENS = {"black": (25, 25, 25), "blue": (150, 60, 30), "red": (50, 40, 200), "pencil": (105, 105, 105)}


def pages_of(pdf: bytes) -> list[Picture]:
    """The printed pages at 300 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=DPI / 72, rev_byteorder=False).to_numpy()[:, :, :3].copy() for page in document]
    finally:
        document.close()


@dataclass(frozen=True)
class Hand:
    """How somebody marks. `width` of the pen in mm, `dark` 0..1, `size` of a mark in boxes, `astray` from the box in mm."""

    style: str  # tick, cross, fill, small, circle
    pen: str = "black"
    width: float = 0.5
    dark: float = 0.9
    size: float = 1.0
    astray: float = 0.25


HANDS = {
    "tick": Hand("tick"),
    "blue tick": Hand("tick", pen="blue", width=0.45, size=1.15, astray=0.4),
    "cross": Hand("cross", pen="blue", width=0.45),
    "red cross": Hand("cross", pen="red", width=0.5, size=0.9),
    "felt tip": Hand("cross", width=0.95, size=1.1, astray=0.4),
    "filled": Hand("fill", pen="black", width=0.6),
    "filled in pencil": Hand("fill", pen="pencil", width=0.7, dark=0.75),
    "light pencil": Hand("tick", pen="pencil", width=0.5, dark=0.5, size=1.0),
    "light pencil cross": Hand("cross", pen="pencil", width=0.45, dark=0.5),
    "spilling over": Hand("cross", pen="blue", width=0.55, size=1.7, astray=0.7),
    "long tick": Hand("tick", pen="black", width=0.5, size=1.8, astray=0.6),
    "small": Hand("small", pen="blue", width=0.5, size=0.6),
}


@dataclass(frozen=True)
class Filled:
    """A page with its marks. `marked`: (field, option) a reader must find; `withdrawn`: filled to take them back."""

    picture: Picture
    marked: frozenset[tuple[str, str]]
    withdrawn: frozenset[tuple[str, str]]
    hand: str


def fill_page(
    picture: Picture,
    layout: Layout,
    page: PageLayout,
    random: Random,
    hand: str,
    *,
    skip: float = 0.06,
    correct: float = 0.08,
    write: bool = True,
) -> Filled:
    """Answer the page in one hand: `skip` of the questions left open, `correct` of them answered wrongly first."""
    picture = picture.copy()
    marked: set[tuple[str, str]] = set()
    withdrawn: set[tuple[str, str]] = set()
    drawn = HANDS[hand]
    fields: dict[str, list[Box]] = {}
    for box in page.boxes:
        fields.setdefault(box.field, []).append(box)
    for field, boxes in fields.items():
        if random.random() < skip:
            continue
        several = layout.by_field[field].kind == "many"
        order = [boxes[index] for index in random.permutation(len(boxes))]
        chosen = order[: random.integers(1, max(2, len(boxes) // 2)) if several else 1]
        rest = order[len(chosen) :]
        # Who fills boxes to answer cannot take one back by filling it: the printed rule is for crosses and ticks.
        if rest and drawn.style != "fill" and random.random() < correct:
            draw_mark(picture, rest[0], drawn, random)
            draw_mark(picture, rest[0], replace(drawn, style="fill", dark=max(drawn.dark, 0.7), astray=0.25), random)
            withdrawn.add((field, rest[0].option))
        for box in chosen:
            draw_mark(picture, box, drawn, random)
            marked.add((field, box.option))
    if write:
        for writing in page.writings:
            if random.random() < 0.7:
                scribble(picture, writing.x, writing.y, writing.w, writing.h, drawn, random)
    return Filled(picture, frozenset(marked), frozenset(withdrawn), hand)


def draw_mark(picture: Picture, box: Box, hand: Hand, random: Random) -> None:
    side = box.w
    middle = np.array([box.x + box.w / 2, box.y + box.h / 2]) + random.normal(0, hand.astray, 2).clip(
        -2 * hand.astray, 2 * hand.astray
    )
    size = hand.size * random.uniform(0.88, 1.12)

    def at(*points: tuple[float, float]) -> NDArray[np.float64]:
        # Points in boxes from the middle; a hand never hits them twice alike.
        return middle + side * size * (np.array(points) + random.normal(0, 0.04, (len(points), 2)))

    if hand.style == "tick":
        strokes = [at((-0.38, -0.02), (-0.12, 0.36), (0.05, 0.12), (0.5, -0.48))]
    elif hand.style == "cross":
        strokes = [at((-0.42, -0.4), (0.02, 0.02), (0.42, 0.42)), at((0.43, -0.42), (0.0, 0.0), (-0.42, 0.4))]
    elif hand.style == "small":
        strokes = [at((-0.4, -0.35), (0.4, 0.4)), at((0.42, -0.4), (-0.38, 0.38))]
    elif hand.style == "circle":
        turn = np.linspace(0, 2 * np.pi * 1.05, 14)
        strokes = [at(*zip(0.85 * np.cos(turn), 0.85 * np.sin(turn), strict=True))]
    else:
        lines = int(np.ceil(side * 1.0 / hand.width / 0.72)) + 1
        steps = np.linspace(-0.47, 0.47, lines)
        zigzag = [(x, y) for n, y in enumerate(steps) for x in ((-0.46, 0.46) if n % 2 == 0 else (0.46, -0.46))]
        strokes = [middle + side * (np.array(zigzag) + random.normal(0, 0.025, (len(zigzag), 2)))]
    for stroke in strokes:
        draw_stroke(picture, stroke, hand, random)


def scribble(picture: Picture, x: float, y: float, w: float, h: float, hand: Hand, random: Random) -> None:
    """Something like handwriting within a place for it."""
    reach = min(w - 4, random.uniform(10, 90))
    steps = np.arange(0, reach, 0.8)
    wave = np.stack([x + 2 + steps, y + min(h / 2, 6) + random.normal(0, 1.2, len(steps)).clip(-2.2, 2.2)], axis=1)
    draw_stroke(picture, wave, hand, random)


def draw_stroke(picture: Picture, points: NDArray[np.float64], hand: Hand, random: Random) -> None:
    """A line of ink through points in mm: rounded, of uneven pressure, let into what is printed below."""
    pixels = points * MM
    low = np.maximum(np.floor(pixels.min(axis=0) - 2 * MM), 0).astype(int)
    high = np.minimum(np.ceil(pixels.max(axis=0) + 2 * MM), (picture.shape[1], picture.shape[0])).astype(int)
    if (high <= low).any():
        return
    part = picture[low[1] : high[1], low[0] : high[0]]
    ink = np.zeros(part.shape[:2], np.uint8)
    width = max(1, round(hand.width * random.uniform(0.85, 1.15) * MM))
    line = np.round((pixels - low) * 8).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(ink, [line], False, 255, width, cv2.LINE_AA, 3)
    pressure = cv2.resize(
        random.uniform(0.75, 1.0, (5, 5)).astype(np.float32), part.shape[1::-1], None, 0, 0, cv2.INTER_LINEAR
    )
    amount = ink / np.float32(255) * pressure * np.float32(hand.dark)
    if hand.pen == "pencil":
        # Graphite stays on the paper's grain.
        amount *= random.uniform(0.5, 1.0, ink.shape).astype(np.float32)
    colour = np.array(PENS[hand.pen], np.float32) / 255
    part[:] = (part * (1 - amount[:, :, None] * (1 - colour))).astype(np.uint8)


# --- how it is seen ---------------------------------------------------------------------------------------------------


def scan(picture: Picture, random: Random, *, dpi: int = 300, colour: bool = True) -> Picture:
    """A flat-bed or feeder scan: a little skewed and shifted, paper not quite white, sensor noise, dust."""
    height, width = (round(297 * dpi / 25.4), round(210 * dpi / 25.4))
    angle = np.deg2rad(random.uniform(-1.5, 1.5))
    scale = dpi / DPI * random.uniform(0.992, 1.008)
    move = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), float(np.rad2deg(angle)), scale)
    move[:, 2] += (width / 2 - picture.shape[1] / 2, height / 2 - picture.shape[0] / 2)
    move[:, 2] += random.uniform(-0.012, 0.012, 2) * width
    if scale < 0.75:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45 / scale)
    seen = cv2.warpAffine(picture, move, (width, height), None, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT, (255, 255, 255))
    seen = cv2.GaussianBlur(seen, (0, 0), 0.55)
    white, black = random.uniform(228, 252), random.uniform(5, 45)
    seen = cv2.convertScaleAbs(seen, None, (white - black) / 255, black)
    for _ in range(12):
        x, y = random.uniform(0, width), random.uniform(0, height)
        cv2.circle(seen, (int(x), int(y)), int(random.uniform(1, 2)), (60, 60, 60), -1)
    seen = noisy(seen, random, random.uniform(1.5, 4))
    return seen if colour else cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)


def photo(
    picture: Picture,
    random: Random,
    *,
    tilt: float = 15,
    fill: float = 0.86,
    height: int = 3000,
    gradient: float = 0.5,
    noise: float = 5,
    blur: float = 0.8,
) -> Picture:
    """A phone's picture of the page on a table: tilted up to `tilt` degrees both ways, unevenly lit, noisy.

    `fill` of the picture's height is the page; `gradient` is how much darker its darkest corner may be; `blur` in pixels.
    """
    size = (height * 3 // 4, height)
    view = camera(picture.shape, size, random, tilt, fill)
    table = np.array(random.uniform(40, 190, 3))
    scale = np.sqrt(abs(np.linalg.det(view[:2, :2])))
    if scale < 0.75:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    seen = cv2.warpPerspective(picture, view, size, None, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT, tuple(table))
    small = cv2.resize(random.uniform(-1, 1, (4, 3)).astype(np.float32), (30, 40), None, 0, 0, cv2.INTER_CUBIC)
    slope = random.normal(0, 1, 2)
    slope /= np.linalg.norm(slope)
    across = np.linspace(0, 1, 30)[None, :] * slope[0] + np.linspace(0, 1, 40)[:, None] * slope[1]
    across = (across - across.min()) / np.ptp(across)
    light = 1 - gradient * random.uniform(0.4, 1) * across - 0.05 * small
    cast = random.uniform(0.88, 1.0, 3)
    level = random.uniform(0.78, 0.98)
    shade = cv2.resize((light * level).astype(np.float32), size, None, 0, 0, cv2.INTER_LINEAR)
    seen = (cv2.GaussianBlur(seen, (0, 0), blur) * shade[:, :, None] * cast).clip(0, 255).astype(np.uint8)
    return noisy(seen, random, noise * random.uniform(0.5, 1))


def camera(
    shape: tuple[int, ...], size: tuple[int, int], random: Random, tilt: float, fill: float
) -> NDArray[np.float64]:
    """From pixels of the page to pixels of a picture of `size` (width, height), by a pinhole camera above the page."""
    turns = np.deg2rad(random.uniform(-tilt, tilt, 2))
    roll = np.deg2rad(random.uniform(-8, 8))
    about_x, _ = cv2.Rodrigues(np.array([turns[0], 0.0, 0.0]))
    about_y, _ = cv2.Rodrigues(np.array([0.0, turns[1], 0.0]))
    about_z, _ = cv2.Rodrigues(np.array([0.0, 0.0, roll]))
    turn = about_z @ about_x @ about_y
    distance = random.uniform(1.25, 1.9)  # in heights of the page
    rows, columns = shape[:2]
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float64)
    flat = (corners - (columns / 2, rows / 2)) / rows
    space = np.c_[flat, np.zeros(4)] @ turn.T
    seen = space[:, :2] / (space[:, 2:] + distance)
    span = np.ptp(seen, axis=0)
    scale = fill * min(size[1] / span[1], size[0] / span[0])
    centre = (seen.max(axis=0) + seen.min(axis=0)) / 2
    room = (np.array(size) - span * scale) / 2
    target = (seen - centre) * scale + np.array(size) / 2 + random.uniform(-0.7, 0.7, 2) * room
    return cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))


def noisy(picture: Picture, random: Random, sigma: float) -> Picture:
    seeded = int(random.integers(2**31))
    cv2.setRNGSeed(seeded)
    noise = np.zeros(picture.shape, np.int8)
    cv2.randn(noise, 0, sigma)
    return cv2.add(picture, noise, dtype=cv2.CV_8U)


def crumpled(picture: Picture, random: Random, *, amount: float = 1.3) -> Picture:
    """Paper that was folded and flattened: every point off by up to some `amount` mm, with shade on the slopes."""
    rows, columns = picture.shape[:2]

    def field(cells: int) -> NDArray[np.float32]:
        coarse = random.normal(0, 1, (cells + 1, cells)).astype(np.float32)
        return cv2.resize(coarse, (columns, rows), None, 0, 0, cv2.INTER_CUBIC)

    dx, dy = (0.6 * field(4) + 0.25 * field(7) for _ in range(2))
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    bent = cv2.remap(
        picture,
        x + dx * amount * np.float32(MM),
        y + dy * amount * np.float32(MM),
        cv2.INTER_LINEAR,
        None,
        cv2.BORDER_REPLICATE,
    )
    slope = cv2.GaussianBlur(field(9), (0, 0), 6)
    shade = 1 - 0.16 * np.clip(np.abs(slope), 0, 1.6)
    return (bent * shade[:, :, None]).clip(0, 255).astype(np.uint8)


def curled(picture: Picture, random: Random, *, height: float = 6) -> Picture:
    """Paper that does not lie flat: bowed up to `height` mm, as after folding it for an envelope, lit from one side."""
    rows, columns = picture.shape[:2]
    across = bool(random.integers(2))
    length = rows if across else columns
    along = np.linspace(0, 1, length, dtype=np.float32)
    phase, waves = random.uniform(0, 1), random.uniform(0.6, 1.4)
    rise = height * MM * 0.5 * (1 + np.sin(2 * np.pi * (waves * along + phase)))
    # Seen from 1.5 heights of the page above its middle, what is nearer lies farther out.
    nearer = (1 - rise / (1.5 * rows)).astype(np.float32)
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    nearer = nearer[:, None] if across else nearer[None]
    bent = cv2.remap(
        picture,
        (x - columns / 2) * nearer + np.float32(columns / 2),
        (y - rows / 2) * nearer + np.float32(rows / 2),
        cv2.INTER_LINEAR,
        None,
        cv2.BORDER_REPLICATE,
    )
    slope = np.gradient(rise) / (np.abs(np.gradient(rise)).max() + 1e-6)
    shade = (1 - 0.12 * (1 + slope)).astype(np.float32)
    return (bent * (shade[:, None, None] if across else shade[None, :, None])).clip(0, 255).astype(np.uint8)


def glaring(picture: Picture, random: Random, *, strength: float = 0.8) -> Picture:
    """A lamp's reflection: a spot in which everything fades to white."""
    rows, columns = picture.shape[:2]
    x, y = np.meshgrid(
        np.linspace(0, 1, columns, dtype=np.float32), np.linspace(0, rows / columns, rows, dtype=np.float32)
    )
    middle = random.uniform(0.2, 0.8), random.uniform(0.2, 1.1)
    spot = strength * np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (2 * random.uniform(0.06, 0.14) ** 2))
    return (picture + (255 - picture) * spot[:, :, None]).clip(0, 255).astype(np.uint8)


def thumbed(picture: Picture, random: Random) -> Picture:
    """A thumb on one corner mark that is not beside the code."""
    picture = picture.copy()
    rows, columns = picture.shape[:2]
    corner = [(0.07, 0.05), (0.07, 0.95), (0.93, 0.95)][int(random.integers(3))]
    cv2.ellipse(
        picture,
        (int(corner[0] * columns), int(corner[1] * rows)),
        (170, 120),
        30,
        0,
        360,
        (120, 150, 205),
        -1,
        cv2.LINE_AA,
    )
    return picture


def shadowed(picture: Picture, random: Random, *, dark: float = 0.5, edge: float = 4) -> Picture:
    """Somebody's arm or phone over it: a band or corner much darker, its border `edge` pixels soft."""
    rows, columns = picture.shape[:2]
    mask = np.zeros((rows, columns), np.uint8)
    for _ in range(2):
        points = random.uniform(-0.2, 1.2, (3, 2)) * (columns, rows)
        cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), 255)
    soft = cv2.GaussianBlur(mask, (0, 0), edge) / np.float32(255)
    return (picture * (1 - dark * soft)[:, :, None]).astype(np.uint8)


def turned(picture: Picture, quarters: int) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, quarters))


def as_jpeg(picture: Picture, quality: int = 85) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def as_png(picture: Picture) -> bytes:
    return cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def bilevel(picture: Picture) -> Picture:
    """Black and white only, as an office scanner's fax mode makes it."""
    return ((cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) > 150) * 255).astype(np.uint8)


Condition = Callable[[Picture, Random], bytes]

# Good: what people send when nothing is wrong. Every mark must be read right.
GOOD: dict[str, Condition] = {
    "scan 300 dpi": lambda p, r: as_png(scan(p, r)),
    "scan 300 dpi, grey JPEG": lambda p, r: as_jpeg(scan(p, r, colour=False), 75),
    "scan upside down": lambda p, r: as_jpeg(turned(scan(p, r, dpi=200), 2)),
    "phone": lambda p, r: as_jpeg(photo(p, r)),
    "phone, quarter turned": lambda p, r: as_jpeg(turned(photo(p, r), int(r.choice([1, 3])))),
    "phone, thumb on a corner mark": lambda p, r: as_jpeg(photo(thumbed(p, r), r)),
    "phone, evening light": lambda p, r: as_jpeg(photo(p, r, gradient=0.65, noise=9, blur=1.1), 75),
}
# Bad: what one would rather have again. Under 1 % may be wrong without being doubted.
BAD: dict[str, Condition] = {
    "scan black and white": lambda p, r: as_png(bilevel(scan(p, r))),
    "scan 100 dpi": lambda p, r: as_jpeg(scan(p, r, dpi=100), 60),
    "phone, blurred": lambda p, r: as_jpeg(photo(p, r, blur=r.uniform(2.5, 4.5))),
    "phone, strong shadow": lambda p, r: as_jpeg(
        shadowed(photo(p, r), r, dark=r.uniform(0.4, 0.7), edge=r.uniform(1, 12))
    ),
    "phone, low resolution": lambda p, r: as_jpeg(photo(p, r, height=1100, blur=0.6), 55),
    "phone, crumpled": lambda p, r: as_jpeg(photo(crumpled(p, r), r)),
    "phone, curled": lambda p, r: as_jpeg(photo(curled(p, r), r)),
    "phone, glare": lambda p, r: as_jpeg(photo(glaring(p, r), r)),
    "phone, steep": lambda p, r: as_jpeg(photo(p, r, tilt=30)),
}

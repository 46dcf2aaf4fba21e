"""What is the same on every page ever printed: paper, corner marks, place of the code. Millimetres from the top left.

Changing any of it makes pages in people's hands unreadable; it would need another format of the code (`codes.py`).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 210.0, 297.0
MARKER = 9.0  # side of a corner mark
MARKER_INSET = 10.0  # from the paper's edges: outside what office printers leave white
QR_SIZE = 19.0
QR_X, QR_Y = WIDTH - MARKER_INSET - MARKER - 4.0 - QR_SIZE, MARKER_INSET
BOX = 4.4  # side of a box to mark, between the middles of its lines
LINE = 0.3  # width of a box's line
CLEAR = 1.3  # white kept around a box
WRITING_LINE = 9.0  # height of a line of handwriting
OTHER_LINE = 7.0  # where the line beside "other" lies below the top of its place
FIGURE, FIGURE_GAP = 8.0, 0.8  # width of a box for one handwritten figure, and what lies between two

# Four ArUco patterns that differ from one another, and from themselves turned, in 7 of 16 cells or more: one wrong cell is
# put right without taking chance squares for marks. Numbers in OpenCV's DICT_4X4_50: top left, top right, bottom right, bottom left.
_PATTERNS = (8, 11, 15, 30)
_CORRECTABLE = 3


def marker_corners() -> NDArray[np.float64]:
    """The corners of the four marks, (4 marks, 4 corners, x and y): both clockwise from the top left."""
    far_x, far_y = WIDTH - MARKER_INSET - MARKER, HEIGHT - MARKER_INSET - MARKER
    origins = [(MARKER_INSET, MARKER_INSET), (far_x, MARKER_INSET), (far_x, far_y), (MARKER_INSET, far_y)]
    square = [(0.0, 0.0), (MARKER, 0.0), (MARKER, MARKER), (0.0, MARKER)]
    return np.array([[(x + dx, y + dy) for dx, dy in square] for x, y in origins])


def qr_corners() -> NDArray[np.float64]:
    """The corners of the page's code, (4, x and y), clockwise from the top left."""
    return np.array([(QR_X + dx * QR_SIZE, QR_Y + dy * QR_SIZE) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))])


def marker_dictionary() -> cv2.aruco.Dictionary:
    """Our four patterns as ids 0 to 3."""
    whole = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.Dictionary(whole.bytesList[list(_PATTERNS)], whole.markerSize, _CORRECTABLE)


def marker_modules() -> list[NDArray[np.bool_]]:
    """The four marks as 6 × 6 modules (true: black), border included."""
    dictionary = marker_dictionary()
    return [dictionary.generateImageMarker(corner, 6, borderBits=1) < 128 for corner in range(4)]

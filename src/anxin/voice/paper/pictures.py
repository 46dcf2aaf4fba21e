"""A page's picture for a person to look at: upright, as large as a screen."""

from __future__ import annotations

import cv2
import numpy as np
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from anxin.access.errors import Missing
from anxin.engines.reading.forms import Problem, pictures
from anxin.voice.paper.models import Page

_LONG_SIDE = 1800  # pixels
_QUALITY = 82


def picture_of(page: Page) -> bytes:
    """JPEG. Raises `Missing` once it was erased, or where the file holds no picture."""
    if not page.file.path:
        raise Missing(_("This picture was erased."))
    try:
        with default_storage.open(page.file.path, "rb") as handle:
            grey = pictures.page(handle.read(), page.number)
    except FileNotFoundError:
        raise Missing(_("This picture was erased.")) from None
    if isinstance(grey, Problem):
        raise Missing(_("There is no picture of this page."))
    upright = np.rot90(grey, page.turned // 90)
    scale = min(1.0, _LONG_SIDE / max(upright.shape))
    small = cv2.resize(np.ascontiguousarray(upright), None, None, scale, scale, cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])

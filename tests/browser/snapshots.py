"""Files a person sends: small, drawn here, each different."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload


def photo(name: str, *, size: tuple[int, int] = (640, 480)) -> FilePayload:
    """A JPEG as a phone would send it."""
    picture = Image.new("RGB", size, (90, 120, 118))
    ImageDraw.Draw(picture).text((20, 20), name.encode("unicode_escape").decode(), fill=(255, 255, 255))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=70)
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}

"""The addresses people are sent: a personal link, an open one for each branch and channel, and its QR code."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import segno
from django.conf import settings

from anxin.voice.campaigns.models import Campaign, Invitation


def personal_link(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}/q/{invitation.key}/"


def stop_link(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}/q/{invitation.key}/stop/"


def open_link(campaign: Campaign, *, channel: str = "", branch: str = "") -> str:
    """Of an open campaign; where it hung and by which channel it went out are kept with the answers."""
    query = urlencode({name: value for name, value in (("via", channel), ("at", branch)) if value})
    return f"{settings.PUBLIC_URL}/q/{campaign.open_key}/" + (f"?{query}" if query else "")


def qr(address: str, kind: str) -> tuple[bytes, str]:
    """A QR code as ("svg" or "png") bytes with their content type. Level M reads with 15 % of it scratched (ISO/IEC 18004)."""
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    if kind == "png":
        code.save(out, kind="png", scale=12, border=4)
        return out.getvalue(), "image/png"
    code.save(out, kind="svg", scale=8, border=4, xmldecl=True, svgns=True, title=address)
    return out.getvalue(), "image/svg+xml"

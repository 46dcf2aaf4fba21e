"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from anxin.access import clock
from anxin.faces.desk import nav as desk
from anxin.faces.portal import nav as portal


def nav(request: HttpRequest) -> dict[str, Any]:
    """The main navigation, cut to what the reader may do; error pages have it too."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": []}
    return {"nav": (desk if user.is_staff_member else portal).items(request)}


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "now": clock.now(),
        "elder": bool(user and user.is_authenticated and user.elder_mode) or request.COOKIES.get("elder") == "1",
        "insurer": {
            "name_zh": settings.INSURER_NAME_ZH,
            "name_en": settings.INSURER_NAME_EN,
            "phone": settings.INSURER_PHONE,
        },
    }

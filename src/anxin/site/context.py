"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from anxin.access import clock


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "now": clock.now(),
        "elder": bool(user and user.is_authenticated and user.elder_mode) or request.COOKIES.get("elder") == "1",
        "insurer": {"name_zh": "CPA保险", "name_en": "CPA Insurance", "phone": settings.INSURER_PHONE},
    }

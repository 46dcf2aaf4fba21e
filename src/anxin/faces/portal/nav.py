"""The portal's menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _


def items(request: HttpRequest) -> list[dict[str, Any]]:
    places = (
        ("/portal/", _("Home")),
        ("/portal/claims/", _("My claims")),
        ("/portal/policies/", _("My policies")),
        ("/portal/me/", _("My details")),
    )
    return [
        {
            "href": href,
            "label": label,
            "current": request.path == href if href == "/portal/" else request.path.startswith(href),
            "count": None,
        }
        for href, label in places
    ]

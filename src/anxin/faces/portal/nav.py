"""The portal's menu, with how many messages of ours are not read yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.faces.portal.entrance import actor_of
from anxin.messages.queries import unread_count


def items(request: HttpRequest) -> list[dict[str, Any]]:
    unread = unread_count(actor_of(request))
    places = (
        ("/portal/", pgettext("navigation", "Home")),
        ("/portal/claims/", _("My claims")),
        ("/portal/policies/", _("My policies")),
        ("/portal/me/", _("My details")),
    )
    return [
        {
            "href": href,
            "label": label,
            "current": request.path == href if href == "/portal/" else request.path.startswith(href),
            "count": (unread or None) if href == "/portal/claims/" else None,
        }
        for href, label in places
    ]

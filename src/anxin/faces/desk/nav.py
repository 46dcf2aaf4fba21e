"""The desk's main navigation, cut to what the reader may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.permissions import MANAGE_PEOPLE, SEE_PEOPLE, Permission
from anxin.faces.desk.boards.frame import ENTRANCE as BOARDS
from anxin.faces.desk.boards.frame import PLACES
from anxin.faces.desk.voice.overview import ENTRANCE as VOICE
from anxin.journal.permissions import SEE_CASES, SUPERVISE
from anxin.journeys.claims.permissions import NOTIFY, PLAN_SURVEY
from anxin.registers.customers.permissions import SEE_CUSTOMERS
from anxin.registers.policies.permissions import SEE_POLICIES


def items(request: HttpRequest) -> list[dict[str, Any]]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    places: tuple[tuple[str, str, tuple[Permission, ...]], ...] = (
        ("/desk/", _("Queue"), (SEE_CASES,)),
        ("/desk/cases/", _("Cases"), (SEE_CASES,)),
        ("/desk/notify/", _("Notification"), (NOTIFY,)),
        ("/desk/appointments/", _("Appointments"), (PLAN_SURVEY,)),
        ("/desk/customers/", _("Customers"), (SEE_CUSTOMERS,)),
        ("/desk/policies/", _("Policies"), (SEE_POLICIES,)),
        ("/desk/voice/", _("Customer voice"), VOICE),
        (_first_board(actor), _("Boards"), BOARDS),
        ("/desk/supervision/", _("Supervision"), (SUPERVISE,)),
        ("/desk/admin/", _("Administration"), (MANAGE_PEOPLE, SEE_PEOPLE)),
    )
    return [
        {
            "href": href,
            "label": label,
            "current": request.path == href
            if href == "/desk/"
            else request.path.startswith("/desk/boards/" if href.startswith("/desk/boards/") else href),
            "count": None,
        }
        for href, label, wanted in places
        if any(actor.may(permission) for permission in wanted)
    ]


def _first_board(actor: Actor) -> str:
    return next((place.href for place in PLACES if actor.may(place.needs)), "/desk/boards/")

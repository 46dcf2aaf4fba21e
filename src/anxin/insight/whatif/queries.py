"""Reads of scenarios."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.insight.whatif.models import Scenario


def scenario_of(public_id: str, actor: Actor) -> Scenario:
    """Raises `NotAllowed` without the permission, `Missing` for one that is not theirs to see."""
    actor.must(SEE_BOARDS)
    row = Scenario.objects.visible_to(actor).select_related("branch", "asked_by").filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such scenario."))
    return row

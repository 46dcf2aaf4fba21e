"""A report and its campaign's page tell the same numbers: issued, opened, returned, valid, and why answers are left out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from anxin.voice.campaigns.models import Invitation
from anxin.voice.reports.campaigns import study_of_campaign
from anxin.voice.reports.content import prepare
from anxin.voice.responses.models import Response
from anxin.voice.responses.queries import flag_counts, funnel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("occasion", ["once", "paper"])
def test_the_page_and_the_report_count_alike(campaign: Any, make_customer: Any, now: Any, occasion: str) -> None:
    type(campaign).objects.filter(pk=campaign.pk).update(occasion=occasion)
    campaign.refresh_from_db()
    marks: list[list[str]] = [[], [], ["straight"], ["fast"], ["fast", "missing"], []]
    for place, own in enumerate([*marks, None, None]):
        answered = own is not None
        asked = Invitation.objects.create(
            campaign=campaign, customer=make_customer(f"客户{place}"), channel="sms", due_at=now, sent_at=now,
            state="answered" if answered else "sent", opened_at=now if place == 0 else None,
            expires_at=now + timedelta(days=9),
        )  # fmt: skip
        if answered:
            Response.objects.create(
                campaign=campaign, version=campaign.version, invitation=asked, source="web", state="complete", flags=own,
                answers=json.dumps({"speed": 4}), started_at=now, touched_at=now, submitted_at=now, seconds=60,
            )  # fmt: skip
    page, study = funnel(campaign), study_of_campaign(campaign)
    ground = prepare(study)
    assert (page.issued, page.returned, page.valid) == (8, 6, 3)
    assert page.opened == (None if occasion == "paper" else 6)
    assert (study.sample.issued, study.sample.opened, study.sample.returned) == (
        page.issued,
        page.opened,
        page.returned,
    )
    assert ground.valid == page.valid
    assert {name: int(rows.sum()) for name, rows in ground.flags.items() if rows.any()} == dict(flag_counts(campaign))

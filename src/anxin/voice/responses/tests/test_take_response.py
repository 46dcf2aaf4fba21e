"""A whole response at once, as paper and files give it."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.responses.actions import take_response
from anxin.voice.responses.models import QuotaCount, Response

pytestmark = pytest.mark.django_db


def test_it_is_complete_screened_and_counted(campaign, now) -> None:
    row = take_response(
        campaign=campaign, invitation=None, answers={"speed": "4", "sex": "f", "way": ["phone", "app"], "age": ""},
        language="zh", source="paper", serial="A-1", now=now,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.source, row.serial, row.submitted_at) == ("complete", "paper", "A-1", now)
    assert row.given == {"speed": 4, "sex": "f", "way": ["phone", "app"]}
    assert row.flags == []
    assert QuotaCount.objects.get(campaign=campaign, code="women").count == 1
    assert list(Response.objects.counted()) == [row]


def test_paper_holds_nobody_to_the_way(campaign, now) -> None:
    """A required answer may be missing, a skipped question answered, "other" ticked without words."""
    row = take_response(
        campaign=campaign, invitation=None, answers={"speed": 5, "why": "排队", "way": ["other"]}, language="zh",
        source="paper", now=now,
    )  # fmt: skip
    assert row.given == {"speed": 5, "why": "排队", "way": ["other"]}


def test_a_measured_time_is_screened(campaign, now) -> None:
    given = {"speed": 3, "sex": "m"}
    quick = take_response(
        campaign=campaign, invitation=None, answers=given, language="zh", source="import", seconds=2, now=now
    )
    unknown = take_response(campaign=campaign, invitation=None, answers=given, language="zh", source="import", now=now)
    assert (quick.flags, unknown.flags) == (["fast"], [])


def test_every_answer_that_will_not_do_is_named(campaign, now) -> None:
    with pytest.raises(Invalid) as refused:
        take_response(
            campaign=campaign, invitation=None, answers={"speed": 9, "sex": "x", "colour": "red", "age": 40},
            language="zh", source="import", now=now,
        )  # fmt: skip
    assert set(refused.value.fields) == {"speed", "sex", "colour"}
    assert not Response.objects.exists()


def test_once_an_invitation_and_once_a_serial(campaign, invite, now) -> None:
    asked = invite()
    first = take_response(
        campaign=campaign, invitation=asked, answers={"speed": 4}, language="zh", source="paper", serial="A-2", now=now
    )
    asked.refresh_from_db()
    assert (asked.state, asked.answered_at) == (Invitation.State.ANSWERED, now)
    assert (first.customer_id, first.branch_id) == (asked.customer_id, asked.branch_id)
    for invitation, serial in ((asked, ""), (None, "A-2")):
        with pytest.raises(IllegalMove) as refused:
            take_response(
                campaign=campaign, invitation=invitation, answers={"speed": 1}, language="zh", source="paper",
                serial=serial, now=now,
            )  # fmt: skip
        assert (refused.value.code, refused.value.facts["response"]) == ("answered", first.public_id)
    assert Response.objects.get().given == {"speed": 4}


def test_late_paper_counts_but_a_draft_asks_nobody(campaign, now) -> None:
    campaign.state = Campaign.State.ENDED
    take_response(campaign=campaign, invitation=None, answers={"speed": 4}, language="zh", source="paper", now=now)
    campaign.state = Campaign.State.DRAFT
    with pytest.raises(Missing):
        take_response(campaign=campaign, invitation=None, answers={"speed": 4}, language="zh", source="paper", now=now)

"""Two submits at the same moment: one answer, one place of a quota, nothing lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from anxin.access.errors import IllegalMove
from anxin.voice.campaigns.actions import start_campaign
from anxin.voice.campaigns.models import Campaign, Invitation, new_key
from anxin.voice.responses.actions import find_asking, save_page, take_response
from anxin.voice.responses.models import QuotaCount, Response

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*acts: Any) -> list[Any]:
    """Run these in threads of their own, begun together; what each gave or raised."""
    barrier = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Any) -> None:
        try:
            barrier.wait(10)
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def _send(link: str, page: str, data: dict[str, Any], now: Any, **more: Any) -> Any:
    return save_page(
        asking=find_asking(key=link, now=now), page=page, given=data, language="zh", source="web", now=now, **more
    )


@pytest.mark.parametrize("anonymous", [False, True])
def test_the_last_page_sent_twice_is_one_answer(campaign, invite, now, anonymous) -> None:
    campaign.is_anonymous = anonymous
    campaign.save()
    for _round in range(5):
        Response.objects.all().delete()
        Invitation.objects.all().delete()
        QuotaCount.objects.all().delete()
        asked = invite(state="sent")
        _send(asked.key, "first", {"speed": "4"}, now)
        found = _at_once(
            *(
                lambda sex=sex, key=asked.key: _send(key, "second", {"sex": sex}, now + timedelta(minutes=1))
                for sex in "fm"
            )
        )
        refused = [one for one in found if isinstance(one, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], IllegalMove)
        assert refused[0].code == "answered"
        row = Response.objects.get()
        assert (row.state, row.given["speed"]) == ("complete", 4)
        assert sum(QuotaCount.objects.values_list("count", flat=True)) == (row.given["sex"] == "f")


def test_the_first_page_sent_twice_begins_once(campaign, invite, now) -> None:
    asked = invite()
    found = _at_once(*(lambda: _send(asked.key, "first", {"speed": "4"}, now) for _twice in range(2)))
    assert not [one for one in found if isinstance(one, Exception)]
    assert Response.objects.count() == 1
    campaign.occasion = "open"
    campaign.save()
    key = new_key()
    found = _at_once(*(lambda: _send(campaign.open_key, "first", {"speed": "4"}, now, key=key) for _twice in range(2)))
    assert not [one for one in found if isinstance(one, Exception)]
    assert Response.objects.filter(key=key).count() == 1


def test_the_last_place_of_a_quota_is_given_once(campaign, invite, make_customer, now) -> None:
    asked = [invite(customer=make_customer(mobile=f"1380000000{number}")) for number in range(4)]
    for one in asked:
        _send(one.key, "first", {"speed": "4"}, now)
    _at_once(*(lambda one=one: _send(one.key, "second", {"sex": "f"}, now) for one in asked))
    assert sorted(Response.objects.values_list("state", flat=True)) == ["complete", "complete", "full", "full"]
    assert QuotaCount.objects.get(code="women").count == 2


def test_paper_and_the_web_at_the_same_moment_are_one_answer(campaign, invite, now) -> None:
    for _round in range(3):
        Response.objects.all().delete()
        Invitation.objects.all().delete()
        QuotaCount.objects.all().delete()
        asked = invite(state="sent")
        _send(asked.key, "first", {"speed": "4"}, now)
        found = _at_once(
            lambda key=asked.key: _send(key, "second", {"sex": "f"}, now + timedelta(minutes=1)),
            lambda asked=asked: take_response(
                campaign=campaign, invitation=asked, answers={"speed": 2, "sex": "f"}, language="zh", source="paper",
                serial="0001-0001", now=now,
            ),
        )  # fmt: skip
        (refused,) = [one for one in found if isinstance(one, Exception)]
        assert isinstance(refused, IllegalMove)
        assert refused.code == "answered"
        row = Response.objects.get()
        assert (row.state, row.invitation_id) == ("complete", asked.pk)
        assert (row.source, row.given["speed"]) in (("web", 4), ("paper", 2))
        assert QuotaCount.objects.get(code="women").count == 1


def test_a_campaign_is_started_once(campaign, actors, now) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state="draft", starts_at=None)
    found = _at_once(
        *(
            lambda: start_campaign(campaign=campaign.public_id, actor=actors["administrator"], now=now)
            for _twice in range(2)
        )
    )
    (refused,) = [one for one in found if isinstance(one, Exception)]
    assert isinstance(refused, IllegalMove)
    campaign.refresh_from_db()
    assert campaign.state == "running"

"""Screening, erasing, forgetting; counts with their intervals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from anxin.access.errors import NotAllowed
from anxin.access.permissions import Role, permissions_of
from anxin.voice.responses.actions import (
    erase_response,
    find_asking,
    forget_unfinished,
    save_page,
    take_rating,
    take_response,
)
from anxin.voice.responses.models import Rating, Response
from anxin.voice.responses.queries import by_segment, flag_counts, funnel, rated_by

pytestmark = pytest.mark.django_db


def _begin(asked, now):
    return save_page(
        asking=find_asking(key=asked.key, now=now), page="first", given={"speed": "4"}, language="zh", source="web",
        now=now,
    ).response  # fmt: skip


def test_unfinished_answers_are_forgotten_after_30_days(campaign, invite, make_customer, now) -> None:
    old = _begin(invite(customer=make_customer(mobile="13800000001")), now)
    young = _begin(invite(customer=make_customer(mobile="13800000002")), now)
    Response.objects.filter(pk=young.pk).update(touched_at=now + timedelta(days=1))
    kept = take_response(
        campaign=campaign, invitation=None, answers={"speed": 1}, language="zh", source="paper", now=now
    )
    assert forget_unfinished(now=now + timedelta(days=30, seconds=1)) == 1
    assert set(Response.objects.values_list("pk", flat=True)) == {young.pk, kept.pk}
    assert not Response.objects.filter(pk=old.pk).exists()


def test_time_on_the_pages_is_counted_without_long_pauses(invite, now) -> None:
    asked = invite()
    _begin(asked, now)
    for seconds in (40, 40 + 3 * 86_400):
        row = save_page(
            asking=find_asking(key=asked.key, now=now), page="second", given={"age": "40"}, language="zh", source="web",
            now=now + timedelta(seconds=seconds), forward=False,
        ).response  # fmt: skip
    assert row.seconds == 40 + 15 * 60


def test_erasing_needs_the_permission_and_keeps_the_count(campaign, invite, actors, now) -> None:
    row = take_response(
        campaign=campaign, invitation=invite(), answers={"speed": 4}, language="zh", source="web", now=now
    )
    with pytest.raises(NotAllowed):
        erase_response(response=row.public_id, actor=actors["supervisor"], now=now)
    analyst = replace(actors["supervisor"], permissions=permissions_of({Role.ANALYST}))
    erase_response(response=row.public_id, actor=analyst, now=now)
    row.refresh_from_db()
    assert (row.given, row.customer, row.flags) == ({}, None, ["erased"])
    assert (funnel(campaign).returned, funnel(campaign).valid) == (1, 0)


def test_the_funnel_and_the_rate_by_segment(campaign, invite, make_customer, now) -> None:
    for number in range(8):
        asked = invite(
            customer=make_customer(mobile=f"1380000000{number}"), channel="sms" if number % 2 else "email",
            facts={"line": "home" if number < 6 else "cargo"},
        )  # fmt: skip
        if number < 3:
            take_response(
                campaign=campaign, invitation=asked, answers={"speed": 4, "sex": "f"}, language="zh", source="web",
                seconds=1 if number == 0 else 60, now=now,
            )  # fmt: skip
    waiting = invite(customer=make_customer(mobile="13800000009"), state="waiting", sent_at=None)
    found = funnel(campaign)
    assert (found.issued, found.returned, found.valid, found.waiting) == (8, 3, 2, 1)
    assert found.share == 0.375
    # Wilson 1927 for 3 of 8, by hand: 0.1368 to 0.6943.
    assert (round(found.rate.low, 4), round(found.rate.high, 4)) == (0.1368, 0.6943)
    assert flag_counts(campaign) == {"fast": 1}
    lines = {one.name: (one.issued, one.returned) for one in by_segment(campaign, "line") if one.name}
    assert lines == {"home": (6, 3), "cargo": (2, 0)}
    channels = {one.name: (one.issued, one.returned) for one in by_segment(campaign, "channel")}
    assert channels == {"sms": (4, 1), "email": (4, 2)}
    assert waiting.state == "waiting"


def test_an_answer_of_a_pre_test_is_not_counted_with_the_real_ones(campaign, now) -> None:
    campaign.is_pretest = True
    campaign.save()
    take_response(campaign=campaign, invitation=None, answers={"speed": 4}, language="zh", source="import", now=now)
    assert not Response.objects.counted().exists()


def test_ratings_with_their_intervals(actors, branch, staff, now) -> None:
    for score in (1, 2, 3, 4, 5):
        Rating.objects.create(service="claim", score=score, branch=branch, person=staff["surveyor"], at=now)
    (found,) = rated_by(actors["supervisor"], "person")
    assert (found.n, found.mean, found.satisfied) == (5, 3.0, 0.4)
    # Student's t with 4 degrees of freedom: 3 ± 2.7764 · 1.5811 / √5.
    assert round(found.mean_interval.low, 3) == 1.037
    assert rated_by(actors["call_taker"], "person") == []


def test_a_rating_is_one_to_five(branch, now) -> None:
    from django.db import IntegrityError

    from anxin.journal.models import Case

    case = Case.objects.create(
        kind="claim", number="1", branch=branch, subject_id="x", state="closed", opened_at=now, touched_at=now
    )
    take_rating(service="conversation", score=5, case=case, at=now)
    with pytest.raises(IntegrityError):
        take_rating(service="conversation", score=6, case=case, at=now)

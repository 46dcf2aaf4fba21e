"""A campaign's answers become the study they were simulated from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from anxin.voice.campaigns.models import Invitation
from anxin.voice.reports.campaigns import study_of_campaign
from anxin.voice.reports.tests.asked import make_campaign
from anxin.voice.reports.tests.simulated import study
from anxin.voice.responses.models import Response

pytestmark = pytest.mark.django_db


def test_answers_come_back_as_they_were_given(branch: Any, other_branch: Any, now: Any) -> None:
    campaign = make_campaign(60, now=now, where=[branch, other_branch])
    made, known = study_of_campaign(campaign), study(60)
    assert made.n == 60
    for column in known.columns:
        if column.role == "seconds":
            assert np.array_equal(made.column("_seconds").values, np.floor(column.values))
            continue
        ours = made.column(column.name)
        assert (ours.kind, ours.role) == (column.kind, column.role)
        if column.kind in ("scale", "number"):
            assert np.array_equal(ours.values, column.values, equal_nan=True)
            assert (ours.low, ours.high) == (column.low, column.high)
        else:
            assert np.array_equal(ours.values, column.values)


def test_items_are_known_by_their_instrument(branch: Any, now: Any) -> None:
    made = study_of_campaign(make_campaign(20, now=now, branch=branch))
    found, expected = made.column("REL1"), made.column("E_REL1")
    assert (found.dimension, found.item) == ("REL", "REL1")
    assert expected.item == "REL1"
    assert made.dimensions["REL"].get("zh") == "可靠性"
    assert made.instrument == "servqual"


def test_what_is_known_beside_the_answers_groups_them(branch: Any, other_branch: Any, now: Any) -> None:
    made = study_of_campaign(make_campaign(20, now=now, where=[branch, other_branch]))
    assert {text.get("en") for _code, text in made.column("_branch").options} == {"Suzhou Branch", "Wuxi Branch"}
    assert made.column("_line").role == "segment"
    with pytest.raises(StopIteration):
        made.column("_source")  # all came by the web: nothing to compare


def test_unfinished_answers_and_the_pretest_stay_out(branch: Any, now: Any) -> None:
    campaign = make_campaign(12, now=now, branch=branch)
    first, second, third = Response.objects.filter(campaign=campaign)[:3]
    Response.objects.filter(pk=first.pk).update(state=Response.State.STARTED)
    Response.objects.filter(pk=second.pk).update(is_pretest=True)
    assert study_of_campaign(campaign).n == 10
    assert study_of_campaign(campaign, include_pretest=True).n == 11
    assert study_of_campaign(campaign, upto=third.pk).n == 1


def test_nobody_answered(branch: Any, now: Any) -> None:
    campaign = make_campaign(3, now=now, branch=branch)
    Response.objects.filter(campaign=campaign).delete()
    made = study_of_campaign(campaign)
    assert made.n == 0
    assert made.column("REL1").values.shape == (0,)
    assert made.column("lines").values.shape == (0, 3)


def test_issued_opened_and_returned_are_counted_by_branch(branch: Any, other_branch: Any, now: Any) -> None:
    from anxin.registers.customers.models import Customer

    campaign = make_campaign(10, now=now, where=[branch, other_branch])
    for place in range(30):
        where = branch if place < 18 else other_branch
        state = "answered" if place < 10 else "opened" if place < 14 else "sent" if place < 28 else "failed"
        Invitation.objects.create(
            campaign=campaign, customer=Customer.objects.create(name="李明", branch=where, created_at=now), channel="sms", state=state,
            branch=where, due_at=now, sent_at=None if state == "failed" else now, expires_at=now + timedelta(days=14),
            opened_at=now if place < 14 else None,
        )  # fmt: skip
    sample = study_of_campaign(campaign).sample
    assert (sample.issued, sample.opened, sample.returned) == (28, 14, 10)
    assert sample.by_segment == (("无锡分公司", 10, 0), ("苏州分公司", 18, 10)) or sample.by_segment == (
        ("苏州分公司", 18, 10), ("无锡分公司", 10, 0),
    )  # fmt: skip

"""Reports are asked for, made under a lease, seen by branch, and opened to the answers behind their numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.voice.reports import queries, work
from anxin.voice.reports.actions import remove_report, request_report
from anxin.voice.reports.models import Report
from anxin.voice.reports.tests.asked import make_campaign
from anxin.voice.responses.models import Response

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Any:
    queries._ground.cache_clear()
    yield
    queries._ground.cache_clear()


def ask(campaign: Any, actor: Any, now: Any, **more: Any) -> Report:
    return request_report(kind="campaign", source=campaign.public_id, actor=actor, now=now, **more)


def test_a_report_is_made_in_both_languages_with_its_progress(branch: Any, analyst: Any, now: Any) -> None:
    campaign = make_campaign(150, now=now, branch=branch)
    row = ask(campaign, analyst, now, language="en")
    assert row.is_open
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert (row.state, row.done, row.whole, row.counted) == ("done", 18, 18, 150)
    assert row.content().language == "en"
    assert row.content("zh").section("scores").title == "得分"
    assert row.lease_until is None
    assert work.run_waiting() == 0


def test_it_compares_with_an_earlier_wave(branch: Any, analyst: Any, now: Any) -> None:
    last = make_campaign(150, now=now, branch=branch, seed=2, shift=-1.0, wave="Q2")
    campaign = make_campaign(150, now=now, branch=branch, wave="Q3", questionnaire=last.version.questionnaire)
    row = ask(campaign, analyst, now, previous_kind="campaign", previous=last.public_id, language="en")
    work.run_waiting()
    row.refresh_from_db()
    assert "Really better" in str(row.content().section("waves"))


def test_asking_twice_is_one_report(branch: Any, analyst: Any, now: Any) -> None:
    campaign = make_campaign(20, now=now, branch=branch)
    assert ask(campaign, analyst, now).pk == ask(campaign, analyst, now).pk


def test_bad_wishes_are_refused_by_the_box(branch: Any, analyst: Any, actors: Any, now: Any) -> None:
    campaign = make_campaign(20, now=now, branch=branch)
    with pytest.raises(Invalid) as refused:
        ask(campaign, analyst, now, previous_kind="campaign", previous=campaign.public_id)
    assert set(refused.value.fields) == {"previous"}
    with pytest.raises(Invalid) as refused:
        ask(campaign, analyst, now, language="fr")
    assert set(refused.value.fields) == {"language"}
    with pytest.raises(Missing):
        request_report(kind="campaign", source="nothing", actor=analyst, now=now)
    with pytest.raises(NotAllowed):
        ask(campaign, actors["supervisor"], now)
    Response.objects.filter(campaign=campaign).delete()
    with pytest.raises(Invalid) as refused:
        ask(campaign, analyst, now)
    assert set(refused.value.fields) == {"source"}


def test_who_sees_which(
    branch: Any, other_branch: Any, analyst: Any, other_analyst: Any, actors: Any, now: Any
) -> None:
    own = ask(make_campaign(20, now=now, branch=branch), analyst, now)
    whole = ask(make_campaign(20, now=now), analyst, now)
    assert set(Report.objects.visible_to(analyst)) == {own, whole}
    assert set(Report.objects.visible_to(other_analyst)) == {whole}
    assert set(Report.objects.visible_to(actors["supervisor"])) == {own, whole}
    assert not Report.objects.visible_to(actors["adjudicator"])
    assert not Report.objects.visible_to(actors["customer"])
    with pytest.raises(Missing):
        queries.report_of(own.public_id, other_analyst)
    with pytest.raises(Missing):
        ask(make_campaign(20, now=now, branch=branch), other_analyst, now)


def test_a_dead_worker_s_report_is_begun_again_but_not_for_ever(branch: Any, analyst: Any, now: Any) -> None:
    row = ask(make_campaign(60, now=now, branch=branch), analyst, now)
    mine = Report.objects.filter(pk=row.pk)
    mine.update(state="running", lease_by="dead", lease_until=timezone.now() + timedelta(minutes=1), attempts=1)
    assert work.run_waiting() == 0  # its lease still holds
    mine.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)
    mine.update(state="running", lease_until=timezone.now() - timedelta(seconds=1), attempts=3)
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == "failed"
    assert "三次" in row.why


def test_what_goes_wrong_is_told_and_ends_it(branch: Any, analyst: Any, now: Any, monkeypatch: Any) -> None:
    row = ask(make_campaign(20, now=now, branch=branch), analyst, now)

    def fail(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(work, "prepare", fail)
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == "failed"
    assert "系统出了问题" in row.why


def test_a_source_that_is_out_of_sight_by_then_is_not_reported_on(
    branch: Any, other_branch: Any, analyst: Any, now: Any
) -> None:
    from anxin.access.actors import forget_actors
    from anxin.access.models import RoleGrant, User

    campaign = make_campaign(20, now=now, branch=branch)
    row = ask(campaign, analyst, now)
    RoleGrant.objects.filter(user_id=analyst.user_id).update(branch=other_branch)
    User.objects.filter(pk=analyst.user_id).update(branch=other_branch)
    forget_actors()
    work.run_waiting()
    row.refresh_from_db()
    assert row.state == "failed"
    assert not row.result


def test_it_is_stale_when_answers_came_since_and_its_rows_stay_its_own(branch: Any, analyst: Any, now: Any) -> None:
    campaign = make_campaign(60, now=now, branch=branch)
    row = ask(campaign, analyst, now)
    work.run_waiting()
    row.refresh_from_db()
    assert queries.answers_since(row) == 0
    one = Response.objects.filter(campaign=campaign).first()
    assert one is not None
    one.pk, one.public_id, one.key = None, "new", "new"
    one.save(force_insert=True)
    assert queries.answers_since(row) == 1
    returned = next(number for number in row.content().numbers() if number.rows and number.rows.of == "all")
    behind = queries.rows_behind(row, returned, 1, analyst, "zh")
    assert behind is not None
    assert behind.count == 60
    assert behind.pages == 2
    assert len(behind.rows) == 50


def test_rows_of_other_branches_are_counted_but_not_shown(
    branch: Any, other_branch: Any, analyst: Any, other_analyst: Any, now: Any
) -> None:
    campaign = make_campaign(40, now=now, where=[branch, other_branch])
    row = ask(campaign, analyst, now)
    work.run_waiting()
    row.refresh_from_db()
    mean = next(number for number in row.content().numbers() if number.definition == "mean" and number.rows)
    theirs = queries.rows_behind(row, mean, 1, other_analyst, "zh")
    every = queries.rows_behind(row, mean, 1, analyst, "zh")
    assert theirs is not None
    assert every is not None
    assert theirs.count == every.count
    assert 0 < len(theirs.rows) < len(every.rows)
    assert theirs.hidden == theirs.count - len(theirs.rows)
    assert every.rows[0][1]  # the answers in words


def test_removing(branch: Any, analyst: Any, actors: Any, now: Any) -> None:
    row = ask(make_campaign(20, now=now, branch=branch), analyst, now)
    with pytest.raises(NotAllowed):
        remove_report(report=row.public_id, actor=actors["supervisor"], now=now)
    Report.objects.filter(pk=row.pk).update(state="running")
    with pytest.raises(IllegalMove):
        remove_report(report=row.public_id, actor=analyst, now=now)
    Report.objects.filter(pk=row.pk).update(state="done")
    remove_report(report=row.public_id, actor=analyst, now=now)
    assert not Report.objects.exists()
    assert Response.objects.count() == 20

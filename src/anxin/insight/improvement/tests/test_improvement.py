"""Findings once and only where something is, actions from plan to verdict and decision, and who may do what."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from anxin.access.actors import actor_of, forget_actors, system
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.access.models import Branch, RoleGrant, User
from anxin.insight.improvement import looking, queries, wording
from anxin.insight.improvement.actions import (
    change_improvement,
    decide_improvement,
    dismiss_finding,
    plan_improvement,
    reopen_finding,
)
from anxin.insight.improvement.boards import FEW, behind, charts
from anxin.insight.improvement.finding import look
from anxin.insight.improvement.indicators import series, until_of
from anxin.insight.improvement.models import Finding, Improvement, Look
from anxin.insight.improvement.tests.told import BRANCHES, NOW, tell_lake
from anxin.insight.indicators.actions import import_facts
from anxin.insight.results.asking import Ask

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)


@pytest.fixture
def people() -> dict[str, Any]:
    forget_actors()
    branches = {
        code: Branch.objects.create(code=code, name_zh=code, name_en=code, short_zh=code, short_en=code)
        for code in BRANCHES
    }

    def person(name: str, role: str, branch: str = "") -> Any:
        user = User.objects.create(username=name, display_name=name, kind="staff", branch=branches.get(branch))
        RoleGrant.objects.create(user=user, role=role, branch=branches.get(branch))
        return actor_of(user)

    return {
        "analyst": person("analyst", "analyst"), "supervisor": person("supervisor", "supervisor", "3205"),
        "other": person("other", "supervisor", "3301"), "auditor": person("auditor", "auditor"),
    }  # fmt: skip


def plan(actor: Any, **more: Any) -> Improvement:
    given = {
        "title": "一次性清单", "change": "一次列全", "owner": "analyst", "starts_on": TODAY - timedelta(days=120),
        "review_on": TODAY, "indicator": "papers_twice", "expected": 0.15, "branches": ["3205", "3202"], "actor": actor, "now": NOW,
    }  # fmt: skip
    return plan_improvement(**{**given, **more})


def test_a_change_where_it_was_made_is_measured_and_decided_on(people: dict[str, Any]) -> None:
    tell_lake(changed=("3205", "3202"), after=0.15)
    row = plan(people["analyst"])
    looking.look_now(now=NOW)
    row.refresh_from_db()
    assert row.state == "measured"
    found = queries.latest(row)
    assert found is not None
    assert (found.method, found.word) == ("differences", "helped")
    assert found.low < -0.25 < found.high < 0  # type: ignore[operator]
    (shown,) = queries.newest_with_effect(people["analyst"])
    assert shown.verdict == "helped"
    assert shown.effect is not None
    assert shown.effect.estimate == pytest.approx(100 * found.estimate)  # type: ignore[operator]
    with pytest.raises(Invalid):
        decide_improvement(improvement=row.public_id, decision="extend", why="", actor=people["analyst"], now=NOW)
    decide_improvement(improvement=row.public_id, decision="extend", why="两家都有效", actor=people["analyst"], now=NOW)
    assert [step.what for step in row.steps.all()] == ["planned", "running", "measured", "extended"]
    assert row.steps.last().data["word"] == "helped"
    with pytest.raises(IllegalMove):
        decide_improvement(improvement=row.public_id, decision="keep", why="再想想", actor=people["analyst"], now=NOW)
    assert (
        looking.measure_all(looking.whole(NOW), until=NOW, now=NOW) == 0
    )  # what is extended has no comparison any more


def test_nothing_done_shows_no_sign_and_a_start_last_week_is_too_early(people: dict[str, Any]) -> None:
    tell_lake()
    idle = plan(people["analyst"], expected=0.3)
    young = plan(people["analyst"], starts_on=TODAY - timedelta(days=6), review_on=TODAY + timedelta(days=90), indicator="cycle_time", branches=[])  # fmt: skip
    later = plan(people["analyst"], starts_on=TODAY + timedelta(days=5), review_on=TODAY + timedelta(days=90))
    looking.look_now(now=NOW)
    assert queries.latest(idle).word == "no_sign"  # type: ignore[union-attr]
    assert queries.latest(young).word == "too_early"  # type: ignore[union-attr]
    assert queries.latest(later) is None
    assert [Improvement.objects.get(pk=row.pk).state for row in (idle, young, later)] == [
        "measured",
        "running",
        "planned",
    ]


def test_everywhere_is_measured_against_its_own_past(people: dict[str, Any]) -> None:
    tell_lake(changed=BRANCHES, after=0.1)
    row = plan(people["analyst"], branches=[])
    looking.look_now(now=NOW)
    found = queries.latest(row)
    assert found is not None
    assert (found.method, found.word) == ("interrupted", "helped")
    assert found.low < -0.3 < found.high  # type: ignore[operator]


def test_branches_of_another_action_on_the_same_indicator_are_no_comparison(people: dict[str, Any]) -> None:
    tell_lake(changed=("3205", "3202"), after=0.05)
    plan(people["analyst"])
    idle = plan(people["analyst"], branches=["3301"])
    looking.look_now(now=NOW)
    body = queries.latest(idle).body  # type: ignore[union-attr]
    assert body["left_out"] == ["3202", "3205"]
    assert queries.latest(idle).word != "hurt"  # type: ignore[union-attr]


def test_findings_are_kept_once_brought_up_to_date_and_gone(people: dict[str, Any]) -> None:
    tell_lake(before=0.3, wait_lately=40.0)
    looking.look_now(now=NOW)
    codes = set(Finding.objects.values_list("code", "subject"))
    assert ("hand_over_growing", "hand_over:assessment>adjudication") in codes
    assert ("papers_twice", "papers_twice") in codes
    count = Finding.objects.count()
    Look.objects.all().delete()
    looking.look_now(now=NOW)
    assert Finding.objects.count() == count
    grown = Finding.objects.get(code="hand_over_growing")
    looking.take([], until=NOW, lake=9, now=NOW)
    grown.refresh_from_db()
    assert grown.state == "gone"
    assert grown.gone_at == NOW
    Look.objects.all().delete()
    looking.look_now(now=NOW)  # there again: a finding of its own, the old one stays on record
    assert sorted(Finding.objects.filter(code="hand_over_growing").values_list("state", flat=True)) == ["gone", "open"]
    assert "from" in wording.finding_title(grown) or "要等" in wording.finding_title(grown)


def test_chance_alone_gives_no_finding_of_change() -> None:
    tell_lake(before=0.1, claims=3_000, seed=7)
    ask = looking.whole(NOW)
    until = until_of(ask)
    assert until is not None
    assert {one.code for one in look(ask, until)} <= {"hand_over_longest"}


def test_rework_that_grows_is_found(people: dict[str, Any]) -> None:
    tell_lake(changed=BRANCHES, days=56, before=0.1, after=0.35)
    looking.look_now(now=NOW)
    row = Finding.objects.get(code="rework_growing")
    assert row.subject == "papers_returned"
    assert row.evidence["low"] < 0.25 < row.evidence["high"]
    assert row.evidence["low"] > 0.1
    assert "35" in wording.finding_title(row) or f"{100 * row.evidence['now']:.1f}%" in wording.finding_title(row)


def test_complaints_that_rise_are_found_and_steady_ones_are_not(people: dict[str, Any]) -> None:
    def received(month: str, count: int, branch: str) -> None:
        rows = ({"id": f"{branch}{month}{number}", "branch": branch, "receiveddate": f"{month}-{1 + number % 28:02}"} for number in range(count))  # fmt: skip
        batch = import_facts(
            content="\n".join(map(json.dumps, rows)).encode(), file_name=f"{branch}{month}.jsonl", kind="complaints", source="core",
            actor=system(), now=NOW,
        )  # fmt: skip
        assert batch.rows == count

    tell_lake(claims=400)
    looking.look_now(now=NOW)
    assert not Finding.objects.filter(code="complaints_rising").exists()  # nothing was imported
    months = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)][10:26]
    for place, month in enumerate(months):
        received(month, 10 + place % 3, "3201")
        received(month, 30 if month >= "2025-12" else 9 + place % 4, "3205")
    Look.objects.all().delete()
    looking.look_now(now=NOW)
    rows = {row.branch: row for row in Finding.objects.filter(code="complaints_rising")}
    assert set(rows) == {"", "3205"}
    e = rows["3205"].evidence
    assert (e["from"], e["to"], e["now"], e["n"]) == ("2025-12-01", "2026-03-01", 30.0, 90.0)
    assert len(e["months"]) == 15  # the year before and three months; not the month that is not over
    assert e["months"][-1] == ["2026-02", 30]
    assert 0 < e["low"] < e["difference"] < e["high"]
    assert "30.0" in wording.finding_title(rows["3205"])
    size = wording.size_of(rows["3205"])
    assert size is not None
    assert size.estimate == pytest.approx(100 * (30 / e["before"] - 1))
    assert set(queries.findings(people["supervisor"], code="complaints_rising")) == {rows["3205"]}


def test_one_branch_apart_is_named(people: dict[str, Any]) -> None:
    tell_lake(changed=("3401",), days=300, before=0.1, after=0.45, claims=3_000)
    looking.look_now(now=NOW)
    assert list(Finding.objects.filter(code="branch_apart").values_list("branch", flat=True)) == ["3401"]
    supervisor = people["supervisor"]
    assert not queries.findings(supervisor, code="branch_apart").exists()
    assert queries.findings(people["auditor"], code="branch_apart").exists()


def test_a_look_is_taken_once_a_version_and_day(people: dict[str, Any]) -> None:
    assert not looking.is_due(NOW)
    tell_lake(claims=400)
    assert looking.is_due(NOW)
    looking.look_now(now=NOW)
    assert not looking.is_due(NOW)
    row = plan(people["analyst"])
    assert looking.is_due(NOW)  # begun, and not measured yet
    looking.look_now(now=NOW)
    assert row.measurements.count() == 1
    assert not looking.is_due(NOW)
    Look.objects.update(ended_at=None, begun_at=NOW)
    assert looking.look_now(now=NOW) == 0  # another worker is at it


def test_dismissing_needs_a_reason_and_can_be_taken_back(people: dict[str, Any]) -> None:
    row = Finding.objects.create(code="branch_apart", subject="kept", branch="3205", since_on=TODAY, found_at=NOW, seen_at=NOW, lake=1)  # fmt: skip
    with pytest.raises(Invalid):
        dismiss_finding(finding=row.public_id, why=" ", actor=people["supervisor"], now=NOW)
    with pytest.raises(Missing):
        dismiss_finding(finding=row.public_id, why="别人的", actor=people["other"], now=NOW)
    with pytest.raises(NotAllowed):
        dismiss_finding(finding=row.public_id, why="只读的人", actor=people["auditor"], now=NOW)
    dismiss_finding(finding=row.public_id, why="节假日", actor=people["supervisor"], now=NOW)
    looking.take([], until=NOW, lake=2, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.why) == ("dismissed", "节假日")
    reopen_finding(finding=row.public_id, actor=people["supervisor"], now=NOW)
    plan(people["supervisor"], branches=["3205"], finding=row.public_id)
    row.refresh_from_db()
    assert row.state == "acted"


def test_a_supervisor_plans_for_their_own_branch_only(people: dict[str, Any]) -> None:
    mine = plan(people["supervisor"], branches=["3205"])
    for branches in ([], ["3205", "3301"]):
        with pytest.raises(NotAllowed):
            plan(people["supervisor"], branches=branches)
    with pytest.raises(NotAllowed):
        decide_improvement(
            improvement=mine.public_id, decision="extend", why="全部推开", actor=people["supervisor"], now=NOW
        )
    with pytest.raises(Missing):
        decide_improvement(improvement=mine.public_id, decision="stop", why="别人的", actor=people["other"], now=NOW)
    with pytest.raises(NotAllowed):
        plan(people["auditor"])
    everywhere = plan(people["analyst"], branches=[])
    assert set(queries.improvements(people["other"])) == {everywhere}
    with pytest.raises(NotAllowed):
        decide_improvement(
            improvement=everywhere.public_id, decision="stop", why="不该我定", actor=people["other"], now=NOW
        )


def test_a_change_is_kept_on_record_and_measured_anew(people: dict[str, Any]) -> None:
    row = plan(people["analyst"])
    given = {"title": "新名", "change": "一次列全", "owner": "supervisor", "starts_on": TODAY + timedelta(days=2), "review_on": TODAY + timedelta(days=60), "indicator": "papers_twice", "expected": 0.2, "branches": ["3205"], "actor": people["analyst"], "now": NOW}  # fmt: skip
    changed = change_improvement(improvement=row.public_id, expected_edit=0, **given)
    assert (changed.state, changed.edit, changed.branches) == ("planned", 1, ["3205"])
    before = changed.steps.last().data["before"]
    assert (before["title"], before["branches"]) == ("一次性清单", ["3202", "3205"])
    with pytest.raises(Stale):
        change_improvement(improvement=row.public_id, expected_edit=0, **given)
    for wrong, box in (({"owner": "nobody"}, "owner"), ({"review_on": TODAY}, "review_on"), ({"indicator": "x"}, "indicator"), ({"expected": 1.5}, "expected"), ({"branches": ["9"]}, "branches"), ({"title": " "}, "title")):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            change_improvement(improvement=row.public_id, expected_edit=1, **{**given, **wrong})
        assert set(caught.value.fields) == {box}


def test_series_and_the_cases_behind_them_agree_and_stay_in_scope() -> None:
    tell_lake(claims=800)
    ask = Ask(None, {"kind": "claim"}, NOW)
    found = series("papers_twice", ask, by="month", anchor=date(2025, 12, 1))
    assert found is not None
    assert date(2025, 12, 1) in found.begins
    place, period = found.groups.index("3205"), found.begins.index(date(2025, 12, 1))
    end = found.begins[period] + timedelta(days=28)
    what = f"papers_twice|2025-12-01|{end.isoformat()}|"
    own = Ask(frozenset({"3205"}), {"kind": "claim"}, NOW)
    assert len(list(behind(own, what))) == found.n[place, period]
    assert len(list(behind(own, f"{what}hit"))) == found.n[place, period] * found.values[place, period]
    assert len(list(behind(ask, what))) == found.n[:, period].sum()
    pair = found.n[[found.groups.index(one) for one in ("3205", "3202")], period].sum()
    assert len(list(behind(ask, f"{what}||3205,3202"))) == pair
    assert len(list(behind(own, f"{what}||3205,3202"))) == found.n[place, period]
    assert system().is_system
    with pytest.raises(LookupError):
        behind(ask, "unknown|2025-01-01|2025-02-01|")


def test_limits_begin_anew_only_where_the_action_is_made_and_few_cases_are_left_out(people: dict[str, Any]) -> None:
    tell_lake(changed=("3205", "3202"), days=160, after=0.1, claims=1_200)
    plan(people["analyst"], starts_on=TODAY - timedelta(days=160))
    told = charts(Ask(None, {"kind": "claim", "indicator": "papers_twice"}, NOW))
    groups = {one["group"]: one for one in told["groups"]}
    assert told["by"] == "month"
    assert len(groups[""]["phases"]) == len(groups["3205"]["phases"]) == 2
    assert groups["3301"]["phases"] == [0]
    start = groups["3205"]["phases"][1]
    assert groups["3205"]["centre"][start] < groups["3205"]["centre"][start - 1]
    for one in groups.values():
        for value, n in zip(one["values"], one["n"], strict=True):
            assert (value is None) == (n < FEW)
    assert any(n < FEW for one in groups.values() for n in one["n"])
    weekly = charts(Ask(None, {"kind": "claim", "indicator": "papers_twice", "by": "week"}, NOW))
    assert {one["group"] for one in weekly["few"]} >= {"3301"}  # under two claims a week
    by_department = charts(Ask(None, {"kind": "claim", "indicator": "hand_over:assessment>adjudication", "group": "department"}, NOW))  # fmt: skip
    assert {one["group"] for one in by_department["groups"]} == {"", "adjudication"}
    assert charts(Ask(None, {"indicator": "unknown"}, NOW))["groups"] == []

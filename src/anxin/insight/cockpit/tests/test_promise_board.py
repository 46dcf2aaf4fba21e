from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest

from anxin.insight.cockpit.boards import PAIR, PROMISES
from anxin.insight.cockpit.tests import counting
from anxin.insight.results.asking import Ask
from anxin.journal.models import Promise

pytestmark = pytest.mark.django_db
MONTH = "2025-02"


def test_each_duty(told: datetime) -> None:
    body = PROMISES.compute(Ask(None, {}, told))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for month, rule, _branch, ended, _case in counting.promises(told):
        if month == MONTH:
            counts[rule][ended] += 1
    rows = {row["rule"]: row for row in body["rules"]}
    assert {rule for rule, row in rows.items() if row["due"]} == set(counts)
    used = defaultdict(list)
    for promise in Promise.objects.exclude(state="void").filter(settled_at__isnull=False, due_at__lte=told):
        if counting.month(promise.due_at) == MONTH:
            used[promise.rule].append((promise.settled_at - promise.started_at) / (promise.due_at - promise.started_at))
    for rule, own in counts.items():
        assert (rows[rule]["kept"], rows[rule]["broken"]) == (own["kept"], own["broken"])
        running = Promise.objects.filter(rule=rule, state="running", due_at__gt=told, settled_at=None).count()
        assert rows[rule]["running"] == running
        if used[rule]:
            assert rows[rule]["used"] == pytest.approx(median(used[rule]))
        # The newest case first, each once.
        behind = list(PROMISES.behind(Ask(None, {"month": MONTH, "rule": rule}, told), "broken"))
        assert len(set(behind)) == len(behind) <= own["broken"]
    judged = [row["rate"] for row in body["rules"] if row["due"] >= 5]
    assert judged == sorted(judged)
    assert "CL-17" not in rows


def test_by_branch_department_and_force(told: datetime) -> None:
    body = PROMISES.compute(Ask(None, {}, told))
    plain = [row for row in counting.promises(told) if row[0] == MONTH]
    assert {row["name"]: row["due"] for row in body["branches"]} == Counter(branch for _m, _r, branch, _e, _c in plain)
    assert sum(row["due"] for row in body["departments"]) == len(plain) == body["whole"]["due"]
    law, own = (
        PROMISES.compute(Ask(None, {"force": force}, told))["whole"]["due"] for force in ("statutory", "company")
    )
    assert 0 < law < body["whole"]["due"]
    assert law + own == body["whole"]["due"]
    finance = next(row for row in body["departments"] if row["name"] == "finance")
    narrowed = PROMISES.compute(Ask(None, {"department": "finance"}, told))
    assert narrowed["whole"]["due"] == finance["due"]
    everything = PROMISES.compute(Ask(None, {"month": "all"}, told))
    assert everything["whole"]["due"] == len(counting.promises(told))
    behind = list(PROMISES.behind(Ask(frozenset({"WX"}), {"month": "all"}, told), "due"))
    assert set(behind) == {case for *_rest, branch, _ended, case in counting.promises(told) if branch == "WX"}


def test_what_is_paused_running_and_late_now(told: datetime) -> None:
    one = Promise.objects.filter(rule="CL-02", state="running")[0]
    Promise.objects.filter(pk=one.pk).update(state="paused", due_at=None, paused_at=told)
    body = PROMISES.compute(Ask(None, {}, told))
    assert body["whole"]["paused"] == 1
    assert list(PROMISES.behind(Ask(None, {}, told), "paused")) == [one.case.public_id]
    late = Promise.objects.filter(state="broken", settled_at=None).exclude(rule="CL-17").count()
    assert body["whole"]["late"] == late > 0
    with pytest.raises(ValueError, match="lost"):
        PROMISES.behind(Ask(None, {}, told), "lost")


def test_a_limit_between_any_two_activities(told: datetime) -> None:
    asked = {"from": "claims.notified", "to": "claims.fully_paid", "limit": "8", "unit": "days"}
    body = PAIR.compute(Ask(None, asked, told))
    counts: Counter[str] = Counter()
    months: Counter[str] = Counter()
    for events in counting.chains().values():
        begun = events[0].occurred_at
        done = next((one.occurred_at for one in events if one.activity == "claims.fully_paid"), None)
        late = (done or told) - begun > timedelta(days=8)
        state = ("broken" if late else "kept") if done else ("overdue" if late else "running")
        counts[state] += 1
        months[counting.month(begun)] += 1
    assert {state: body[state] for state in ("kept", "broken", "running", "overdue")} == dict(counts)
    assert min(counts.values()) > 0
    by_month = {row["month"]: sum(row[state] for state in counts) for row in body["trend"]}
    assert by_month == months
    for state in counts:
        assert len(list(PAIR.behind(Ask(None, asked, told), state))) == counts[state]
    within = next(row for row in body["trend"] if row["month"] == MONTH)["kept"]
    assert len(list(PAIR.behind(Ask(None, asked | {"month": MONTH}, told), "kept"))) == within
    office = PAIR.compute(Ask(None, asked | {"limit": "30", "unit": "office"}, told))
    assert office["found"]
    assert office["kept"] + office["broken"] == counts["kept"] + counts["broken"]


@pytest.mark.parametrize(
    "wrong", [{"from": "claims.nothing"}, {"limit": "0"}, {"limit": "x"}, {"limit": "1000001"}, {"unit": "weeks"}]
)
def test_a_limit_that_cannot_be(told: datetime, wrong: dict[str, Any]) -> None:
    asked = {"from": "claims.notified", "to": "claims.fully_paid", "limit": "8", "unit": "days"} | wrong
    assert PAIR.compute(Ask(None, asked, told))["found"] is False

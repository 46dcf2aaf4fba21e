"""Each number of the cockpit against a plain count of the journal's rows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from anxin.engines.measure import wilson
from anxin.insight.cockpit.boards import COCKPIT
from anxin.insight.cockpit.tests import counting
from anxin.insight.cockpit.tests.telling import ask_about_stages
from anxin.insight.results.asking import Ask
from anxin.journal.models import Promise

pytestmark = pytest.mark.django_db
MONTH = "2025-02"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_promises_kept_broken_and_by_month(told: datetime) -> None:
    body = COCKPIT.compute(Ask(None, {}, told))
    plain = counting.promises(told)
    assert (body["month"], body["present"]) == (MONTH, "2025-03")
    counts = Counter(ended for month, _rule, _branch, ended, _case in plain if month == MONTH)
    assert counts["kept"] > 50
    assert counts["broken"] > 50
    kept = body["kept"]
    assert (kept["due"], kept["kept"], kept["broken"]) == (counts.total(), counts["kept"], counts["broken"])
    ends = wilson(counts["kept"], counts.total())
    assert (kept["rate"], kept["low"], kept["high"]) == pytest.approx(
        (counts["kept"] / counts.total(), ends.low, ends.high)
    )
    by_month = Counter(month for month, *_rest in plain)
    assert {row["month"]: row["due"] for row in body["trend"]} == by_month
    assert [row["full"] for row in body["trend"]] == [True, True, True, False]


def test_a_limitation_a_void_promise_and_one_that_is_not_due_yet_do_not_count(told: datetime) -> None:
    assert Promise.objects.filter(rule="CL-17").exists()
    assert Promise.objects.filter(state="void").exists()
    before = COCKPIT.compute(Ask(None, {"month": "2025-03"}, told))["kept"]
    one = Promise.objects.filter(rule="CL-02", due_at__gt=told)[0]
    # Kept ahead of its moment: it counts when that moment has come, beside those that will have broken by then.
    Promise.objects.filter(pk=one.pk).update(state="kept", settled_at=told, due_at=told + HOUR)
    assert COCKPIT.compute(Ask(None, {"month": "2025-03"}, told))["kept"] == before
    after = COCKPIT.compute(Ask(None, {"month": "2025-03"}, told + 2 * HOUR))["kept"]
    assert after["kept"] >= before["kept"] + 1
    # Past its moment while no timer has spoken: overdue, and broken.
    Promise.objects.filter(pk=one.pk).update(state="running", settled_at=None)
    late = COCKPIT.compute(Ask(None, {"month": "2025-03"}, told + 2 * HOUR))["kept"]
    assert (late["broken"], late["overdue"]) == (after["broken"] + 1, after["overdue"] + 1)


def test_where_the_broken_ones_broke(told: datetime) -> None:
    broke = COCKPIT.compute(Ask(None, {}, told))["broke"]
    chains = counting.chains()
    found: Counter[tuple[str, str]] = Counter()
    rows = Promise.objects.select_related("case").exclude(rule__startswith="CL-17").filter(state="broken")
    for row in rows:
        if counting.month(row.due_at) != MONTH:
            continue
        before = [
            one for one in chains[row.case.public_id] if one.occurred_at <= row.broken_at and counting.department(one)
        ]
        after = [
            one for one in chains[row.case.public_id] if one.occurred_at > row.broken_at and counting.department(one)
        ]
        found[counting.department(before[-1]), counting.department(after[0]) if after else ""] += 1
    assert broke["of"] == found.total()
    assert {(step["giver"], step["taker"]): step["n"] for step in broke["steps"]} == dict(found.most_common(6))
    ask = Ask(None, {"month": MONTH}, told)
    step = broke["steps"][0]
    assert set(COCKPIT.behind(ask, f"broke:{step['giver']}:{step['taker']}")) <= set(COCKPIT.behind(ask, "broken"))


def test_cycle_time_and_share_paid(told: datetime) -> None:
    body = COCKPIT.compute(Ask(None, {}, told))
    plain = counting.paid(MONTH)
    assert {row["sort"] for row in body["cycle"]} == set(plain)
    assert len(plain) > 2
    for row in body["cycle"]:
        own = plain[row["sort"]]
        assert row["n"] == len(own)
        quantiles = [counting.row_quantile(own, part) / DAY for part in (100, 500, 900)]
        assert [row["p10"], row["median"], row["p90"]] == pytest.approx(quantiles)
        cases = list(COCKPIT.behind(Ask(None, {"month": MONTH}, told), f"cycle:{row['sort']}"))
        assert len(cases) == len(own)
    closed = Counter(counting.closed(MONTH))
    shares = {row["sort"]: (row["paid"], row["refused"]) for row in body["paid"]["sorts"]}
    for sort in {sort for sort, _outcome in closed}:
        assert shares[sort] == (closed[sort, "paid"], closed[sort, "refused"])
    assert shares["all"] == tuple(
        sum(many for (_sort, outcome), many in closed.items() if outcome == one) for one in ("paid", "refused")
    )
    assert shares["all"][1] > 0
    refused = list(COCKPIT.behind(Ask(None, {"month": MONTH}, told), "outcome:refused:all"))
    assert len(refused) == shares["all"][1]


def test_waits_between_departments(told: datetime) -> None:
    cells = COCKPIT.compute(Ask(None, {}, told))["handovers"]["cells"]
    plain = counting.hand_overs(MONTH)
    assert {(cell["giver"], cell["taker"]) for cell in cells} == set(plain)
    assert len(plain) >= 3
    for cell in cells:
        own = plain[cell["giver"], cell["taker"]]
        waits = [wait / HOUR for wait, _case in own]
        assert cell["n"] == len(own)
        assert cell["median"] == pytest.approx(counting.row_quantile(waits, 500))
        assert cell["p90"] == pytest.approx(counting.row_quantile(waits, 900))
        assert cell["total"] == pytest.approx(sum(waits))
        behind = list(COCKPIT.behind(Ask(None, {"month": MONTH}, told), f"handover:{cell['giver']}:{cell['taker']}"))
        # The longest wait first, each case once.
        assert behind == list(dict.fromkeys(case for _wait, case in sorted(own, key=lambda one: -one[0])))


def test_one_branch_sees_its_own_numbers_alone(told: datetime) -> None:
    own = COCKPIT.compute(Ask(frozenset({"WX"}), {}, told))
    plain = Counter(ended for month, _rule, _branch, ended, _case in counting.promises(told, {"WX"}) if month == MONTH)
    assert (own["kept"]["kept"], own["kept"]["broken"]) == (plain["kept"], plain["broken"])
    waits = counting.hand_overs(MONTH, {"WX"})
    assert {(cell["giver"], cell["taker"]): cell["n"] for cell in own["handovers"]["cells"]} == {
        pair: len(rows) for pair, rows in waits.items()
    }
    chosen = COCKPIT.compute(Ask(None, {"branch": "WX"}, told))
    assert chosen == own
    # Asking for a branch that is not theirs gives nothing, not the other's.
    foreign = COCKPIT.compute(Ask(frozenset({"WX"}), {"branch": "SZ"}, told))
    assert foreign["kept"]["due"] == 0
    assert foreign["handovers"]["cells"] == []
    assert list(COCKPIT.behind(Ask(frozenset({"WX"}), {"month": MONTH, "branch": "SZ"}, told), "due")) == []
    theirs = set(COCKPIT.behind(Ask(frozenset({"WX"}), {"month": MONTH}, told), "broken"))
    everyones = set(COCKPIT.behind(Ask(None, {"month": MONTH}, told), "broken"))
    assert theirs < everyones


def test_the_index_by_stage_is_the_reports_own(told: datetime, branch: Any, other_branch: Any) -> None:
    from anxin.voice.reports.campaigns import study_of_campaign
    from anxin.voice.reports.content import prepare
    from anxin.voice.reports.content.sections.scores import of_100

    places = [branch, other_branch]
    last = ask_about_stages(places, told - 40 * DAY, wave="2024", means={"sales": 3.6, "claims": 2.9, "care": 3.5})
    newest = ask_about_stages(
        places,
        told - 20 * DAY,
        wave="2025",
        means={"sales": 4.0, "claims": 3.3, "care": 3.9},
        of=last.version.questionnaire,
    )
    voice = COCKPIT.compute(Ask(None, {}, told))["voice"]
    assert (voice["now"]["wave"], voice["before"]["wave"]) == ("2025", "2024")
    ground = prepare(study_of_campaign(newest))
    assert {row["stage"] for row in voice["stages"]} == set(ground.by_stage)
    assert voice["stages"][-1]["stage"] == "claims"
    for row in voice["stages"]:
        means = ground.part_means[f"stage:{row['stage']}"]
        assert (row["n"], row["index"]) == (means.n[0, 0], pytest.approx(of_100(ground, means.mean[0, 0])))
        assert row["low"] < row["index"] < row["high"]
        assert row["before"] < row["index"]
    # A branch's own answers only, and none while they are fewer than five.
    own = COCKPIT.compute(Ask(frozenset({"WX"}), {}, told))["voice"]["stages"]
    assert 0 < sum(row["n"] for row in own) < sum(row["n"] for row in voice["stages"])
    newest.responses.filter(branch=other_branch).update(branch=branch)
    last.responses.filter(branch=other_branch).update(branch=branch)
    assert COCKPIT.compute(Ask(frozenset({"WX"}), {}, told))["voice"]["stages"] == []


def test_nothing_told_yet(branch: Any, now: datetime) -> None:
    body = COCKPIT.compute(Ask(None, {}, now))
    assert (body["kept"]["due"], body["months"], body["cycle"], body["handovers"]["cells"]) == (0, [], [], [])
    assert list(COCKPIT.behind(Ask(None, {}, now), "cycle:small")) == []


@pytest.mark.parametrize("what", ["", "kept:x", "cycle:huge", "outcome:lost:all", "handover:a", "DROP"])
def test_a_number_that_is_not_there(told: datetime, what: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        list(COCKPIT.behind(Ask(None, {"month": MONTH}, told), what))

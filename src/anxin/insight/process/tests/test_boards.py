"""The answers of the process boards against plain counts over a told history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from anxin.insight.process import findings, flows, following, waiting, ways
from anxin.insight.process.choices import choices
from anxin.insight.process.narrowing import SHOWN
from anxin.insight.process.tests.told import AGAIN, BEGIN, LEFT, PLAIN, RUNNING, Told, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(branch: Any, other_branch: Any) -> Told:
    told = Told()
    told.say("plain", PLAIN, 12, branch, slow=5)
    told.say("again", AGAIN, 4, branch, slow=9, injury=True)
    told.say("left", LEFT, 3, branch)
    told.say("running", RUNNING, 2, branch)
    told.say("there", PLAIN, 5, other_branch, slow=2)
    told.done()
    return told


def _edges(body: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    names = [one["name"].removeprefix("claims.") for one in body["nodes"]]
    return {(names[one["from"]], names[one["to"]]): one for one in body["edges"]}


def test_the_map_counts_moves_waits_and_cases(told: Told) -> None:
    body = flows.flow_map(ask())
    edges = _edges(body)
    assert body["cases"] == 26
    assert {pair: one["count"] for pair, one in edges.items()} == {
        ("notified", "coverage_checked"): 26, ("coverage_checked", "papers_listed"): 26, ("papers_listed", "contacted"): 23,
        ("contacted", "contacted"): 4, ("contacted", "opened"): 21, ("opened", "closed"): 21, ("papers_listed", "withdrawn"): 3,
    }  # fmt: skip
    opened = edges["contacted", "opened"]
    assert (opened["median"], opened["p90"], opened["hours"]) == (5.0, 9.0, 12 * 5 + 4 * 9 + 5 * 2)
    assert (opened["cases"], opened["turn"]) == (21, "")
    assert edges["contacted", "contacted"]["cases"] == 4
    assert edges["opened", "closed"]["turn"] == "none"
    assert sum(one["count"] for one in body["edges"]) == body["moves"] == 124
    starts = [one for one in body["ends"] if one["from"] == len(body["nodes"])]
    assert [one["count"] for one in starts] == [26]
    # The main road is told first, the withdrawal comes later.
    assert edges["contacted", "opened"]["step"] == 0 < edges["papers_listed", "withdrawn"]["step"]


def test_behind_every_number_of_the_map_are_its_cases(told: Told) -> None:
    body = flows.flow_map(ask())
    for (a, b), one in _edges(body).items():
        assert len(flows.cases_behind(ask(), f"edge:claims.{a}>claims.{b}")) == one["cases"]
    for one in body["nodes"]:
        assert len(flows.cases_behind(ask(), f"node:{one['name']}")) == one["cases"]
    assert set(flows.cases_behind(ask(), "edge:claims.contacted>claims.contacted")) == told.ids("again")
    assert set(flows.cases_behind(ask(), "last:claims.withdrawn")) == told.ids("left")
    for wrong in ("edge:claims.contacted>claims.none", "edge:claims.contacted", "nothing", "node:"):
        with pytest.raises(LookupError):
            flows.cases_behind(ask(), wrong)


def test_only_the_readers_branches_and_what_was_chosen(told: Told, branch: Any, other_branch: Any) -> None:
    assert flows.flow_map(ask([other_branch.code]))["cases"] == 5
    assert set(flows.cases_behind(ask([other_branch.code]), "all")) == told.ids("there")
    assert flows.flow_map(ask([other_branch.code], branch=branch.code))["cases"] == 0
    assert set(flows.cases_behind(ask(injury="yes"), "all")) == told.ids("again")
    assert flows.flow_map(ask(month="2025-03"))["cases"] == 26
    assert flows.flow_map(ask(month="2025-04")) == {"kind": "claim", "cases": 0}
    assert flows.flow_map(ask([])) == {"kind": "claim", "cases": 0}


def test_hand_over_steps_are_hidden_unless_asked_for(branch: Any) -> None:
    told = Told()
    told.history.open(
        kind="claim", branch=branch, subject=("customer", "1" * 24), state="notified", opened_at=ask().now
    )
    chain = told.history.chains[0]
    for name in ("claims.notified", "case.handed_over", "claims.contacted"):
        chain.say(name, {"from": "claims", "to": "survey"} if name.startswith("case") else {}, at=ask().now)
    told.done()
    assert list(_edges(flows.flow_map(ask()))) == [("notified", "contacted")]
    assert set(_edges(flows.flow_map(ask(hand=SHOWN)))) == {
        ("notified", "case.handed_over"),
        ("case.handed_over", "contacted"),
    }


def test_what_is_cut_is_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "MOST_EDGES", 3)
    body = flows.flow_map(ask())
    assert len(body["edges"]) == 3
    assert body["cut"] == {"edges": 4, "activities": 0, "moves": 124 - 26 - 26 - 23}
    monkeypatch.setattr(flows, "MOST_ACTIVITIES", 2)
    assert flows.flow_map(ask())["cut"]["activities"] == 5


def test_variants_with_shares_keys_and_search(told: Told) -> None:
    body = ways.ways(ask())
    assert [(one["cases"], one["covered"], one["steps"]) for one in body["rows"]] == [
        (21, 21, 6),
        (3, 24, 4),
        (2, 26, 4),
    ]
    assert body["rows"][0]["median"] == 9.0  # of 12 with 9 hours, 4 with 14 and 5 with 6
    assert (body["variants"], body["for_80"]) == (3, 1)
    for one in body["rows"]:
        assert len(ways.cases_behind(ask(), f"variant:{one['key']}")) == one["cases"]
    apart = ways.ways(ask(runs=ways.APART))
    assert [one["cases"] for one in apart["rows"]] == [17, 4, 3, 2]
    assert set(ways.cases_behind(ask(runs=ways.APART), f"variant:{apart['rows'][1]['key']}")) == told.ids("again")
    assert ways.ways(ask(has="claims.withdrawn"))["cases"] == 3
    followed = ask(first="claims.contacted", next="claims.contacted")
    assert (ways.ways(followed)["cases"], ways.ways(followed)["of"]) == (4, 26)
    assert set(ways.cases_behind(followed, "all")) == told.ids("again")
    assert ways.ways(ask(has="claims.opened", first="claims.papers_listed", next="claims.withdrawn"))["cases"] == 0
    with pytest.raises(LookupError):
        ways.ways(ask(has="claims.none"))
    with pytest.raises(LookupError):
        ways.cases_behind(ask(), "variant:0")


def test_waits_leave_out_what_no_customer_waits_for(told: Told) -> None:
    body = waiting.waiting(ask())
    names = body["activities"]
    hours = {(names[one["from"]], names[one["to"]]): one["hours"] for one in body["edges"]}
    assert hours["claims.contacted", "claims.opened"] == 106
    assert body["ours"] == sum(hours.values()) - hours["claims.opened", "claims.closed"]
    first = body["edges"][0]
    assert (names[first["from"]], names[first["to"]]) == ("claims.contacted", "claims.opened")


def test_rework_is_what_the_process_does_not_let_repeat(branch: Any) -> None:
    told = Told()
    told.say("twice", ("notified", "opened", "opened", "closed"), 3, branch, slow=4)
    told.say("called", AGAIN, 2, branch)
    told.done()
    found = waiting.waiting(ask())
    names = found["activities"]
    rows = {names[one["activity"]]: one for one in found["rework"]["rows"]}
    assert (rows["claims.opened"]["cases"], rows["claims.opened"]["hours"], rows["claims.opened"]["due"]) == (
        3,
        12.0,
        False,
    )
    assert rows["claims.contacted"]["due"]
    assert (found["rework"]["cases"], found["rework"]["hours"]) == (3, 12.0)
    assert set(waiting.cases_behind(ask(), "rework")) == told.ids("twice")
    assert set(waiting.cases_behind(ask(), "rework:claims.contacted")) == told.ids("called")


def test_cycle_times_of_ended_cases(told: Told) -> None:
    body = waiting.waiting(ask())
    assert body["ended"] == 24
    assert body["months"] == [["2025-03", 24, 9.0, 14.0]]
    assert body["groups"]["injury"] == [["yes", 4, 14.0, 14.0], ["no", 20, 9.0, 9.0]]
    assert set(waiting.cases_behind(ask(), "group:injury=yes")) == told.ids("again")
    assert len(waiting.cases_behind(ask(), "month:2025-03")) == 24
    assert waiting.cases_behind(ask(), "month:2024-01") == []
    for wrong in ("group:colour=red", "group:injury=perhaps", "none"):
        with pytest.raises(LookupError):
            waiting.cases_behind(ask(), wrong)
    with pytest.raises(ValueError, match="xx-01"):
        waiting.cases_behind(ask(), "month:xx")


def test_slow_cases_share_a_planted_trait(branch: Any) -> None:
    told = Told()
    told.say("quick", PLAIN, 180, branch, slow=5)
    told.say("slow", PLAIN, 20, branch, slow=90, injury=True)
    told.say("running", RUNNING, 4, branch)
    told.done()
    body = findings.finding(ask())
    first = body["slow"]["traits"][0]
    assert first["of"] == [["injury", "yes"]]
    assert (first["cases"], first["slow"]) == (20, 20)
    assert set(findings.cases_behind(ask(), "trait:injury=yes")) == told.ids("slow")
    assert set(findings.cases_behind(ask(), "slow")) == told.ids("slow")
    assert set(findings.cases_behind(ask(), "open")) == told.ids("running")
    assert body["open"]["count"] == 4
    assert {one["id"] for one in body["open"]["rows"]} == told.ids("running")
    for one in body["open"]["rows"]:
        assert one["low"] <= one["expected"] <= (one["high"] or one["expected"])
    assert body["drift"]["changes"] is not None


def test_a_planted_change_is_dated_and_opens_to_its_cases(branch: Any) -> None:
    told = Told()
    told.say("before", PLAIN, 120, branch, slow=2)
    told.say("after", PLAIN, 120, branch, slow=20, begin=BEGIN + timedelta(days=40))
    told.done()
    drift = findings.finding(ask())["drift"]
    wait = next(one for one in drift["changes"] if one["what"] == "wait" and one["activity"] == "claims.contacted")
    assert {one["at"] for one in drift["changes"]} == {(BEGIN + timedelta(days=40)).isoformat()}
    assert (wait["before"], wait["after"]) == ("2.0 h", "20.0 h")
    for name, cases in (("cases_before", "before"), ("cases_after", "after")):
        first, last, count = wait[name]
        behind = findings.cases_behind(ask(), f"began:{first}-{last}")
        assert len(behind) == count > 0
        assert set(behind) <= told.ids(cases)
    with pytest.raises(LookupError):
        findings.cases_behind(ask(), "began:1-x")


def test_few_cases_say_so(told: Told) -> None:
    body = findings.finding(ask())
    assert body["open"] == {"count": 2, "rows": [], "why": "too-few-ended"}
    assert body["drift"]["changes"] is None


def test_conformance_names_the_first_deviation(branch: Any) -> None:
    told = Told()
    told.say("left", LEFT, 6, branch)
    told.say("skipped", ("notified", "papers_listed", "withdrawn"), 2, branch)
    told.say("short", ("notified", "coverage_checked", "papers_listed", "contacted", "closed"), 1, branch)
    told.say("running", RUNNING, 3, branch)
    told.say("astray", ("notified", "opened"), 1, branch)
    told.done()
    body = following.following(ask(edition="0"))
    assert (body["cases"], body["conforming"], body["open"], body["open_left"]) == (9, 6, 4, 1)
    assert [(one["activity"], one["after"], one["cases"]) for one in body["deviations"]] == [
        ("claims.papers_listed", "claims.notified", 2), ("claims.closed", "claims.contacted", 1),
    ]  # fmt: skip
    assert body["deviations"][0]["due"] == ["claims.coverage_checked"]
    assert set(following.cases_behind(ask(), "fits")) == told.ids("left")
    assert set(following.cases_behind(ask(), "deviates")) == told.ids("skipped", "short")
    assert set(following.cases_behind(ask(), "deviation:claims.papers_listed>claims.notified")) == told.ids("skipped")
    assert set(following.cases_behind(ask(), "open_left")) == told.ids("astray")
    with pytest.raises(LookupError):
        following.cases_behind(ask(), "deviation:claims.none>claims.notified")


def test_an_unknown_kind_has_its_map_and_no_prescribed_process(branch: Any) -> None:
    told = Told()
    for number in range(4):
        chain = told.history.open(
            kind="imported", branch=branch, subject=("log", f"{number:024x}"), state="closed", opened_at=ask().now
        )
        for name in ("Register", "Decide", "Pay"):
            chain.say("imported.event", {"activity": name}, at=ask().now)
        chain.set(closed_at=ask().now)
    told.say("plain", PLAIN, 1, branch)
    told.done()
    assert choices(ask())["kinds"] == [("imported", 4), ("claim", 1)]
    assert choices(ask())["kind"] == "claim"
    body = flows.flow_map(ask(kind="imported"))
    assert [(one["name"], one["count"]) for one in body["nodes"]] == [
        (f"imported:{name}", 4) for name in ("Register", "Decide", "Pay")
    ]
    assert len(flows.cases_behind(ask(kind="imported"), "edge:imported:Decide>imported:Pay")) == 4
    assert following.following(ask(kind="imported"))["edition"] is None
    assert waiting.waiting(ask(kind="imported"))["ended"] == 4


def test_without_a_lake_nothing_is_said(db: None) -> None:
    assert flows.flow_map(ask()) == {"kind": "claim", "cases": 0}
    assert ways.ways(ask())["cases"] == waiting.waiting(ask())["cases"] == following.following(ask())["cases"] == 0
    assert findings.finding(ask())["slow"] is None
    assert (
        flows.cases_behind(ask(), "all")
        == ways.cases_behind(ask(), "all")
        == findings.cases_behind(ask(), "open")
        == []
    )
    assert choices(ask())["kinds"] == []

"""What cannot be published, and that the refusal names the rule, the field and the fix."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from anxin.access.actors import Actor
from anxin.access.errors import Invalid
from anxin.rulebook import queries
from anxin.rulebook.actions import change_rule, publish
from anxin.rulebook.families.promises import is_tighter_or_same
from anxin.rulebook.models import Family
from anxin.rulebook.shipped import BODIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(actors: dict[str, Actor], now: datetime) -> dict[str, Any]:
    return {"actor": actors["administrator"], "now": now, "note": "试一试"}


def refused(by: dict[str, Any], family: Family, change: Any) -> dict[str, str]:
    body = copy.deepcopy(BODIES[family]())
    change(body)
    with pytest.raises(Invalid) as caught:
        publish(family=family, body=body, **by)
    assert queries.in_force(family) == 1
    return caught.value.fields


def rule(body: dict[str, Any], rule_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in body["rules"] if row["id"] == rule_id)
    return found


@pytest.mark.parametrize(
    ("rule_id", "changes", "place"),
    [
        ("CL-02", {"amount": 31}, "CL-02.amount"),
        ("CL-02", {"unit": "working_days"}, "CL-02.amount"),
        ("CL-04", {"amount": 6}, "CL-04.amount"),
        ("CL-04", {"amount": 5, "unit": "years"}, "CL-04.amount"),
        ("CL-06", {"amount": 73, "unit": "hours"}, "CL-06.amount"),
        ("CL-01", {"limit": 2}, "CL-01.limit"),
        ("CL-02", {"enabled": False}, "CL-02.enabled"),
        ("CL-02", {"kept_by": ["claims.decided"]}, "CL-02.kept_by"),
        ("CL-02", {"source_zh": "公司标准"}, "CL-02.source_zh"),
        ("CL-02", {"force": "company"}, "CL-02.force"),
        ("CL-11", {"where": {}}, "CL-11.where"),
        ("CL-17", {"amount": 1}, "CL-17.amount"),
        ("CL-17", {"amount": 3}, "CL-17.amount"),
        ("CL-09", {"force": "statutory"}, "CL-09.force"),
        ("CL-09", {"enabled": False}, "CL-09.enabled"),
        ("CL-13", {"kept_by": ["claims.decided"]}, "CL-13.kept_by"),
        ("CS-01", {"amount": 0}, "CS-01.amount"),
        ("CS-01", {"amount": "2"}, "CS-01.amount"),
        ("CS-01", {"amount": True}, "CS-01.amount"),
        ("CS-01", {"unit": "days"}, "CS-01.unit"),
        ("CS-01", {"department": "kitchen"}, "CS-01.department"),
        ("CS-01", {"what_zh": " "}, "CS-01.what_zh"),
        ("CS-01", {"starts_on": ["claims.notifed"]}, "CS-01.starts_on"),
        ("CS-01", {"kept_by": []}, "CS-01.kept_by"),
        ("CS-01", {"kept_by": "claims.contacted"}, "CS-01.kept_by"),
        ("CS-01", {"paused_by": ["claims.surveyed"]}, "CS-01.resumed_by"),
        ("CS-01", {"colour": "red"}, "CS-01.colour"),
        ("CS-01", {"extension_permission": "journal.dance", "extended_amount": 3}, "CS-01.extension_permission"),
        ("CS-01", {"audience": "public"}, "CS-01.audience"),
        ("CS-01", {"where": {"line": []}}, "CS-01.where"),
        ("CL-08", {"follows": ["CL-99"]}, "CL-08.follows"),
        ("CL-18", {"enabled": True}, "CL-18.enabled"),
    ],
)
def test_wrong_rules_are_refused_by_name(by: dict[str, Any], rule_id: str, changes: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as caught:
        change_rule(rule_id=rule_id, changes=changes, **{**by, "note": "试"})
    assert place in caught.value.fields
    assert caught.value.fields[place]


@pytest.mark.parametrize(
    ("rule_id", "changes"),
    [
        ("CL-02", {"amount": 20}),
        ("CL-04", {"amount": 5, "unit": "calendar_days"}),
        ("CL-06", {"amount": 72, "unit": "hours"}),
        ("CL-05", {"amount": 5, "department": "calculation", "what_zh": "谈妥后付款"}),
        ("CL-15", {"enabled": False}),
        ("CL-09", {"amount": 30, "unit": "minutes"}),
        ("CL-13", {"amount": 5}),
        ("CS-01", {"enabled": False}),
        ("CS-03", {"amount": 48, "department": "assessment"}),
    ],
)
def test_what_may_be_changed(by: dict[str, Any], rule_id: str, changes: dict[str, Any]) -> None:
    assert change_rule(rule_id=rule_id, changes=changes, **by).number == 2
    assert set(changes) <= queries.may_change(rule_id)


def test_a_rule_from_memory_is_switched_on_by_someone_who_says_who_confirmed_it(by: dict[str, Any]) -> None:
    confirmed = {**by, "note": "法务部周律师 2025-03-12 确认，见指引第十条"}
    assert change_rule(rule_id="CL-18", changes={"enabled": True}, **confirmed).number == 2
    # Once confirmed, later editions need not say it again.
    assert change_rule(rule_id="CS-01", changes={"amount": 2}, **by).number == 3


def test_the_law_cannot_be_taken_out_nor_added_to(by: dict[str, Any]) -> None:
    def drop(body: dict[str, Any]) -> None:
        body["rules"].remove(rule(body, "CL-06"))

    def drop_one_without_a_number(body: dict[str, Any]) -> None:
        body["rules"].remove(rule(body, "CL-13"))

    def invent(body: dict[str, Any]) -> None:
        body["rules"].append({**rule(body, "CL-06"), "id": "CL-99"})

    def double(body: dict[str, Any]) -> None:
        body["rules"].append(rule(body, "CS-01"))

    assert "CL-06.id" in refused(by, Family.PROMISES, drop)
    assert "CL-13.id" in refused(by, Family.PROMISES, drop_one_without_a_number)
    assert "CL-99.force" in refused(by, Family.PROMISES, invent)
    assert "CS-01.id" in refused(by, Family.PROMISES, double)


@pytest.mark.parametrize(
    ("mine", "theirs", "tighter"),
    [
        ((3, "calendar_days"), (3, "calendar_days"), True),
        ((3, "calendar_days"), (3, "working_days"), True),
        ((4, "calendar_days"), (3, "working_days"), False),
        ((1, "working_days"), (30, "calendar_days"), False),  # a week of holidays makes it longer than it looks
        ((72, "hours"), (3, "calendar_days"), True),
        ((73, "hours"), (3, "calendar_days"), False),
        ((60, "minutes"), (1, "hours"), True),
        ((240, "office_minutes"), (30, "calendar_days"), False),
        ((365, "calendar_days"), (1, "years"), True),
        ((366, "calendar_days"), (1, "years"), False),
        ((1, "calendar_days"), (48, "hours"), False),  # ends at midnight after a part of a day more
    ],
)
def test_tighter_means_never_later(mine: tuple[int, str], theirs: tuple[int, str], tighter: bool) -> None:
    assert is_tighter_or_same(*mine, *theirs) is tighter


OTHER_FAMILIES: list[tuple[Family, Any, str]] = [
    (Family.PAPERS, lambda b: b["lists"]["motor"][0].pop("is_request"), "motor.is_request"),
    (Family.PAPERS, lambda b: b["lists"].pop("home"), "home.lists"),
    (Family.PAPERS, lambda b: b["lists"]["home"][1].update(title_zh=""), "home/id_card.title_zh"),
    (Family.PAPERS, lambda b: b["lists"]["home"][1].update(provider="uncle"), "home/id_card.provider"),
    (Family.PAPERS, lambda b: b["lists"]["home"][1].update(where={"mood": [True]}), "home/id_card.where"),
    (Family.PAPERS, lambda b: b["lists"]["home"][1].update(where={"cause": ["war"]}), "home/id_card.where"),
    (Family.PAPERS, lambda b: b["supplement"].append(b["supplement"][0]), "supplement/supp_accident_report.code"),
    (Family.CHECKLISTS, lambda b: b["lists"]["motor"][0].update(needs_photo="yes"), "motor/plate_vin.needs_photo"),
    (Family.CHECKLISTS, lambda b: b["lists"].update(boat=[]), "boat.lists"),
    (Family.AUTHORITY, lambda b: b["levels"][0]["limits"].update(decision=1), "levels/0.decision"),
    (Family.AUTHORITY, lambda b: b["levels"][3]["limits"].update(decision=1), "levels/3.decision"),
    (Family.AUTHORITY, lambda b: b["levels"][5]["limits"].update(payment=1_000_000_000), "levels/5.payment"),
    (Family.AUTHORITY, lambda b: b["levels"][2]["limits"].update(advance=1.5), "levels/2.advance"),
    (Family.AUTHORITY, lambda b: b["levels"].pop(), "authority.levels"),
    (Family.AUTHORITY, lambda b: b["two_signatures_from"].pop("refusal"), "two_signatures_from.refusal"),
    (
        Family.PRICES,
        lambda b: b["items"][0]["methods"]["replace"].update(parts_fen=-1),
        "front_bumper/replace.parts_fen",
    ),
    (
        Family.PRICES,
        lambda b: b["items"][0]["methods"]["replace"].update(parts_fen=1.0),
        "front_bumper/replace.parts_fen",
    ),
    (
        Family.PRICES,
        lambda b: b["items"][0]["methods"].update(glue={"parts_fen": 1, "labour_fen": 1}),
        "front_bumper.glue",
    ),
    (Family.PRICES, lambda b: b["items"][0].update(methods={}), "front_bumper.methods"),
    (Family.PRICES, lambda b: b["items"][0].update(unit="kg"), "front_bumper.unit"),
    (Family.PRICES, lambda b: b["items"].append(b["items"][0]), "front_bumper.code"),
    (Family.THRESHOLDS, lambda b: b["values"].pop(0), "small_motor_fen.value"),
    (Family.THRESHOLDS, lambda b: b["values"][0].update(value=-1), "small_motor_fen.value"),
    (Family.THRESHOLDS, lambda b: b["values"][2].update(value=1001), "price_deviation_permille.value"),
    (Family.THRESHOLDS, lambda b: b["values"][0].update(name="big_fen"), "big_fen.name"),
    (
        Family.CALENDAR,
        lambda b: b["overrides"].append({"on": "2025-06-06", "working": False, "reason": ""}),
        "2025-06-06.reason",
    ),
    (Family.CALENDAR, lambda b: b.update(office_hours=[["12:00", "09:00"]]), "calendar.office_hours"),
    (Family.CALENDAR, lambda b: b.pop("years"), "calendar.data"),
]


@pytest.mark.parametrize(("family", "change", "place"), OTHER_FAMILIES)
def test_other_families_are_checked_as_well(by: dict[str, Any], family: Family, change: Any, place: str) -> None:
    fields = refused(by, family, change)
    assert place in fields
    assert fields[place]


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize(
    "body", [None, [], "x", 3, {}, {"rules": 3}, {"rules": [3]}, {"lists": {"motor": [3]}, "supplement": []}]
)
def test_nonsense_is_refused_and_never_a_crash(by: dict[str, Any], family: Family, body: Any) -> None:
    with pytest.raises(Invalid) as caught:
        publish(family=family, body=body, **by)
    assert caught.value.fields


def test_the_refusal_reads_as_a_sentence_in_both_languages(by: dict[str, Any]) -> None:
    with translation.override("en"), pytest.raises(Invalid) as caught:
        change_rule(rule_id="CL-02", changes={"amount": 45}, **by)
    assert caught.value.message == (
        "CL-02, length of the limit: The law allows 30 calendar days at most (Insurance Law art. 23); enter less or the same."
    )
    with translation.override("zh-hans"), pytest.raises(Invalid) as caught:
        change_rule(rule_id="CL-02", changes={"amount": 45}, **by)
    assert caught.value.message == "CL-02 时限长度：法律最多允许 30 个自然日（保险法 第23条），请填相同或更短的。"

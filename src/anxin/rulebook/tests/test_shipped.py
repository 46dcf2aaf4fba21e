"""What we ship: every row of the law's table accounted for, every body fit to be published."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from anxin.journal import activities
from anxin.registers.products.models import Line
from anxin.rulebook import checking, shipping
from anxin.rulebook.families import prices, promises
from anxin.rulebook.models import Family, canonical
from anxin.rulebook.shipped import BODIES, lines

LAW = {rule_id: rule for rule_id, rule in shipping.law().items() if rule_id.startswith("CL-")}
# What each row of the table is. CL-09 and CL-13 say "promptly" (Q): a deadline whose number is the company's.
KLASSES = {
    "CL-01": "count", "CL-02": "deadline", "CL-03": "modifier", "CL-04": "deadline", "CL-05": "deadline",
    "CL-06": "deadline", "CL-07": "deadline", "CL-08": "consequence", "CL-09": "deadline", "CL-10": "deadline",
    "CL-11": "deadline", "CL-12": "deadline", "CL-13": "deadline", "CL-14": "deadline", "CL-15": "deadline",
    "CL-16": "indicator", "CL-17": "limitation", "CL-18": "modifier",
}  # fmt: skip
LIMITS = {
    "CL-02": (30, "calendar_days"), "CL-04": (5, "working_days"), "CL-05": (10, "calendar_days"),
    "CL-06": (3, "calendar_days"), "CL-07": (60, "calendar_days"), "CL-10": (1, "calendar_days"),
    "CL-11": (5, "calendar_days"), "CL-12": (10, "calendar_days"), "CL-14": (10, "calendar_days"),
    "CL-15": (1, "working_days"), "CL-17": (2, "years"), "CL-17-L": (5, "years"),
}  # fmt: skip


def base(rule_id: str) -> str:
    """CL-17-L is a half of row CL-17."""
    return "-".join(rule_id.split("-")[:2])


@pytest.mark.shared
def test_every_claims_row_of_the_table_is_there_once(shared: Path) -> None:
    with (shared / "regulation" / "clocks.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file) if row["id"].startswith("CL-")}
    assert len(rows) == 18
    assert rows.keys() == {base(rule_id) for rule_id in LAW} == KLASSES.keys()
    assert [rule_id for rule_id in LAW if rule_id != base(rule_id)] == ["CL-17-L"]
    for rule_id, rule in LAW.items():
        row = rows[base(rule_id)]
        assert rule.confidence == row["confidence"], rule_id
        assert rule.enabled == (row["confidence"] != "M"), rule_id
        if row["confidence"] == "S":
            assert rule.force == "advisory", rule_id
        if rule.force == "company":
            assert row["limit"].startswith("Q "), rule_id


@pytest.mark.parametrize("rule_id", KLASSES)
def test_rows_are_classed(rule_id: str) -> None:
    assert LAW[rule_id].klass == KLASSES[rule_id]


@pytest.mark.parametrize("rule_id", LIMITS)
def test_limits_are_the_laws(rule_id: str) -> None:
    assert (LAW[rule_id].amount, LAW[rule_id].unit) == LIMITS[rule_id]


def test_rules_speak_both_languages_and_name_their_source() -> None:
    for rule in shipping.law().values():
        for text in (rule.what_zh, rule.what_en, rule.source_zh, rule.source_en, rule.text_zh, rule.text_en):
            assert text.strip(), rule.id
        assert not any("一" <= letter <= "鿿" for letter in rule.what_en + rule.source_en + rule.text_en), rule.id
        if rule.has_clock and rule.klass != "limitation":
            assert rule.department or rule.id == "CS-15", rule.id


def test_a_company_number_never_calls_itself_law() -> None:
    for rule_id in ("CL-09", "CL-13"):
        assert LAW[rule_id].force == "company"
        assert "公司标准" in LAW[rule_id].source_zh or "公司" in LAW[rule_id].text_zh
        assert "不是法定期限" in LAW[rule_id].text_zh


@pytest.mark.parametrize("family", list(Family))
def test_bodies_pass_their_own_check_and_are_tidy(family: Family) -> None:
    body = BODIES[family]()
    assert checking.problems(family, body, before=None, note="") == []
    assert canonical(checking.tidied(family, body)) == canonical(body)


def test_rules_listen_to_activities_that_exist() -> None:
    known = {activity.name for activity in activities.all_activities()}
    assert promises.read(BODIES[Family.PROMISES]()).activities <= known


def test_rules_choose_by_fields_that_the_starting_activity_has() -> None:
    for rule in shipping.law().values():
        for name in rule.starts_on:
            allowed = activities.activity(name).fields
            if allowed is None:
                continue
            # A field may be missing on purpose only where the rule says that None will do (CS-09).
            needed = {field for field, values in rule.where.items() if None not in values}
            assert needed <= allowed, (rule.id, name, needed - allowed)
            for field in filter(None, (rule.person_field, rule.start_field)):
                assert field in allowed, (rule.id, name, field)


def test_lines_of_business_are_the_registers() -> None:
    assert set(lines.LIFE + lines.HEALTH + lines.MOTOR + lines.PROPERTY) == set(Line.values)
    # Agricultural cover is in the law's table; nobody sells it here yet.
    assert lines.AGRICULTURE[0] not in Line.values


def test_the_price_standard_is_long_enough_and_says_what_mr_li_was_offered() -> None:
    book = prices.read(BODIES[Family.PRICES](), 1)
    motor = {item.code for item in book.items if item.claim_type == "motor"}
    home = {item.code for item in book.items if item.claim_type == "home"}
    assert len(motor) >= 110
    assert len(home) >= 40
    offered = [
        ("front_bumper", "replace", 186000, 24000), ("headlamp_front_left", "replace", 245000, 18000),
        ("bonnet", "repair_paint", 0, 86000), ("fender_front_left", "replace_paint", 68000, 52000),
        ("front_beam", "replace", 92000, 34000),
    ]  # fmt: skip
    for code, method, parts, labour in offered:
        item = book.get(code, method)
        assert item is not None
        assert (item.parts_fen, item.labour_fen) == (parts, labour)
    assert sum(parts + labour for _code, _method, parts, labour in offered) == 805000

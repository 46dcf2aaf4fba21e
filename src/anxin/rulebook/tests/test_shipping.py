"""Installing what we ship, and taking a later release in without losing what the company changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from anxin.access.actors import Actor
from anxin.engines.calendar import Calendar, china_years
from anxin.rulebook import queries, shipping
from anxin.rulebook.actions import change_prices, change_rule, refresh_calendar, set_calendar_override
from anxin.rulebook.books import books
from anxin.rulebook.merging import merge
from anxin.rulebook.models import Family, RuleEdition
from anxin.rulebook.shipped import BODIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(actors: dict[str, Actor], now: datetime) -> dict[str, Any]:
    return {"actor": actors["administrator"], "now": now}


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Family, Any]]:
    """Bodies of a release to come: change them, then install."""
    bodies = {family: copy.deepcopy(build()) for family, build in BODIES.items()}
    for family in Family:
        monkeypatch.setitem(BODIES, family, lambda family=family: copy.deepcopy(bodies[family]))
    yield bodies
    books.look_again()


def rule_row(body: dict[str, Any], rule_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in body["rules"] if row["id"] == rule_id)
    return found


def test_installing_again_changes_nothing(now: datetime) -> None:
    assert shipping.install_shipped(now) == []
    shipping.install_after_migrate()
    assert RuleEdition.objects.count() == len(Family)


def test_a_company_edit_alone_is_no_reason_for_a_new_edition(by: dict[str, Any], now: datetime) -> None:
    change_rule(rule_id="CS-01", changes={"amount": 2}, note="试一试", **by)
    assert shipping.install_shipped(now) == []


def test_a_stricter_law_arrives_and_the_companys_edits_stay(
    by: dict[str, Any], now: datetime, release: dict[Family, Any]
) -> None:
    change_rule(rule_id="CS-01", changes={"amount": 45, "unit": "minutes"}, note="更快", **by)
    change_rule(rule_id="CL-05", changes={"amount": 7}, note="更快", **by)
    rule_row(release[Family.PROMISES], "CL-06")["amount"] = 2
    rule_row(release[Family.PROMISES], "CS-04")["amount"] = 1
    release[Family.PROMISES]["rules"].append(
        {**rule_row(release[Family.PROMISES], "CS-14"), "id": "CS-50", "what_zh": "新的一条", "what_en": "A new one"}
    )
    made = shipping.install_shipped(now)
    assert [(edition.family, edition.number) for edition in made] == [("promises", 4)]
    rules = {rule.id: rule for rule in queries.rule_set()[1]}
    assert (rules["CS-01"].amount, rules["CS-01"].unit) == (45, "minutes")
    assert (rules["CL-05"].amount, rules["CL-06"].amount, rules["CS-04"].amount) == (7, 2, 1)
    assert "CS-50" in rules
    assert shipping.install_shipped(now) == []


def test_a_companys_number_that_the_new_law_forbids_gives_way(
    by: dict[str, Any], now: datetime, release: dict[Family, Any]
) -> None:
    change_rule(rule_id="CL-02", changes={"amount": 25}, note="更快", **by)
    rule_row(release[Family.PROMISES], "CL-02")["amount"] = 20
    shipping.install_shipped(now)
    rule = queries.rule("CL-02")
    assert rule is not None
    assert rule.amount == 20


def test_new_prices_come_and_the_companys_own_stay(
    by: dict[str, Any], now: datetime, release: dict[Family, Any]
) -> None:
    change_prices(prices={("bonnet", "replace"): (250_000, 22_000)}, note="行情", **by)
    items = {row["code"]: row for row in release[Family.PRICES]["items"]}
    items["bonnet"]["methods"]["replace"]["parts_fen"] = 200_000
    items["roof"]["methods"]["replace"]["parts_fen"] = 300_000
    shipping.install_shipped(now)
    bonnet, roof = queries.price("bonnet", "replace"), queries.price("roof", "replace")
    assert bonnet is not None
    assert roof is not None
    assert (bonnet.parts_fen, roof.parts_fen) == (250_000, 300_000)


def test_a_newly_published_year_keeps_overrides_and_hours(
    by: dict[str, Any], now: datetime, release: dict[Family, Any]
) -> None:
    from datetime import date

    years = china_years()
    release[Family.CALENDAR] = Calendar(years=years[:-1]).to_data()
    RuleEdition.objects.all()._raw_delete("default")  # as an older release would have installed it
    books.look_again()
    shipping.install_shipped(now)
    day = date(2025, 6, 6)
    set_calendar_override(on=day, working=False, reason="国务院通知", **by)
    newest = years[-1].year
    assert not queries.calendar().is_published(newest)

    release[Family.CALENDAR] = Calendar(years=years).to_data()
    edition = refresh_calendar(**by)
    assert edition is not None
    assert edition.number == 3
    assert queries.calendar().is_published(newest)
    assert not queries.calendar().is_working_day(day)
    assert refresh_calendar(**by) is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": 3}, {"a": 2}, {"a": 3}),
        ({"a": 1, "b": 1}, {"a": 3, "b": 1}, {"a": 1, "b": 2}, {"a": 3, "b": 2}),
        ({"a": 1, "b": 1}, {"a": 1}, {"a": 1, "b": 1, "c": 1}, {"a": 1, "c": 1}),
        ({"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": 1}, {"a": 1}),
        ({}, {"x": 1}, {"y": 2}, {"y": 2, "x": 1}),
        (
            [{"id": "a", "n": 1}],
            [{"id": "a", "n": 2}],
            [{"id": "a", "n": 1}, {"id": "b"}],
            [{"id": "a", "n": 2}, {"id": "b"}],
        ),
        ([{"id": "a"}], [{"id": "a"}, {"id": "z"}], [{"id": "b"}], [{"id": "b"}, {"id": "z"}]),
        ([1, 2], [1, 3], [1, 2, 4], [1, 3]),
    ],
)
def test_the_merge_of_three(base: Any, ours: Any, theirs: Any, merged: Any) -> None:
    assert merge(base, ours, theirs) == merged

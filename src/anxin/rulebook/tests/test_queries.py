"""What claims ask: the right lists for the facts, authority, prices; and that warm answers cost no query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from anxin.journal.promises.source import source
from anxin.rulebook import queries
from anxin.rulebook.books import books

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

CRASH: dict[str, bool | str] = {"has_injury": False, "has_third_party": False, "cause": "collision", "individual": True}


def codes(claim_type: str, **facts: bool | str) -> list[str]:
    _edition, items = queries.paper_list(claim_type, {**CRASH, **facts})
    return [item.code for item in items]


def test_a_plain_collision_asks_for_five_papers() -> None:
    assert codes("motor") == ["claim_form", "accident_report", "vehicle_licence", "driving_licence", "bank_card"]


def test_a_third_party_and_the_injured_bring_their_own() -> None:
    assert codes("motor", has_third_party=True, has_injury=True)[5:] == [
        "repair_quote", "property_quote", "medical_invoice", "discharge_summary", "fee_detail",
    ]  # fmt: skip
    _edition, items = queries.paper_list("motor", {**CRASH, "has_third_party": True, "has_injury": True})
    by_code = {item.code: item for item in items}
    assert by_code["repair_quote"].party_kind == "third_vehicle"
    assert {by_code[code].party_kind for code in ("medical_invoice", "discharge_summary", "fee_detail")} == {"injured"}
    assert {by_code[code].provider for code in ("medical_invoice", "discharge_summary", "fee_detail")} == {"injured"}


def test_a_stolen_car_is_not_asked_for_an_accident_report() -> None:
    found = codes("motor", cause="theft")
    assert "accident_report" not in found
    assert {"police_theft_report", "vehicle_keys"} <= set(found)


@pytest.mark.parametrize(
    ("cause", "extra", "absent"),
    [
        ("fire", {"fire_certificate", "loss_list", "receipts"}, {"police_report", "property_statement"}),
        ("theft", {"police_report", "loss_list", "receipts"}, {"fire_certificate"}),
        ("water", {"property_statement", "loss_list"}, {"fire_certificate", "police_report"}),
        ("storm", {"weather_proof"}, {"fire_certificate"}),
    ],
)
def test_home_papers_follow_the_cause(cause: str, extra: set[str], absent: set[str]) -> None:
    found = set(codes("home", cause=cause))
    assert {"claim_form", "id_card", "ownership_proof", "bank_card"} <= found
    assert extra <= found
    assert not absent & found


def test_other_lines_are_told_apart() -> None:
    assert {"medical_invoice", "fee_detail"} <= set(codes("other", line="medical", cause="illness"))
    assert "waybill" in codes("other", line="cargo", cause="other")
    assert "waybill" not in codes("other", line="medical", cause="illness")
    assert {"death_certificate", "beneficiary_proof"} <= set(codes("other", line="term_life", cause="death"))


def test_each_list_has_one_request_and_bank_details_come_with_the_payee() -> None:
    for claim_type in ("motor", "home", "other"):
        _edition, items = queries.paper_list(claim_type, CRASH)
        assert [item.code for item in items if item.is_request] == ["claim_form"]
        assert [item.code for item in items if item.given_with == "payee"] == ["bank_card"]


def test_a_fact_not_known_meets_no_condition() -> None:
    _edition, items = queries.paper_list("motor", {})
    assert [item.code for item in items] == ["claim_form", "vehicle_licence", "driving_licence", "bank_card"]


def test_supplements_are_not_on_the_lists() -> None:
    catalogue = {item.code for item in queries.supplement_catalogue()}
    assert {"supp_discharge_summary", "supp_fee_detail"} <= catalogue
    assert not catalogue & set(codes("motor", has_injury=True, has_third_party=True))


def test_checklists_grow_with_the_facts() -> None:
    edition, plain = queries.survey_checklist("motor", CRASH)
    _edition, hurt = queries.survey_checklist("motor", {**CRASH, "has_injury": True})
    assert edition == 1
    assert {item.code for item in hurt} - {item.code for item in plain} == {"injured", "rescue_cost"}
    assert any(item.needs_photo for item in plain)
    _edition, home = queries.survey_checklist("home", {**CRASH, "cause": "fire"})
    assert "origin" in {item.code for item in home}


@pytest.mark.parametrize(
    ("level", "limit"),
    [(0, 0), (1, 1_000_000), (2, 5_000_000), (3, 20_000_000), (4, 100_000_000), (5, None), (9, None), (-1, 0)],
)
def test_authority_limits(level: int, limit: int | None) -> None:
    for kind in ("decision", "advance", "refusal", "payment"):
        assert queries.authority_limit(level, kind) == limit


@pytest.mark.parametrize(
    ("amount", "level"),
    [(0, 1), (1_000_000, 1), (1_000_001, 2), (5_000_000, 2), (20_000_001, 4), (100_000_000, 4), (100_000_001, 5)],
)
def test_the_level_an_amount_needs(amount: int, level: int) -> None:
    assert queries.level_needed(amount, "decision") == level


def test_two_people_from_half_a_million() -> None:
    assert queries.two_signatures_from("decision") == 50_000_000
    with pytest.raises(LookupError):
        queries.authority_limit(1, "dinner")


def test_prices_and_their_search() -> None:
    item = queries.price("bonnet", "repair_paint")
    assert item is not None
    assert (item.total_fen, item.unit, item.edition) == (86_000, "piece", 1)
    assert queries.price("bonnet", "clean") is None
    assert queries.price("unicorn", "replace") is None
    assert {row.code for row in queries.price_list("前 大灯")} == {"headlamp_front_left", "headlamp_front_right"}
    assert {row.code for row in queries.price_list("headlamp left")} == {"headlamp_front_left"}
    assert {row.claim_type for row in queries.price_list(claim_type="home")} == {"home"}
    assert {row.group for row in queries.price_list(group="glass")} == {"glass"}


def test_thresholds() -> None:
    assert (queries.threshold("small_motor_fen"), queries.threshold("small_medical_fen")) == (500_000, 300_000)
    with pytest.raises(KeyError):
        queries.threshold("small_boat_fen")


def test_the_rule_and_the_set_in_force() -> None:
    number, rules = queries.rule_set()
    assert number == 1
    assert "CL-02" in rules
    assert queries.rule("CL-77") is None


def test_warm_answers_cost_no_query(django_assert_num_queries: Any) -> None:
    def ask() -> None:
        queries.paper_list("motor", CRASH)
        queries.survey_checklist("home", CRASH)
        queries.price("bonnet", "replace")
        queries.level_needed(1, "decision")
        queries.threshold("small_motor_fen")
        source().rules(source().current().rules)
        source().calendar(source().current().calendar)
        source().listened()  # type: ignore[attr-defined]

    ask()
    books._looked_at = float("inf")  # as within two seconds of the last look
    try:
        with django_assert_num_queries(0):
            for _turn in range(50):
                ask()
    finally:
        books.look_again()


def test_before_anything_is_published_it_says_so(now: datetime) -> None:
    from datetime import date

    with pytest.raises(queries.NothingPublished):
        queries.paper_list("motor", CRASH, date(1999, 12, 31))

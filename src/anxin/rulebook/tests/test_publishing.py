"""One way to publish; editions never change; undo publishes an older body again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, NotAllowed, Stale
from anxin.rulebook import queries
from anxin.rulebook.actions import (
    add_rule,
    change_authority,
    change_list,
    change_prices,
    change_rule,
    change_threshold,
    drop_rule,
    publish,
    publish_again,
)
from anxin.rulebook.models import EditionChanged, Family, RuleEdition, canonical, digest_of

pytestmark = pytest.mark.django_db
Actors = dict[str, Actor]


@pytest.fixture
def by(actors: Actors, now: datetime) -> dict[str, Any]:
    return {"actor": actors["administrator"], "now": now, "note": "试一试"}


def test_every_family_is_installed_with_its_first_edition(now: datetime) -> None:
    assert set(RuleEdition.objects.values_list("family", "number")) == {(family.value, 1) for family in Family}
    for edition in RuleEdition.objects.all():
        assert edition.sha256 == digest_of(edition.body)
        assert edition.body == canonical(edition.data)
        assert edition.published_by is None


def test_publishing_makes_the_next_edition(by: dict[str, Any], now: datetime) -> None:
    edition = change_rule(rule_id="CS-01", changes={"amount": 30, "unit": "minutes"}, **by)
    assert (edition.family, edition.number, edition.valid_from) == ("promises", 2, date(2025, 3, 14))
    assert (edition.published_by_id, edition.published_at, edition.note) == (by["actor"].user_id, now, "试一试")
    rule = queries.rule("CS-01")
    assert rule is not None
    assert (rule.amount, rule.unit) == (30, "minutes")
    first = queries.edition("promises", 1, actor=by["actor"])
    assert next(row for row in first.data["rules"] if row["id"] == "CS-01")["unit"] == "hours"


def test_an_edition_is_never_changed_nor_deleted(by: dict[str, Any]) -> None:
    edition = RuleEdition.objects.get(family="prices")
    edition.note = "另一句"
    with pytest.raises(EditionChanged):
        edition.save()
    with pytest.raises(EditionChanged):
        edition.save(update_fields=["note"])
    with pytest.raises(EditionChanged):
        edition.delete()
    with pytest.raises(EditionChanged):
        RuleEdition.objects.filter(family="prices").update(note="另一句")
    with pytest.raises(EditionChanged):
        RuleEdition.objects.filter(family="prices").delete()
    assert RuleEdition.objects.get(family="prices").note != "另一句"


def test_a_number_is_given_once() -> None:
    first = RuleEdition.objects.get(family="prices")
    again = RuleEdition(
        family="prices", number=1, body=first.body, sha256=first.sha256, valid_from=first.valid_from, note="x",
        published_at=first.published_at,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_undo_publishes_the_older_body_again(by: dict[str, Any]) -> None:
    change_threshold(name="small_motor_fen", value=800_000, **by)
    assert queries.threshold("small_motor_fen") == 800_000
    undone = publish_again(family="thresholds", number=1, **by)
    assert undone.number == 3
    assert undone.body == RuleEdition.objects.get(family="thresholds", number=1).body
    assert queries.threshold("small_motor_fen") == 500_000
    assert [item.number for item in queries.editions("thresholds", actor=by["actor"])] == [3, 2, 1]


def test_changes_between_editions_are_named(by: dict[str, Any]) -> None:
    change_rule(rule_id="CS-01", changes={"amount": 2}, **by)
    change_prices(prices={("bonnet", "replace"): (230_000, 22_000)}, **by)
    change_authority(limits={(2, "advance"): 6_000_000}, **by)
    actor = by["actor"]
    assert [(c.where, c.field, c.before, c.after) for c in queries.changes("promises", 1, 2, actor=actor)] == [
        ("CS-01", "amount", 1, 2)
    ]
    assert [(c.where, c.field, c.before, c.after, c.kind) for c in queries.changes("prices", 1, 2, actor=actor)] == [
        ("bonnet/methods/replace", "parts_fen", 216_000, 230_000, "changed")
    ]
    assert [(c.where, c.field, c.before, c.after) for c in queries.changes("authority", 1, 2, actor=actor)] == [
        ("2/limits", "advance", 5_000_000, 6_000_000)
    ]


def test_a_rule_added_and_taken_out_shows_as_such(by: dict[str, Any]) -> None:
    rule = {
        "id": "CS-90", "klass": "deadline", "what_zh": "给您发一条短信", "what_en": "Send you a message",
        "source_zh": "公司标准 客服-09", "source_en": "Company standard Service 09", "amount": 30, "unit": "minutes",
        "starts_on": ["claims.notified"], "kept_by": ["claims.contacted"], "department": "call_centre",
    }  # fmt: skip
    add_rule(rule=rule, **by)
    added = queries.rule("CS-90")
    assert added is not None
    assert added.force == "company"
    drop_rule(rule_id="CS-90", **by)
    assert queries.rule("CS-90") is None
    assert [(c.where or c.field, c.kind) for c in queries.changes("promises", 1, 2, actor=by["actor"])] == [
        ("CS-90", "added")
    ]
    assert [(c.where or c.field, c.kind) for c in queries.changes("promises", 2, 3, actor=by["actor"])] == [
        ("CS-90", "removed")
    ]


def test_lists_of_papers_are_replaced_whole(by: dict[str, Any]) -> None:
    _number, before = queries.paper_list("home", {"cause": "fire", "individual": True})
    items = [
        item
        for item in queries.edition("papers", actor=by["actor"]).data["lists"]["home"]
        if item["code"] != "receipts"
    ]
    change_list(family="papers", name="home", items=items, **by)
    number, after = queries.paper_list("home", {"cause": "fire", "individual": True})
    assert number == 2
    assert [item.code for item in before if item not in after] == ["receipts"]


def test_only_an_administrator_publishes(actors: Actors, now: datetime) -> None:
    for role in ("supervisor", "adjudicator", "auditor", "customer"):
        with pytest.raises(NotAllowed):
            change_threshold(name="small_motor_fen", value=1, note="试一试", actor=actors[role], now=now)
    assert RuleEdition.objects.filter(family="thresholds").count() == 1


def test_staff_read_everything_customers_what_is_public(actors: Actors) -> None:
    everything = {family.value for family in Family}
    for role in ("auditor", "call_taker", "administrator", "system"):
        assert set(RuleEdition.objects.visible_to(actors[role]).values_list("family", flat=True)) == everything
    public = set(RuleEdition.objects.visible_to(actors["customer"]).values_list("family", flat=True))
    assert public == {"promises", "papers", "prices"}
    with pytest.raises(Missing):
        queries.edition("authority", actor=actors["customer"])
    assert not RuleEdition.objects.visible_to(Actor(kind="staff")).exists()


def test_a_note_is_asked_for(by: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        change_threshold(name="small_motor_fen", value=1, **{**by, "note": "  "})
    assert set(refused.value.fields) == {"note"}


def test_nothing_changed_is_no_edition(by: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        change_threshold(name="small_motor_fen", value=500_000, **by)


def test_two_administrators_do_not_overwrite_each_other(by: dict[str, Any]) -> None:
    change_threshold(name="small_motor_fen", value=600_000, expected=1, **by)
    with pytest.raises(Stale):
        change_threshold(name="small_medical_fen", value=400_000, expected=1, **by)
    with pytest.raises(Stale):
        publish_again(family="thresholds", number=1, expected=1, **by)


def test_a_planned_edition_waits_for_its_day(by: dict[str, Any], now: datetime) -> None:
    start = date(2025, 4, 1)
    change_prices(prices={("bonnet", "replace"): (1_00, 1_00)}, valid_from=start, **by)
    actor = by["actor"]
    planned = queries.planned("prices", actor=actor)
    assert planned is not None
    assert planned.number == 2
    assert (queries.in_force("prices"), queries.in_force("prices", start)) == (1, 2)
    item, then = queries.price("bonnet", "replace"), queries.price("bonnet", "replace", start)
    assert item is not None
    assert then is not None
    assert (item.parts_fen, item.edition, then.parts_fen, then.edition) == (216_000, 1, 1_00, 2)
    # What builds on the plan cannot start before it ...
    with pytest.raises(Invalid) as refused:
        change_prices(prices={("bonnet", "replace"): (2_00, 1_00)}, valid_from=date(2025, 3, 20), **by)
    assert set(refused.value.fields) == {"valid_from"}
    assert change_prices(prices={("bonnet", "replace"): (2_00, 1_00)}, **by).valid_from == start
    # ... and publishing today's edition again takes its place.
    publish_again(family="prices", number=1, **by)
    assert queries.planned("prices", actor=actor) is None
    assert queries.in_force("prices", start) == 4


def test_rules_do_not_reach_into_the_past(by: dict[str, Any], now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        publish(family="thresholds", body={}, valid_from=now.date() - timedelta(days=1), **by)
    assert set(refused.value.fields) == {"valid_from"}


def test_unknown_families_and_entries_are_missing(by: dict[str, Any]) -> None:
    for call in (
        lambda: publish(family="weather", body={}, **by),
        lambda: publish_again(family="prices", number=9, **by),
        lambda: change_rule(rule_id="CS-99", changes={"amount": 1}, **by),
        lambda: queries.edition("prices", 9, actor=by["actor"]),
    ):
        with pytest.raises(Missing):
            call()

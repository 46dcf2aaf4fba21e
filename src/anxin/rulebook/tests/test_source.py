"""The journal's port: rules by edition, and how soon a publish is noticed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.journal.promises.source import source
from anxin.rulebook import books as books_module
from anxin.rulebook.actions import change_rule, publish_again, set_calendar_override
from anxin.rulebook.books import Books, books
from anxin.rulebook.models import RuleEdition, canonical, digest_of
from anxin.rulebook.source import TableSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(actors: dict[str, Actor], now: datetime) -> dict[str, Any]:
    return {"actor": actors["administrator"], "now": now}


def test_the_journal_has_it(now: datetime) -> None:
    assert isinstance(source(), TableSource)
    assert source().current() == (1, 1)
    assert source().rules(1)["CL-02"].amount == 30
    assert source().calendar(1).add_calendar_days(date(2025, 3, 6), 30).rolled_on == date(2025, 4, 7)


def test_days_of_long_ago_have_the_first_edition(by: dict[str, Any]) -> None:
    change_rule(rule_id="CS-01", changes={"amount": 2}, note="试一试", **by)
    assert source().current().rules == 2
    with clock.held_at(datetime(2023, 5, 1, tzinfo=UTC)):
        assert source().current() == (1, 1)


def test_old_editions_stay_as_they_were(by: dict[str, Any]) -> None:
    change_rule(rule_id="CS-01", changes={"amount": 2}, note="试一试", **by)
    assert (source().rules(1)["CS-01"].amount, source().rules(2)["CS-01"].amount) == (1, 2)
    day = date(2025, 6, 6)
    set_calendar_override(on=day, working=False, reason="国务院通知", **by)
    assert source().current() == (2, 2)
    assert source().calendar(1).is_working_day(day)
    assert not source().calendar(2).is_working_day(day)


def test_before_everything_nothing_was_promised() -> None:
    assert list(source().rules(0)) == []
    with pytest.raises(LookupError):
        source().rules(99)
    with pytest.raises(LookupError):
        source().calendar(99)


def test_it_listens_to_what_any_edition_listened_to(by: dict[str, Any]) -> None:
    table = TableSource()
    assert "claims.surveyed" in table.listened()
    assert "claims.rated" not in table.listened()
    change_rule(rule_id="CS-14", changes={"kept_by": ["claims.rated"]}, note="试一试", **by)
    assert {"claims.rated", "claims.surveyed"} <= table.listened()
    publish_again(family="promises", number=1, note="恢复", **by)
    # A clock begun under the second edition is still kept by what that edition said.
    assert "claims.rated" in table.listened()


def test_a_rolled_back_publish_is_forgotten_at_once(by: dict[str, Any]) -> None:
    with transaction.atomic():
        change_rule(rule_id="CS-01", changes={"amount": 2}, note="试一试", **by)
        assert source().current().rules == 2
        transaction.set_rollback(True)
    assert source().current().rules == 1
    # The same number with another content: what was parsed for the lost edition is not used for it.
    change_rule(rule_id="CS-01", changes={"amount": 3}, note="试一试", **by)
    assert source().rules(2)["CS-01"].amount == 3


def test_another_process_is_noticed_after_two_seconds(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another process does it: a row in the table, and nobody tells our cache."""
    moment = [1000.0]
    monkeypatch.setattr(books_module.time, "monotonic", lambda: moment[0])
    mine = Books()
    assert mine.number_on("thresholds", now.date()) == 1
    first = RuleEdition.objects.get(family="thresholds", number=1)
    body = first.data
    body["values"][0]["value"] = 1
    text = canonical(body)
    RuleEdition(
        family="thresholds",
        number=2,
        body=text,
        sha256=digest_of(text),
        valid_from=now.date(),
        note="别处",
        published_at=now,
    ).save()
    moment[0] += 1.9
    assert mine.number_on("thresholds", now.date()) == 1
    moment[0] += 0.2
    assert mine.number_on("thresholds", now.date()) == 2
    assert mine.parsed("thresholds", 2, lambda found, number: found["values"][0]["value"]) == 1


def test_an_edition_pinned_elsewhere_a_moment_ago_is_found(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books_module.time, "monotonic", lambda: 1000.0)
    mine = Books()
    first = RuleEdition.objects.get(family="thresholds", number=1)
    assert mine.number_on("thresholds", now.date()) == 1
    RuleEdition(
        family="thresholds",
        number=2,
        body=first.body,
        sha256=first.sha256,
        valid_from=now.date(),
        note="别处",
        published_at=now,
    ).save()
    # The event of another worker names edition 2 before our two seconds are over.
    assert mine.parsed("thresholds", 2, lambda found, number: number) == 2


def test_a_look_is_one_small_query(now: datetime, django_assert_num_queries: Any) -> None:
    source().current()
    books.look_again()
    with django_assert_num_queries(1) as asked:
        source().current()
    assert "body" not in asked.captured_queries[0]["sql"]
    assert connection.vendor in ("sqlite", "postgresql")


@pytest.mark.django_db(transaction=True)
def test_after_a_commit_it_is_there(django_db_blocker: Any) -> None:
    from anxin.access.actors import system

    moment = datetime(2025, 3, 14, 1, 30, tzinfo=UTC)
    with clock.held_at(moment):
        change_rule(rule_id="CS-01", changes={"amount": 2}, note="试一试", actor=system(), now=moment)
        assert source().current().rules == 2

"""What our own way with SQLite must not change: transactions in transactions, moments, whose turn it is to write."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from anxin.access.models import ApiToken, Branch, User

pytestmark = pytest.mark.django_db(transaction=True)


def _names() -> list[str]:
    return sorted(Branch.objects.filter(code__startswith="T").values_list("code", flat=True))


def _make(code: str) -> None:
    Branch.objects.create(code=code, name_zh=code, name_en=code, short_zh=code, short_en=code)


class OnPurpose(Exception):
    """What undoes a transaction here."""


def test_an_inner_transaction_is_undone_alone_and_what_was_to_follow_the_others_still_does(branch: Branch) -> None:
    told: list[str] = []
    with transaction.atomic():
        with transaction.atomic():
            _make("T1")
            transaction.on_commit(lambda: told.append("T1"))
        with suppress(OnPurpose), transaction.atomic():
            _make("T2")
            transaction.on_commit(lambda: told.append("T2"))
            with transaction.atomic():
                _make("T3")
            raise OnPurpose
        with transaction.atomic():
            _make("T4")
            with pytest.raises(IntegrityError), transaction.atomic():
                _make("T4")
            _make("T5")
    assert _names() == ["T1", "T4", "T5"]
    assert told == ["T1"]


def test_a_savepoint_by_hand_goes_back_to_where_it_was_set(branch: Branch) -> None:
    with transaction.atomic():
        _make("T1")
        mark = transaction.savepoint()
        with transaction.atomic():
            _make("T2")
        transaction.savepoint_rollback(mark)
        with transaction.atomic():
            _make("T3")
        transaction.savepoint_commit(mark)
    assert _names() == ["T1", "T3"]


def test_a_transaction_that_reads_first_begins_with_its_first_write(branch: Branch) -> None:
    on_sqlite = connection.vendor == "sqlite"
    reading_first = connection.reading_first if on_sqlite else nullcontext  # type: ignore[attr-defined]
    with reading_first(), transaction.atomic():
        with transaction.atomic():
            assert _names() == []
            assert not (on_sqlite and connection.connection.in_transaction)
            _make("T1")
            assert not on_sqlite or connection.connection.in_transaction
        with suppress(OnPurpose), transaction.atomic():
            _make("T2")
            raise OnPurpose
    assert _names() == ["T1"]
    with suppress(OnPurpose), reading_first(), transaction.atomic():
        _make("T3")
        raise OnPurpose
    assert _names() == ["T1"]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2025, 3, 14, 9, 30, tzinfo=UTC),
        datetime(2025, 3, 14, 9, 30, 15, 120_000, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_moments_come_back_aware(moment: datetime, staff: dict[str, User]) -> None:
    made = ApiToken.objects.create(user=staff["finance"], name="n", digest="d" * 64, created_at=moment)
    found = ApiToken.objects.get(pk=made.pk)
    assert (found.created_at, found.created_at.tzinfo) == (moment, UTC)
    latest = ApiToken.objects.order_by("-created_at").values_list("created_at", flat=True).first()
    assert latest == moment


def test_a_percent_sign_and_a_question_mark_are_just_text(branch: Branch) -> None:
    _make("T%s")
    assert Branch.objects.filter(code__contains="%s").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT '100%%', %s", ["?"])
        assert cursor.fetchone() == ("100%", "?")
        cursor.execute("SELECT '100%'")
        assert cursor.fetchone() == ("100%",)

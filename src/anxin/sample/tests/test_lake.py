"""The lake of the sample insurer: made with it, sound, and without a name, a number of a person or a word of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import transaction

from anxin.access import clock
from anxin.access.models import User
from anxin.engines import mining
from anxin.journal.lake.checking import check
from anxin.journal.lake.store import open_store
from anxin.journal.lake.sync import is_behind
from anxin.journal.models import Case, Text
from anxin.registers.customers.models import ContactPoint, Customer, PaymentAccount
from anxin.sample.build import build

AS_OF = datetime(2026, 3, 17, 2, 20, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """Build it once for all tests here, and take it back at the end; gives the lake's folder."""
    before, settings.LAKE = settings.LAKE, tmp_path_factory.mktemp("sample") / "lake"
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.held_at(AS_OF):
            build(as_of=AS_OF, claims=60)
            yield settings.LAKE
        transaction.set_rollback(True)
        clock.set_offset(timedelta())
    settings.LAKE = before


@pytest.fixture
def lake(built: Path, monkeypatch: Any) -> mining.Store:
    monkeypatch.setattr(settings, "LAKE", built)
    store = open_store()
    assert store is not None
    return store


def test_it_is_made_with_the_sample_and_sound(lake: mining.Store) -> None:
    assert not is_behind()
    assert lake.cases == Case.objects.count()
    assert check(lake, deep=True).wrong == []


def test_no_file_of_it_holds_a_word_about_a_person(lake: mining.Store) -> None:
    said: set[str] = set()
    for path in lake.folder.glob("*.parquet"):
        table = pq.read_table(path)
        for name in table.column_names:
            column = table[name]
            if pa.types.is_dictionary(column.type):
                column = column.cast(pa.large_string())
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                said |= {word for word in column.to_pylist() if word}
    said |= {str(json.loads((lake.folder / "manifest.json").read_text()))}
    whole = "\n".join(said)
    assert len(said) > Case.objects.count()
    people = {
        *(one for row in Customer.objects.values_list("name", "name_en", "id_number") for one in row),
        *(one for row in ContactPoint.objects.values_list("value", "normalised") for one in row),
        *(one for row in PaymentAccount.objects.values_list("holder", "number") for one in row),
        *(one for row in User.objects.values_list("display_name", "phone", "email") for one in row),
    } - {""}
    words = set(Text.objects.exclude(body="").values_list("body", flat=True))
    assert len(people) > 2_000
    assert words
    assert sorted(one for one in people | words if one in whole) == []
    # The case's own random id is there, the customer's is not.
    assert Case.objects.values_list("public_id", flat=True)[0] in said
    assert not said & set(Customer.objects.values_list("public_id", flat=True))

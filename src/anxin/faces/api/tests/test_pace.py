"""A token that sends too much is told to wait, and how long; others are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anxin.faces.api import pace
from anxin.journeys.claims.models import Claim

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _full_buckets() -> Iterator[None]:
    pace.forget()
    yield
    pace.forget()


def test_beyond_the_limit_the_answer_is_429_and_nothing_is_done(caller, customer, settings) -> None:
    settings.API_RATE = 2
    eager, other = caller("adjudicator"), caller("call_taker")
    assert [eager.get("/claims").status_code for _time in range(3)] == [200, 200, 429]
    refused = eager.post("/claims", {"customer": customer.public_id}, key="k1")
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "too-many-requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert not Claim.objects.exists()
    assert other.get("/claims").status_code == 200


def test_a_wrong_token_takes_nothing_from_anybody(caller, settings) -> None:
    settings.API_RATE = 1
    from anxin.faces.api.tests.conftest import Caller

    assert [Caller("anx_wrong").get("/claims").status_code for _time in range(3)] == [401, 401, 401]
    assert caller("adjudicator").get("/claims").status_code == 200


def test_the_bucket_fills_evenly_and_never_over(settings) -> None:
    settings.API_RATE = 60  # one a second
    for _time in range(60):
        pace.count(1, at=100.0)
    with pytest.raises(pace.TooMany) as refused:
        pace.count(1, at=100.5)
    assert refused.value.facts["retry_after"] == 1
    pace.count(1, at=101.0)
    with pytest.raises(pace.TooMany):
        pace.count(1, at=101.1)
    for _time in range(60):
        pace.count(1, at=10_000.0)
    with pytest.raises(pace.TooMany):
        pace.count(1, at=10_000.0)


def test_nought_is_no_limit(settings) -> None:
    settings.API_RATE = 0
    for _time in range(1000):
        pace.count(1, at=1.0)


def test_tokens_long_silent_are_forgotten(settings) -> None:
    settings.API_RATE = 60
    for token in range(pace.MANY):
        pace.count(token, at=1.0)
    pace.count(pace.MANY, at=500.0)
    assert set(pace._buckets) == {pace.MANY}

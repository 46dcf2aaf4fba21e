"""The board of the regulator's indicators as pages, where there are facts and no lake yet."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from anxin.access.models import User
from anxin.insight.indicators.tests.asked import tell
from anxin.insight.results.models import Answer

pytestmark = pytest.mark.django_db
BOARD = "/desk/boards/indicators/"


@pytest.fixture
def client(staff: dict[str, User]) -> Client:
    made = Client()
    made.force_login(staff["administrator"], backend="django.contrib.auth.backends.ModelBackend")
    return made


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_what_rests_on_facts_is_computed_before_the_lake_is_filled(client: Client, branch: Any) -> None:
    text = words(client.get(BOARD, {"period": "2025-01"}))
    assert "数据湖还是空的" not in text
    assert "IN-12 投诉件办理及时率" in text
    tell(
        "complaints",
        *({"receiveddate": f"2025-01-{day:02d}", "decideddate": f"2025-01-{day + (3 if day < 7 else 16):02d}"} for day in range(2, 10)),
        branch=branch,
    )  # fmt: skip
    # At once, though nothing in the lake has changed: it is not even there.
    page = client.get(BOARD, {"period": "2025-01"}).content.decode()
    assert "62.5%" in page  # five of eight
    link = re.search(r'href="(/desk/boards/indicators/rows/[^"]*IN-12%3Amain%3Aall[^"]*)"', page)
    assert link is not None
    rows = words(client.get(unescape(link.group(1))))
    assert "共 8 行" in rows
    assert not re.search(r"\b(pc|life)\b", rows)
    assert "62.5%" in words(client.get(f"{BOARD}IN-12/", {"period": "2025-01"}))
    assert not Answer.objects.filter(state=Answer.State.FAILED).exists()


def test_a_period_that_cannot_be_read_is_the_last_quarter(client: Client) -> None:
    assert words(client.get(BOARD, {"period": "2025-13"})) == words(client.get(BOARD))
    answer = client.get("/desk/boards/cases/", {"board": "indicators", "what": "IN-05:main:all", "period": "2025-13"})
    assert answer.status_code == 404
    assert "“2025-13”读不懂" in answer.content.decode()

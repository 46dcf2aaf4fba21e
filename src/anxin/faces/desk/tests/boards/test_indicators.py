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
    assert "：8 行" in rows
    assert not re.search(r"\b(pc|life)\b", rows)
    assert "62.5%" in words(client.get(f"{BOARD}IN-12/", {"period": "2025-01"}))
    assert not Answer.objects.filter(state=Answer.State.FAILED).exists()


def test_a_period_that_cannot_be_read_is_the_last_quarter(client: Client) -> None:
    assert words(client.get(BOARD, {"period": "2025-13"})) == words(client.get(BOARD))
    answer = client.get("/desk/boards/cases/", {"board": "indicators", "what": "IN-05:main:all", "period": "2025-13"})
    assert answer.status_code == 404
    assert "“2025-13”读不懂" in answer.content.decode()


def links(page: str, what: str) -> list[str]:
    """Addresses of the rows behind a number, as they stand on a page."""
    found = (unescape(one) for one in re.findall(r'href="(/desk/boards/[^"]+)"', page))
    return [one for one in found if f"what={what.replace(':', '%3A')}" in one]


def test_numerator_denominator_month_and_branch_open_to_their_rows(
    client: Client, branch: Any, other_branch: Any
) -> None:
    day = {"decideddate": "2025-01-20"}
    tell("complaints", *({"receiveddate": f"2025-01-{number:02d}", **day} for number in range(10, 16)), branch=branch)
    tell(
        "complaints", *({"id": f"x{number}", "receiveddate": "2025-01-09"} for number in range(5)), branch=other_branch
    )
    month = {"month": "2025-01", "premium": "200000000", "policies": "8000"}
    tell("premiums", month, {**month, "branch": other_branch.code}, branch=branch)
    page = client.get(f"{BOARD}IN-11/", {"period": "2025-01"}).content.decode()
    # Eleven complaints over 400 million yuan: both open, the month and the branch, too.
    assert "11</a> ÷" in re.sub(r"\s+", " ", page)
    above, below = links(page, "IN-11:main:all"), links(page, "IN-11:main:per")
    assert "：11 行" in words(client.get(above[0]))
    premium = words(client.get(below[0]))
    assert "¥200,000,000.00" in premium
    assert "premiums.jsonl" in premium
    assert "8,000" in words(client.get(links(page, "IN-11:policies:per")[0]))
    assert any("%402025-01" in one for one in links(page, "IN-11:main:all@2025-01".replace("@", "%40")))
    own = next(one for one in above if f"branch={branch.code}" in one)
    assert "：6 行" in words(client.get(own))
    # What has no denominator of rows has none to open; a number nobody knows is not found.
    assert client.get(f"{BOARD}rows/?what=IN-12:main:per").status_code == 404
    assert client.get(f"{BOARD}rows/?what=IN-12:main:all&period=2025-13").status_code == 404
    assert "没有" in words(client.get(f"{BOARD}rows/?what=IN-12:main:all&period=2024-01"))


def test_rows_as_a_file_masked_and_within_the_readers_branches(
    client: Client, staff: dict[str, User], branch: Any, other_branch: Any
) -> None:
    from anxin.insight.indicators.models import Fact

    tell("complaints", {"id": "=1+1", "receiveddate": "2025-01-10", "category": "理赔时效"}, branch=branch)
    tell("complaints", {"id": "other", "receiveddate": "2025-01-10"}, branch=other_branch)
    # As an import of old might have left it.
    Fact.objects.filter(external_id="=1+1").update(
        data={"receiveddate": "2025-01-10", "category": "13812345678", "pausedays": 0}
    )
    address = f"{BOARD}rows.csv?what=IN-12:main:all&period=2025-01"
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    lines = answer.getvalue().decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert {"receiveddate", "decideddate", "level"} <= set(lines[0].split(","))
    mine = next(line for line in lines if "=1+1" in line)
    assert mine.startswith("'=1+1,core,")
    assert "***" in mine
    assert "13812345678" not in answer.getvalue().decode() + words(client.get(address.replace(".csv", "/")))  # type: ignore[attr-defined]
    boss = Client()
    boss.force_login(staff["supervisor"], backend="django.contrib.auth.backends.ModelBackend")
    seen = boss.get(address).getvalue().decode()  # type: ignore[attr-defined]
    assert "=1+1" in seen
    assert "other" not in seen
    assert len(boss.get(f"{address}&branch={other_branch.code}").getvalue().decode().splitlines()) == 1  # type: ignore[attr-defined]


def test_newer_facts_are_counted_while_the_old_numbers_show(client: Client, branch: Any, monkeypatch: Any) -> None:
    from anxin.insight.results import answers

    tell("complaints", {"receiveddate": "2025-01-02", "decideddate": "2025-01-05"}, branch=branch)
    assert "100.0%" in words(client.get(f"{BOARD}IN-12/", {"period": "2025-01"}))
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    tell("complaints", {"id": "late", "receiveddate": "2025-01-03"}, branch=branch)
    page = words(client.get(f"{BOARD}IN-12/", {"period": "2025-01"}))
    assert "100.0%" in page
    assert "数据截至" in page
    assert "新导入的事实正在计入" in page
    answers.run_waiting()
    page = words(client.get(f"{BOARD}IN-12/", {"period": "2025-01"}))
    assert "50.0%" in page
    assert "新导入的事实正在计入" not in page

"""The cockpit, the hand-over board and the promise board as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client

from anxin.access.actors import forget_actors
from anxin.access.models import RoleGrant, User
from anxin.insight.cockpit.tests.telling import ask_about_stages, tell
from anxin.insight.results.models import Answer
from anxin.journal.models import Case

pytestmark = pytest.mark.django_db
HOME = "/desk/boards/"
PAGES = (HOME, f"{HOME}handovers/", f"{HOME}promises/", f"{HOME}promises/pair/")


@pytest.fixture
def sign_in(staff: dict[str, User], branch: Any, departments: Any) -> Callable[[str], Client]:
    analyst = User.objects.create_user(
        "analyst", "x", display_name="分析", branch=branch, department=departments["administration"]
    )
    RoleGrant.objects.create(user=analyst, role="analyst", branch=None)
    forget_actors()

    def client(who: str) -> Client:
        made = Client()
        made.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client


@pytest.fixture
def told(branch: Any, other_branch: Any, staff: Any, now: datetime) -> datetime:
    tell([branch, other_branch], staff, now)
    return now


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def links(answer: Any) -> list[str]:
    found = re.findall(r'href="(/desk/boards/cases/[^"]+)"', answer.content.decode())
    return list(dict.fromkeys(unescape(one) for one in found))


def test_every_number_opens_to_as_many_cases_as_it_says(told: datetime, sign_in: Any) -> None:
    client = sign_in("analyst")
    opened = 0
    for page in PAGES[:3]:
        answer = client.get(page)
        for address, number in re.findall(
            r'<td><a href="(/desk/boards/cases/[^"]+)">([\d,]+)</a></td>', answer.content.decode()
        ):
            asked = parse_qs(urlsplit(unescape(address)).query)
            assert asked["month"][0] in {"2024-12", "2025-01", "2025-02", "2025-03"}
            listed = words(client.get(unescape(address)))
            count = int(re.search(r"共 ([\d,]+) 件", listed).group(1).replace(",", ""))  # type: ignore[union-attr]
            # Several promises or hand-overs may be of one case.
            assert 0 < count <= int(number.replace(",", "")), address
            opened += 1
    assert opened > 40


def test_the_head_says_the_finding(told: datetime, sign_in: Any, branch: Any) -> None:
    ask_about_stages([branch], told, wave="2025春", means={"sales": 4.2, "claims": 3.0, "care": 4.1})
    ask = ask_about_stages(
        [branch],
        datetime(2025, 2, 3, tzinfo=told.tzinfo),
        wave="2025早春",
        means={"sales": 4.2, "claims": 3.0, "care": 4.1},
    )
    client = sign_in("analyst")
    page = client.get(HOME)
    text = words(page)
    assert "承诺兑现率 53.7%，离目标差 41.3 个百分点" in text
    assert "没兑现的，最多误在财务部手里，至今没动" in text
    assert "2025年2月到期 216 个承诺 ，兑现 116 个" in text
    assert "3 段服务里，客户给claims的分明显最低" in text  # the newest survey of the month, not of March
    assert f"/desk/voice/campaigns/{ask.public_id}/answers/" in page.content.decode()
    assert "anxin import facts complaints.csv" in text
    User.objects.filter(username="analyst").update(language="en")
    client = sign_in("analyst")
    client.cookies["language"] = "en"
    english = words(client.get(HOME))
    assert "53.7% of promises kept, 41.3 points short of the target" in english
    for page in PAGES:
        text = words(client.get(page))
        # Law and standards are quoted in the reader's language too; names of people and branches are data.
        assert not re.search(
            "[\u4e00-\u9fff]{2,}", text.replace("中文", "").replace("2025早春", "").replace("分析", "")
        ), page


def test_the_list_of_cases_leads_back_to_its_board_and_refuses_what_cannot_be_read(
    told: datetime, sign_in: Any
) -> None:
    client = sign_in("analyst")
    for board, back in (("cockpit", HOME), ("promises", f"{HOME}promises/")):
        answer = client.get(f"{HOME}cases/", {"board": board, "what": "broken", "month": "2025-02"})
        assert f'href="{back}?month=2025-02"' in answer.content.decode(), board
    for board, month in (("cockpit", "abc"), ("cockpit", "2025-13"), ("process", "2025-13"), ("process", "all")):
        answer = client.get(f"{HOME}cases/", {"board": board, "what": "broken", "month": month})
        assert answer.status_code == 404, (board, month)
        assert f"“{month}”读不懂" in answer.content.decode()
    assert client.get(f"{HOME}cases/", {"board": "promises", "what": "broken", "month": "all"}).status_code == 200
    assert not Answer.objects.filter(state=Answer.State.FAILED).exists()


def test_who_sees_no_boards_has_none_in_the_menu(told: datetime, sign_in: Any) -> None:
    for who, sees in (("supervisor", True), ("adjudicator", False), ("call_taker", False)):
        menu = client_menu(sign_in(who))
        assert ("看板" in menu) == sees, who


def client_menu(client: Client) -> str:
    page = client.get("/desk/account/", follow=True).content.decode()
    found = re.search(r"<nav.*?</nav>", page, re.DOTALL)
    assert found is not None
    return found.group()


def test_a_board_that_failed_says_so_in_plain_words(told: datetime, sign_in: Any, monkeypatch: Any) -> None:
    from dataclasses import replace

    from anxin.insight.results import asking

    def fail(ask: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(asking._boards, "cockpit", replace(asking.board_of("cockpit"), compute=fail))
    text = words(sign_in("analyst").get(HOME))
    assert "我们这边出了错，没能算出来；详情记在系统日志里。" in text
    assert "division" not in text
    assert "ZeroDivisionError" not in text


def test_the_three_tightest_promises_are_of_this_moment(told: datetime, sign_in: Any) -> None:
    client = sign_in("analyst")
    client.get(HOME)
    worst = Case.objects.filter(closed_at=None, due_at__isnull=False).order_by("due_at").first()
    page = client.get(HOME).content.decode()
    if worst is None:
        assert "没有未了的承诺" in page
        return
    assert page.count('class="promise promise--row"') <= 3
    assert f"/desk/cases/{worst.public_id}/" in page


def test_a_supervisor_sees_and_opens_their_own_branch_alone(told: datetime, sign_in: Any, other_branch: Any) -> None:
    supervisor, analyst = sign_in("supervisor"), sign_in("analyst")
    for page in PAGES[:3]:
        own, whole = supervisor.get(page), analyst.get(page)
        assert words(own) != words(whole)
        assert other_branch.short not in words(own)
    assert words(supervisor.get(HOME)) == words(supervisor.get(f"{HOME}?branch=WX"))
    address = f"{HOME}cases/?board=cockpit&what=broken&month=2025-02"
    theirs, everyones = (
        set(re.findall(r"/desk/cases/(\w+)/", client.get(address).content.decode())) for client in (supervisor, analyst)
    )
    assert theirs
    assert set(Case.objects.filter(public_id__in=theirs).values_list("branch__code", flat=True)) == {"SZ"}
    assert set(Case.objects.filter(public_id__in=everyones).values_list("branch__code", flat=True)) == {"SZ", "WX"}
    foreign = supervisor.get(f"{address}&branch=WX").content.decode()
    assert not re.findall(r"/desk/cases/(\w+)/", foreign)


def test_filters_narrow_and_nonsense_is_no_filter(told: datetime, sign_in: Any) -> None:
    client = sign_in("analyst")
    plain = words(client.get(HOME))
    assert words(client.get(f"{HOME}?month=2025-13&branch=XX&line=nothing&kind=x")) == plain
    assert Answer.objects.filter(board="cockpit").count() == 1
    narrowed = client.get(f"{HOME}?branch=WX&line=home&month=2025-01")
    assert words(narrowed) != plain
    assert all({"branch=WX", "line=home"} <= set(urlsplit(one).query.split("&")) for one in links(narrowed))
    # A month looked at by name has the same numbers as the page people begin with.
    named = client.get(f"{HOME}?month=2025-02")
    assert links(named) == links(client.get(HOME))
    assert "回到最近的整月" in words(named)


def test_few_queries_once_the_answers_are_there(told: datetime, sign_in: Any) -> None:
    client = sign_in("analyst")
    for page, most in ((HOME, 8), (f"{HOME}handovers/", 8), (f"{HOME}promises/", 8)):
        client.get(page)
        made: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, made: list[str] = made) -> Any:
            made.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            client.get(page)
        assert len(made) <= most, made
        # None of them counts promises or reads events: that is the worker's.
        # Imports of facts are few, and their newest is part of the question.
        assert not [sql for sql in made if "journal_event" in sql or ("COUNT(" in sql and "factbatch" not in sql)]


def test_people_are_named_to_those_who_may_see_staff(told: datetime, sign_in: Any) -> None:
    address = f"{HOME}handovers/?between=person&time=office&month=all"
    analyst = words(sign_in("analyst").get(address))
    assert "人员以编号代替" in analyst
    assert "人员 1" in analyst
    supervisor = words(sign_in("supervisor").get(address))
    assert "人员以编号代替" not in supervisor
    assert "adjudicator" in supervisor


def test_a_limit_of_ones_own(told: datetime, sign_in: Any) -> None:
    client = sign_in("analyst")
    address = f"{HOME}promises/pair/?from=claims.notified&to=claims.fully_paid"
    assert "从“报案”到“付清”不超过 8 天" in words(client.get(f"{address}&limit=8&unit=days"))
    wrong = client.get(f"{address}&limit=-8&unit=days")
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "请填 1 到 100,000 的整数" in page
    assert 'value="-8"' in page
    assert re.search(r'<option value="claims.fully_paid" selected', page)


def test_before_anything_was_told(sign_in: Any, now: datetime) -> None:
    client = sign_in("analyst")
    for page in PAGES:
        assert "数据湖还是空的" in words(client.get(page))


def test_who_may_not(told: datetime, sign_in: Any) -> None:
    for page in PAGES:
        assert sign_in("assessor").get(page).status_code == 403
        assert Client().get(page).status_code == 302


def test_complaints_and_improvements_of_the_other_rooms(told: datetime, sign_in: Any, monkeypatch: Any) -> None:
    """As the rooms of indicators and improvements give them; without those rooms the page says what is missing."""
    import sys
    from types import ModuleType, SimpleNamespace

    assert "还没有量过效果的改进" in words(sign_in("analyst").get(HOME))
    rows = [
        {"month": month, "received": received, "in_time": 3, "due": 4}
        for month, received in (("2024-12", 7), ("2025-01", 9), ("2025-02", 5), ("2025-03", 2))
    ]
    monkeypatch.setattr("anxin.insight.cockpit.cockpit.complaints", lambda ask, months: rows)
    shown = SimpleNamespace(
        finding_title="交接变慢", finding_small="2025年1月", finding_href="/desk/boards/improvement/", action_title="共享案卷",
        action_small="高远", verdict="helped", verdict_text="证实有效", effect=SimpleNamespace(estimate=-8.7, low=-10.2, high=-7.1, unit="小时"),
    )  # fmt: skip
    early = SimpleNamespace(**{**vars(shown), "verdict": "too_early", "verdict_text": "还不能断定", "effect": None})
    room = ModuleType("anxin.insight.improvement")
    queries = ModuleType("anxin.insight.improvement.queries")
    queries.newest_with_effect = lambda actor, limit=3: [shown, early]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, room.__name__, room)
    monkeypatch.setitem(sys.modules, queries.__name__, queries)
    Answer.objects.all().delete()
    answer = sign_in("analyst").get(HOME)
    text, page = words(answer), answer.content.decode()
    assert "2025年2月收到 5 件投诉；到期 4 件，按时办结 3 件" in text
    assert "−8.7 小时" in text
    assert "证实有效" in text
    assert "还不能断定" in text
    # The dot lies left of "no change", and its interval around it.
    places = [float(one) for one in re.findall(r'class="ef-(?:range|zero)" x1="([\d.]+)%"', page)]
    dot = float(re.search(r'class="ef-dot" cx="([\d.]+)%"', page).group(1))  # type: ignore[union-attr]
    assert places[1] < dot < places[0]

"""The regulator's indicators: read the board, open one, its rows, import a file of calls from a page, enter what was reported."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD = "/desk/boards/indicators/"
# The server's own clock is today's: what is told here lies further back.
QUARTER = "?period=2024Q4"
CALLS = """callid,calltime,connectiontime,downtime,isconnected,机构
A1,2024-11-01 09:30:00,2024-11-01 09:30:25,2024-11-01 09:34:10,01,SZ
A2,2024-11-02 19:31:00,,2024-11-02 19:33:00,00,SZ
"""


def signed_in(page: Page, user: Any, live_server: Any) -> Page:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


@pytest.fixture
def told(branch: Any, other_branch: Any, staff: Any, now: Any) -> Any:
    """Sixty claims of two branches in the lake, and facts of everything but calls; the administrator analyses."""
    from anxin.access.actors import system
    from anxin.insight.indicators.actions import take_back
    from anxin.insight.indicators.models import FactBatch
    from anxin.journal.history import History
    from anxin.journal.lake.sync import sync
    from anxin.journeys.claims import activities as done
    from anxin.sample.facts import add_facts, add_reported

    history = History()
    scope = {"line": "motor_commercial", "small": True}
    for number in range(60):
        at = now - timedelta(days=90 + number)
        chain = history.open(
            kind="claim",
            branch=(branch, other_branch)[number % 2],
            subject=("customer", ""),
            state="notified",
            opened_at=at,
        )
        chain.say(done.NOTIFIED, {**scope, "type": "motor"}, at=at)
        chain.say(done.OPENED, scope, at=at + timedelta(hours=4))
        chain.say(done.REQUEST_RECEIVED, scope, at=at + timedelta(days=1))
        chain.say(
            done.CLOSED, {"outcome": "refused" if number % 10 == 3 else "paid", "paid": 0}, at=at + timedelta(days=6)
        )
        chain.set(state="closed", closed_at=at + timedelta(days=6))
    history.write()
    sync()
    add_facts(
        random.Random(3),
        {row.code: row for row in (branch, other_branch)},
        as_of=now,
        by=staff["administrator"],
        share=0.1,
    )
    add_reported(as_of=now, by=staff["administrator"])
    # As if no calls had come yet.
    take_back(batch=FactBatch.objects.get(kind="calls").public_id, actor=system(), now=now)
    return staff["administrator"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_read_open_import_and_report(
    open_browser: Callable[..., Page], live_server: Any, told: Any, viewport: dict[str, int]
) -> None:
    from anxin.insight.indicators import work

    page = signed_in(open_browser(viewport), told, live_server)
    page.goto(f"{BOARD}{QUARTER}")
    # One reported value does not fit, and the page begins with it.
    expect(page.locator("h1")).to_contain_text("投诉件办理及时率")
    expect(page.locator("h1")).to_contain_text("复算")
    expect(page.locator(".ind")).to_contain_text("不符")
    expect(page.locator(".ind tbody")).to_have_count(14)
    # Calls are not here: the fields are named, and there is no number.
    expect(page.locator(".ind-lacking")).to_contain_text("connectiontime")
    calls = page.locator(".ind tbody").first
    expect(calls).to_contain_text("来源未导入")
    expect(calls.locator(".ind-value")).to_have_text("–")
    fits(page)

    # A number opens to its cases, and to the facts behind it.
    paid = page.locator(".ind tbody").nth(4)
    expect(paid.locator(".ind-value")).to_have_text(re.compile(r"\d+\.\d%"))
    count = paid.locator("td.num a").nth(1)
    cases = int(count.inner_text())
    count.click()
    page.wait_for_url(re.compile(r"/boards/cases/"))
    expect(page.locator(".roster tbody tr")).to_have_count(min(cases, 50))
    fits(page)
    page.goto(f"{BOARD}{QUARTER}")
    page.locator(".ind tbody").nth(11).locator("tr").first.locator("td.num a").nth(1).click()
    page.wait_for_url(re.compile(r"/indicators/rows/"))
    expect(page.locator(".roster thead")).to_contain_text("decideddate")
    assert page.locator(".roster tbody tr").count() >= 1
    fits(page)
    # Numerator and denominator of a rate, each to its own rows, and these as a file.
    page.goto(f"{BOARD}IN-11/{QUARTER}")
    fits(page)
    page.locator(".ind tbody tr").first.locator("td.num a").last.click()
    page.wait_for_url(re.compile(r"/indicators/rows/"))
    expect(page.locator(".roster tbody td").nth(1)).to_contain_text("¥")
    fits(page)
    page.locator(".tabs a").first.click()
    expect(page.locator(".roster thead")).to_contain_text("receiveddate")
    count = page.locator(".roster tbody tr").count()
    with page.expect_download() as begun:
        page.locator(".room__acts a").click()
    lines = Path(begun.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == count + 1
    page.locator("select[name=branch]").select_option(label=page.locator(".roster tbody tr").first.locator("td").nth(-2).inner_text())  # fmt: skip
    page.wait_for_url(re.compile(r"branch=\w"))
    assert 1 <= page.locator(".roster tbody tr").count() <= count
    fits(page)

    # Importing calls from the page that names what is missing.
    page.goto(f"{BOARD}IN-01/{QUARTER}")
    expect(page.locator("h1")).to_contain_text("还算不出来")
    fits(page)
    page.locator(".ind-lacking").get_by_role("link", name="导入", exact=True).click()
    expect(page.locator("[name=kind]")).to_have_value("calls")
    fits(page)
    bad = CALLS.replace("2024-11-01 09:30:25", "2024-11-01 09:20:25")
    _send(page, bad)
    assert work.run_waiting() == 1
    expect(page.locator("h1")).to_have_text("未导入：1 处错误")
    expect(page.locator("main")).to_contain_text("connectiontime")
    fits(page)
    page.get_by_role("link", name="重新导入").click()
    _send(page, CALLS)
    assert work.run_waiting() == 1
    expect(page.locator("h1")).to_have_text("文件已导入")
    fits(page)
    page.goto(f"{BOARD}IN-01/{QUARTER}")
    # At once, without a new state of the lake.
    expect(page.locator(".ind-value")).to_have_text("50.0%")
    expect(page.locator("#formula")).to_contain_text("接通人工的来电数")
    expect(page.locator("#t-IN-01-main .chart svg")).to_be_visible()
    page.locator("#t-IN-01-main summary").click()
    expect(page.locator("#t-IN-01-main .limits")).to_contain_text("太少")
    fits(page)

    # What was reported stands beside it, by the keyboard.
    page.locator("#reported").get_by_role("link", name="录入报送值").click()
    page.locator("[name=value]").fill("50")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/IN-01/"))
    expect(page.locator(".ind .word")).to_contain_text("相符")
    fits(page)
    page.goto(f"{BOARD}?period=2024&business=life")
    expect(page.locator(".ind tbody")).to_have_count(10)
    fits(page)


def _send(page: Page, text: str) -> None:
    page.locator("[name=file]").set_input_files({"name": "calls.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.locator(".form__acts button").click()
    page.wait_for_url(re.compile(r"/facts/\w{10,}/$"))
    expect(page.locator("[role=status] progress")).to_be_visible()

"""An analyst asks for a report, waits for it, reads it, opens a number to its answers and takes the PDF away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def analyst(staff: dict[str, Any]) -> Any:
    from anxin.access.actors import forget_actors
    from anxin.access.models import RoleGrant

    RoleGrant.objects.create(user=staff["administrator"], role="analyst", branch=None)
    forget_actors()
    return staff["administrator"]


def signed_in(page: Page, user: Any, live_server: Any) -> Page:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_ask_read_open_and_take_away(
    open_browser: Callable[..., Page],
    live_server: Any,
    analyst: Any,
    branch: Any,
    now: Any,
    viewport: dict[str, int],
    tmp_path: Path,
) -> None:
    from anxin.voice.reports import work
    from anxin.voice.reports.tests.asked import make_campaign

    last = make_campaign(160, now=now, branch=branch, seed=2, shift=-1.0, wave="2025-1")
    make_campaign(180, now=now, branch=branch, wave="2025-2", questionnaire=last.version.questionnaire)
    page = signed_in(open_browser(viewport), analyst, live_server)
    page.goto("/desk/voice/")
    page.locator(".doors").get_by_role("link", name="分析报告").click()
    expect(page.locator("main")).to_contain_text("还没有报告")
    page.get_by_role("link", name="生成报告").click()
    fits(page)
    page.locator("[name=source]").select_option(label="服务调查 2025-2")
    page.locator("[name=previous]").select_option(label="服务调查 2025-1")
    page.locator(".form__acts button").click()
    page.wait_for_url(re.compile(r"/reports/\w{10,}/$"))
    expect(page.locator("[role=status] progress")).to_be_visible()

    assert work.run_waiting() == 1
    # The page looks again by itself.
    expect(page.locator("#scores h2")).to_have_text("得分")
    fits(page)
    expect(page.locator("#first .vr-finding").first).to_contain_text("响应性")
    expect(page.locator("#waves .vr-finding").first).to_contain_text("确有改善")
    contents = page.locator(".vr-contents a")
    assert contents.count() == 18
    contents.filter(has_text="重要性—表现分析").click()
    expect(page.locator("#map, #importance .vr-canvas svg").first).to_be_visible()
    page.locator("#scores").scroll_into_view_if_needed()
    expect(page.locator("#scores .vr-canvas svg").first).to_be_visible()
    drawn = page.locator("#scores .vr-canvas svg").first.bounding_box()
    assert drawn is not None
    assert 100 < drawn["width"] <= viewport["width"]
    if viewport is DESKTOP:
        # A chart follows the window.
        page.set_viewport_size({"width": 700, "height": 900})
        expect(page.locator("#scores .vr-canvas svg").first).not_to_have_attribute("width", str(round(drawn["width"])))
        fits(page)
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    # Open a number by the keyboard: its definition, and whose answers.
    number = page.locator("#scores .vr-number").nth(1)
    words = number.inner_text()
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/number/scores\.\d+/"))
    expect(page.locator(".vr-value")).to_have_text(words)
    expect(page.locator("main")).to_contain_text("Cronin & Taylor 1992")
    rows = page.locator(".vr-table tbody tr")
    assert rows.count() == 50
    fits(page)
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".pager")).to_contain_text("2 /")
    page.get_by_role("link", name="回到报告").click()
    page.wait_for_url(re.compile(r"#scores$"))

    with page.expect_download() as begun:
        page.get_by_role("link", name="PDF").click()
    kept = tmp_path / "report.pdf"
    begun.value.save_as(kept)
    assert kept.read_bytes().startswith(b"%PDF")
    assert begun.value.suggested_filename.endswith("-zh.pdf")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#scores h2")).to_have_text("Scores")

"""A supervisor's analyst tries out a change: fills in the form, waits for the result, reads the difference, opens the cases behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/desk/boards/whatif/"


def signed_in(page: Page, user: Any, live_server: Any) -> Page:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_try_out_a_change_and_read_what_it_does(
    open_browser: Callable[..., Page], live_server: Any, staff: dict[str, Any], branch: Any, now: Any, viewport: dict[str, int]
) -> None:  # fmt: skip
    from anxin.insight.whatif import work
    from anxin.insight.whatif.tests.histories import tell_claims

    tell_claims(branch, staff, now, count=160)
    page = signed_in(open_browser(viewport), staff["administrator"], live_server)
    page.goto(HOME)
    expect(page.locator("main")).to_contain_text("还没有情景")
    page.get_by_role("link", name="推演一项变动").click()
    fits(page)
    page.locator("[name=name]").fill("材料审核并入定损")
    page.locator("[name=base_from]").fill((now - timedelta(days=380)).date().isoformat())
    page.locator("[name=days]").fill("30")
    page.get_by_role("button", name="开始模拟").click()
    expect(page.locator("main")).to_contain_text("请至少填写一项变动")
    expect(page.locator("[name=name]")).to_have_value("材料审核并入定损")
    page.locator("[name=merge_stage]").select_option(label="审核材料")
    page.locator("[name=merge_into]").select_option(label="定损")
    page.get_by_role("button", name="开始模拟").click()
    page.wait_for_url(re.compile(r"/whatif/\w{20,}/$"))
    expect(page.locator("[role=status] progress")).to_be_visible()

    assert work.run_waiting() == 1
    # The page looks again by itself.
    expect(page.locator("h1")).to_contain_text("让中位数从")
    fits(page)
    for part in ("lengths", "kept", "progress", "busy"):
        expect(page.locator(f"#{part} figure[data-drawn=yes] svg").first).to_be_visible()
    page.locator("#lengths summary").click()
    expect(page.locator("#lengths tbody tr").first).to_contain_text("中位数")
    fits(page)
    page.locator("#trust a").first.click()
    expect(page.locator("main tbody tr").first).to_be_visible()
    page.goto(f"{HOME}phone/")
    expect(page.locator("h1")).to_contain_text("名坐席")
    fits(page)
    page.goto(HOME)
    expect(page.locator("main tbody tr").first).to_contain_text("中位数缩短")
    fits(page)

"""An analyst reads the cockpit on a screen and on a phone, narrows it, opens a number and a mark to their cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def analyst(staff: dict[str, Any], branch: Any, other_branch: Any, now: Any) -> Any:
    from anxin.access.actors import forget_actors
    from anxin.access.models import RoleGrant
    from anxin.insight.cockpit.tests.telling import ask_about_stages, tell

    tell([branch, other_branch], staff, now)
    ask_about_stages(
        [branch, other_branch],
        now.replace(month=2, day=3),
        wave="2025春",
        means={"sales": 4.2, "claims": 3.0, "care": 4.0},
    )
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


def drawn(page: Page, names: list[str]) -> None:
    for name in names:
        figure = page.locator(f"#f-{name}")
        expect(figure).to_have_attribute("data-drawn", "yes")
        expect(figure.locator(".chart svg")).to_be_visible()


def open_by_click(page: Page, mark: Locator, address: re.Pattern[str]) -> None:
    """Click a mark until its page comes: as for a person, a click is lost when the chart is drawn anew under the pointer."""
    for _ in range(3):
        mark.click()
        with suppress(PlaywrightTimeout):
            page.wait_for_url(address, timeout=10_000)
            return
    raise AssertionError(f"the mark did not open: {page.url}")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_read_narrow_and_open(
    open_browser: Callable[..., Page], live_server: Any, analyst: Any, viewport: dict[str, int]
) -> None:
    page = signed_in(open_browser(viewport), analyst, live_server)
    page.goto("/desk/boards/?month=2025-02")
    expect(page.locator("h1")).to_contain_text("承诺兑现率 53.7%，离目标差 41.3 个百分点")
    drawn(page, ["stages", "kept", "cycle", "paid"])
    fits(page)
    # The table under a chart says the same; a number of it opens to its cases.
    figure = page.locator("#f-kept")
    figure.locator("summary").click()
    number = figure.locator("tr.is-here td a").nth(2)
    count = number.inner_text()
    number.click()
    page.wait_for_url(re.compile("/boards/cases/"))
    expect(page.locator("main")).to_contain_text("件")
    assert 0 < page.locator("tbody tr").count() <= int(count.replace(",", ""))
    fits(page)
    page.go_back()
    # A cell of the matrix, by the keyboard.
    cell = page.locator(".heat td a").first
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("what=handover"))
    page.go_back()
    # A filter is asked as soon as it is chosen, and the numbers are of that branch.
    page.locator("[name=branch]").select_option(label="无锡")
    page.wait_for_url(re.compile("branch=WX"))
    expect(page.locator("[name=branch]")).to_have_value("WX")
    expect(page.locator("h1")).not_to_contain_text("53.7%")
    drawn(page, ["kept"])
    page.locator(".lead__how a").first.click()
    page.wait_for_url(re.compile("/boards/cases/.*branch=WX"))
    expect(page.locator("tbody")).not_to_contain_text("苏州")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_hand_overs_and_promises(
    open_browser: Callable[..., Page], live_server: Any, analyst: Any, viewport: dict[str, int]
) -> None:
    page = signed_in(open_browser(viewport), analyst, live_server)
    page.goto("/desk/boards/")
    page.locator(".boards").get_by_role("link", name="交接").click()
    expect(page.locator("h1")).to_contain_text("等得最多的是")
    drawn(page, ["trend"])
    fits(page)
    page.locator("[name=between]").select_option("person")
    page.wait_for_url(re.compile("between=person"))
    expect(page.locator(".heat")).to_contain_text("adjudicator")
    fits(page)
    page.locator(".boards").get_by_role("link", name="承诺").click()
    drawn(page, ["kept", "branches", "departments"])
    expect(page.locator(".duties .spark").first).to_be_visible()
    fits(page)
    # A mark of a chart opens too.
    mark = page.locator("#f-branches .chart svg path[fill='#0f4c4a']").first
    open_by_click(page, mark, re.compile("/boards/cases/.*what=broken"))
    page.go_back()
    page.get_by_role("link", name="自己定一个时限").click()
    page.locator("[name=from]").select_option(label="报案")
    page.locator("[name=to]").select_option(label="付清")
    page.locator("[name=limit]").fill("eight")
    page.locator(".pairform button").click()
    expect(page.locator(".pairform")).to_contain_text("整数")
    expect(page.locator("[name=limit]")).to_have_value("eight")
    page.locator("[name=limit]").fill("8")
    page.locator(".pairform button").click()
    expect(page.locator("h1")).to_have_text("从“报案”到“付清”不超过 8 天")
    drawn(page, ["pair"])
    fits(page)


def test_without_script_the_tables_say_all(open_browser: Callable[..., Page], live_server: Any, analyst: Any) -> None:
    page = signed_in(open_browser(DESKTOP, javascript=False), analyst, live_server)
    page.goto("/desk/boards/?month=2025-02")
    page.locator("#f-cycle summary").click()
    expect(page.locator("#f-cycle table")).to_contain_text("小额赔案")
    page.locator("[name=branch]").select_option("WX")
    page.locator("form.lead__scope button").click()
    page.wait_for_url(re.compile("branch=WX"))

"""A finding, an action planned from it, seen measured after the worker has looked; the control chart; a number to its cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.browser.test_voice_report import analyst, signed_in  # noqa: F401 - a fixture
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_a_finding_to_a_measured_action(
    open_browser: Callable[..., Page], live_server: Any, analyst: Any, viewport: dict[str, int]  # noqa: F811
) -> None:  # fmt: skip
    from datetime import timedelta

    from django.utils import timezone

    from anxin.access import clock
    from anxin.access.models import Branch
    from anxin.insight.improvement import looking
    from anxin.insight.improvement.tests.told import BRANCHES, tell_lake

    now = clock.now()
    for code in BRANCHES:
        Branch.objects.get_or_create(
            code=code, defaults={"name_zh": code, "name_en": code, "short_zh": code, "short_en": code}
        )
    # A change so large, in so many claims, that it shows whatever the weekday on which the test runs.
    tell_lake(changed=("3205", "3202"), before=0.6, after=0.05, claims=2_400, now=now)
    looking.look_now(now=now)
    page = signed_in(open_browser(viewport), analyst, live_server)
    page.goto("/desk/boards/improvement/")
    fits(page)
    page.get_by_role("link", name="的赔案被要过两次以上材料").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("要过两次以上材料")
    page.get_by_role("link", name="登记改进").click()
    fits(page)
    page.locator("[name=title]").fill("一次性材料清单")
    page.locator("[name=change]").fill("报案时一次列全")
    page.locator("[name=owner]").select_option(analyst.username)
    today = timezone.localdate(now)
    page.locator("[name=starts_on]").fill((today - timedelta(days=120)).isoformat())
    page.locator("[name=review_on]").fill((today + timedelta(days=10)).isoformat())
    page.locator("[name=expected]").fill("20")
    for code in ("3205", "3202"):
        page.locator(f"[name=branches][value='{code}']").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("还没有量")
    looking.look_now(now=now + timedelta(hours=1))
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("证实有效")
    expect(page.locator("figure[data-drawn] svg").first).to_be_visible()
    fits(page)
    page.get_by_role("link", name="作决定").click()
    page.locator("[name=decision][value=keep]").check()
    page.locator("[name=why]").fill("两家都有效")
    page.get_by_role("button", name="作决定").click()
    expect(page.locator("main")).to_contain_text("两家都有效")

    page.get_by_role("link", name="控制图").click()
    page.locator("[name=indicator]").select_option("papers_twice")
    expect(page.get_by_role("heading", level=1)).to_contain_text("要过两次以上材料")
    expect(page.locator("figure[data-drawn]").first).to_be_visible()
    fits(page)
    page.locator("details.data summary").first.click()
    page.locator("details.data a").first.click()
    expect(page.locator("main")).to_contain_text("要过两次以上材料")
    fits(page)

"""A comment that the model labels wrongly is corrected by a person, and the model has learned it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from anxin.voice.comments.tests.conftest import (  # noqa: F401 - fixtures
    analyst,
    analyst_user,
    campaign,
    comment,
    no_remembered_models,
    respond,
)
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/desk/voice/comments/"

SAID = (
    "理赔等了两个月还没到账，太慢了", "客服很有耐心，态度特别好", "电话打了五次都没人接", "材料要了一遍又一遍，跑了三趟",
    "赔得很快，两天就到账，满意", "保费涨了不少，有点贵", "条款写得太绕，看不懂", "业务员说保本，结果退保亏了一半",
    "The app keeps crashing when I upload photos", "查勘员很快就到了现场，很专业", "理赔进度查不到，打电话也说不清",
    "谢谢李经理，帮了大忙",
)  # fmt: skip


@pytest.fixture
def learn() -> Callable[[], None]:
    """The worker's round, in a thread as the worker runs it."""
    from django.db import connections

    from anxin.voice.comments import jobs

    def work() -> None:
        try:
            jobs.work()
        finally:
            connections.close_all()

    def run() -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    return run


def _signed_in(page: Page, user: Any, url: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": url}]
    )


def _picture(page: Page, name: str) -> None:
    """For whoever wants to look: ANXIN_TEST_PICTURES names a folder."""
    if folder := os.environ.get("ANXIN_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_label_is_corrected_and_learned(
    open_browser: Callable[..., Page], live_server: Any, respond: Callable[..., Any], analyst_user: Any, now: Any,  # noqa: F811
    learn: Callable[[], None],
) -> None:  # fmt: skip
    from datetime import timedelta

    for place, said in enumerate(SAID):
        respond(said, submitted_at=now - timedelta(days=20 * (place % 3)))
    respond("食堂的菜太咸")
    respond("食堂的菜真的太咸了")
    learn()
    page = open_browser(DESKTOP)
    _signed_in(page, analyst_user, live_server.url)
    page.goto(f"{HOME}all/?text=食堂")
    rows = page.locator(".said tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).not_to_contain_text("保全")

    # By keyboard: to the first, tick, save.
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".comment")).to_have_text("食堂的菜太咸")
    for box in page.locator("input[name=topics]:checked").all():
        box.uncheck()
    page.get_by_role("checkbox", name="保单服务").check()
    page.get_by_role("radio", name="负面").check()
    _picture(page, "comment-1440")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".labels")).to_contain_text("已更正")
    expect(page.locator("[data-learning]")).to_contain_text("模型几秒内学会")

    # The page finds out by itself, and the other comment has its label too.
    learn()
    expect(page.locator("[data-learning]")).to_contain_text("已学习 1 条更正")
    page.get_by_role("link", name="查看改变的意见").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("食堂的菜真的太咸了")
    expect(rows.first).to_contain_text("保单服务")
    _picture(page, "changed-1440")

    # Taken back, it is unlearned.
    page.goto(f"{HOME}all/?state=corrected")
    rows.first.locator("a").click()
    page.get_by_role("button", name="撤回最近一次更正").click()
    expect(page.locator(".corrections .is-withdrawn")).to_have_count(1)
    learn()
    page.goto(f"{HOME}all/?topic=policy_service&text=食堂")
    expect(page.locator(".nothing")).to_be_visible()

    page.goto(HOME)
    expect(page.locator(".chart canvas").first).to_be_visible()
    expect(page.locator(".findings li").first).to_contain_text("谈得最多的是")
    _picture(page, "overview-1440")
    phone = open_browser(PHONE)
    _signed_in(phone, analyst_user, live_server.url)
    for name, path in (
        ("overview", HOME),
        ("list", f"{HOME}all/"),
        ("topics", f"{HOME}topics/"),
        ("add", f"{HOME}topics/add/"),
    ):
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        _picture(phone, f"{name}-390")
        page.goto(path)
        _picture(page, f"{name}-1440")
    phone.goto(f"{HOME}all/")
    phone.locator(".said a").first.click()
    expect(phone.locator(".comment")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    _picture(phone, "comment-390")

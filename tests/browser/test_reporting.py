"""Reporting a claim from scratch in the portal: without a script, interrupted, with mistakes, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.claimant import Claimant, promise_in
from tests.browser.snapshots import photo
from tests.conftest import DESKTOP, PHONE
from tests.insurer import RunningInsurer

pytestmark = pytest.mark.browser

TYPED = {
    "loss_place": "苏州市姑苏区示例街88号桂花新村12幢302室",
    "account": "楼上水管爆裂，客厅吊顶和地板泡水。",
    "claimed": "3200.50",
    "loss_time": "07:30",
}


def typed_now(page: Page) -> dict[str, str]:
    return {name: page.locator(f"form#report [name={name}]").input_value() for name in TYPED}


def test_what_was_typed_survives_mistakes_and_interruptions(
    open_insurer: Callable[..., Page], insurer: RunningInsurer
) -> None:
    zhang = Claimant(open_insurer(PHONE, javascript=False), insurer, "zhang")
    page = zhang.page
    page.goto("/portal/claims/new/")
    zhang.fits()
    for name, text in TYPED.items():
        page.locator(f"form#report [name={name}]").fill(text)
    page.locator("form#report [name=cause]").select_option("water")
    page.locator("form#report label:has(input[name=injury][value=no])").click()
    page.locator("form#report input[type=file][name=photos]").last.set_input_files([photo("吊顶"), photo("地板")])
    zhang.send("report", send="1")

    # The day, and whether somebody else's things are damaged, were forgotten: named at the top, and all else is still there.
    named = page.locator("main [role=alert] a")
    assert {link.get_attribute("href") for link in named.all()} == {"#f-loss_on", "#f-third_party"}
    assert typed_now(page) == TYPED
    assert page.locator("form#report [name=cause]").input_value() == "water"
    assert page.locator("form#report input[name=injury][value=no]").is_checked()
    assert page.locator("ul.shots > li").count() == 2

    # Another page, another day: the report begun is kept with the customer, not in the browser.
    other = Claimant(open_insurer(DESKTOP, javascript=False), insurer, "zhang")
    other.page.goto("/portal/claims/new/")
    assert typed_now(other.page) == TYPED
    assert other.page.locator("ul.shots > li").count() == 2
    other.page.locator("form#report [name=loss_on]").fill("2026-03-17")
    other.page.locator("form#report label:has(input[name=third_party][value=no])").click()
    other.send("report", send="1")
    other.page.wait_for_url(re.compile(r"/reported/$"))

    # At once: the number, who calls by when, and the complete list of papers.
    case = other.page.url.rstrip("/").split("/")[-2]
    assert re.search(r"2026-\d{6}", other.text)
    promise = promise_in(other.page.locator("section.hero"))
    assert promise.state == "running"
    assert promise.by.startswith("2026-03-17T11:")
    assert other.page.locator(".papers > li").count() >= 4
    other.page.goto("/portal/")
    assert other.page.locator(f"section.hero a[href*='{case}']").count() == 1
    # The draft is used up.
    other.page.goto("/portal/claims/new/")
    assert typed_now(other.page) == dict.fromkeys(TYPED, "")


def test_sent_twice_is_reported_once(open_insurer: Callable[..., Page], insurer: RunningInsurer) -> None:
    zhang = Claimant(open_insurer(DESKTOP, javascript=True), insurer, "zhang")
    page = zhang.page
    page.goto("/portal/claims/new/")
    for name, text in TYPED.items():
        page.locator(f"form#report [name={name}]").fill(text)
    page.locator("form#report [name=loss_on]").fill("2026-03-17")
    page.locator("form#report [name=cause]").select_option("water")
    for name in ("injury", "third_party"):
        page.locator(f"form#report label:has(input[name={name}][value=no])").click()
    # Sent twice, as an impatient thumb does.
    form: dict[str, Any] = page.locator("form#report").evaluate(
        "form => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === 'string'))"
    )
    request = page.context.request
    answers = [
        request.post("/portal/claims/new/", form=form | {"send": "1"}, headers={"Referer": page.url}) for _ in range(2)
    ]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].url == answers[1].url
    page.goto("/portal/claims/")
    mine = page.locator("main a[href*='/portal/claims/']").all()
    assert len({link.get_attribute("href") for link in mine if "rate" not in (link.get_attribute("href") or "")}) == 3
    expect(page.locator("main")).to_be_visible()

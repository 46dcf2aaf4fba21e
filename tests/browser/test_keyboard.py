"""The desk by keyboard: search, move, select, open, the list of keys; and nothing of it while one is typing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import DESKTOP
from tests.insurer import RunningInsurer

pytestmark = pytest.mark.browser


def test_the_desk_by_keyboard(open_insurer: Callable[..., Page], insurer: RunningInsurer) -> None:
    page = open_insurer(DESKTOP)
    insurer.sign_in(page, "luyan")
    page.goto("/desk/?who=all")
    rows = page.locator("table.roster tbody tr[data-open]")
    assert rows.count() >= 2
    links = [row.locator("th a").get_attribute("href") for row in rows.all()]

    page.keyboard.press("j")
    expect(rows.nth(0).locator("th a")).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1).locator("th a")).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0).locator("th a")).to_be_focused()
    page.keyboard.press("x")
    expect(rows.nth(0).locator("input[type=checkbox]")).to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text("1")
    page.keyboard.press("x")

    keys = page.locator("dialog#keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    search = page.locator("input#q")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("j?x")
    expect(search).to_have_value("j?x")
    expect(keys).to_be_hidden()
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()

    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(links[0] or "") + "$"))

    # A number in the search box opens its case.
    number = re.search(r"2026-\d{6}", page.title())
    assert number
    page.goto("/desk/")
    page.keyboard.press("/")
    page.keyboard.type(number[0])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(links[0] or "") + "$"))

"""A manager looks for where claims wait: moves the slider, chooses an edge, opens its cases, then reads the variants."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser]


APART = """() => {
  const box = (one) => one.getBBox();
  const shown = [...document.querySelectorAll(".pr-label:not(.is-off) text")].filter((one) => getComputedStyle(one.parentNode).display !== "none").map(box);
  const steps = [...document.querySelectorAll(".pr-node:not(.is-off) rect")].map(box);
  const meets = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y + 2 < b.y + b.height - 2 && b.y + 2 < a.y + a.height - 2;
  return [shown.length, shown.filter((one, i) => shown.some((other, j) => j > i && meets(one, other))).length, shown.filter((one) => steps.some((step) => meets(one, step))).length];
}"""
"""How many labels the map shows, how many of them stand on another, and how many on a step."""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_find_where_claims_wait(open_insurer: Callable[..., Page], insurer: Any, viewport: dict[str, int]) -> None:
    page = open_insurer(viewport)
    insurer.sign_in(page, "ruanqing")
    page.goto("/desk/boards/process/")
    expect(page.locator("[data-process-map]")).to_have_attribute("data-drawn", "yes")
    expect(page.locator("h1")).to_contain_text("小时")
    fits(page)

    # From the main road to every path, without asking the server; steps stay where they are.
    edges = page.locator(".pr-edge:not(.is-off)")
    slider = page.locator(".pr-slide input")
    slider.focus()
    page.keyboard.press("Home")
    main = edges.count()
    place = page.locator(".pr-node:not(.is-off) rect").first.get_attribute("y")
    page.keyboard.press("End")
    assert edges.count() > main
    assert page.locator(".pr-node:not(.is-off) rect").first.get_attribute("y") == place
    expect(page.locator(".pr-told")).to_contain_text("100.0%")
    labels, on_another, on_a_step = page.evaluate(APART)
    assert labels > 10
    assert (on_another, on_a_step) == (0, 0)
    expect(page.locator(".pr-key [data-shade]")).to_have_count(5)
    page.wait_for_url(re.compile(r"paths=\d+"))
    page.locator("[data-colour-choice]").select_option("count")
    page.wait_for_url(re.compile(r"colour=count"))
    fits(page)

    # An edge, chosen from the table by the keyboard, shows its numbers and opens its cases.
    page.locator(".pr-table tbody a[data-at]").nth(1).focus()
    page.keyboard.press("Enter")
    chosen = page.locator(".pr-table tbody tr").nth(1)
    expect(page.locator(".pr-panel h2")).to_contain_text(chosen.locator("td").first.inner_text())
    expect(page.locator(".pr-edge.is-chosen")).to_have_count(1)
    cases = page.locator(".pr-panel [data-field=cases]").inner_text()
    page.reload()
    expect(page.locator(".pr-panel [data-field=cases]")).to_have_text(cases)
    expect(page.locator(".pr-told")).to_contain_text("100.0%")
    page.locator(".pr-panel a").click()
    page.wait_for_url(re.compile(r"/desk/boards/cases/\?"))
    expect(page.locator("main")).to_contain_text(cases)
    page.go_back()

    page.locator(".pr-tabs").get_by_role("link", name="走法").click()
    expect(page.locator(".pr-variants tbody tr").first).to_be_visible()
    fits(page)
    numbers = page.locator(".pr-variants tbody tr").first.locator("td").nth(3).bounding_box()
    assert numbers
    assert numbers["x"] + numbers["width"] <= viewport["width"]
    count = page.locator(".pr-variants tbody tr").first.locator("a").inner_text()
    page.locator(".pr-variants tbody tr").first.locator("a").click()
    page.wait_for_url(re.compile(r"/desk/boards/cases/\?"))
    expect(page.locator("main")).to_contain_text(count)
    for tab in ("等在哪里", "慢案与在办", "与规定对照"):
        page.goto("/desk/boards/process/")
        page.locator(".pr-tabs").get_by_role("link", name=tab).click()
        expect(page.locator(".pr-tabs [aria-current]")).to_have_text(tab)
        fits(page)


def test_without_a_script_the_tables_say_all(open_insurer: Callable[..., Page], insurer: Any) -> None:
    page = open_insurer(PHONE, javascript=False)
    insurer.sign_in(page, "ruanqing")
    page.goto("/desk/boards/process/")
    expect(page.locator(".pr-tools")).to_be_hidden()
    page.locator(".pr-table tbody a[data-at]").nth(2).click()
    chosen = page.locator(".pr-table tbody tr").nth(2)
    expect(page.locator(".pr-panel h2")).to_contain_text(chosen.locator("td").first.inner_text())
    fits(page)

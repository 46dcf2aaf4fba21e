"""For every reader: elder mode one thing at a time, and each language without words of the other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.claimant import Claimant
from tests.browser.colleague import Colleague
from tests.conftest import DESKTOP, PHONE
from tests.insurer import RunningInsurer

pytestmark = pytest.mark.browser

# Names of keys and files, numbers of policies and cars, the company's own name, and the language switch.
LATIN = re.compile(r"[A-Za-z]{3,}")
ALLOWED_LATIN = re.compile(r"[A-Z]{3,5}|enter|esc|png|jpg|pdf|English|tel")
HAN = re.compile(r"[一-鿿]")
# What the pages themselves say, as opposed to what is told in them: names, places and files stay in their own language.
OWN_WORDS = """() => [...document.querySelectorAll(
    'h2, h3, button, label, legend, dt, th[scope=col], nav a, .menu__box a, .hint, .calm, .ask__help, main a.btn, .acts a, [placeholder]')]
  .filter(node => node.closest('[lang]') === document.documentElement)
  .map(node => (node.placeholder || node.textContent).trim().replace(/\\s+/g, ' ')).filter(Boolean)"""
NAMES = re.compile(r"[一-鿿]+\.(?:png|jpg|pdf)|[一-鿿]{1,3}\*[一-鿿]?|李强|李先生|苏E·7K38Q|(?<=Holder )[一-鿿]+")


def latin_words(page: Page) -> set[str]:
    page.locator("main").first.wait_for()
    words = set(LATIN.findall(page.evaluate("document.body.innerText")))
    return {word for word in words if not ALLOWED_LATIN.fullmatch(word)}


def chinese_of_the_page(page: Page) -> list[str]:
    return [text for text in page.evaluate(OWN_WORDS) if HAN.search(NAMES.sub("", text))]


def switch_language(page: Page) -> None:
    form = page.locator("form:has(input[name=language])").first
    menu = page.locator("details:has(form input[name=language])").first
    if menu.count():
        menu.locator("summary").first.click()
    with page.expect_navigation():
        form.locator("button").click()


def test_each_language_without_words_of_the_other(open_insurer: Callable[..., Page], insurer: RunningInsurer) -> None:
    li = Claimant(open_insurer(PHONE, javascript=False), insurer, "li")
    case = li.open_live_claim()
    portal = ["/portal/", "/portal/claims/", "/portal/policies/", "/portal/claims/new/", "/portal/me/", "/portal/me/contacts/",
              "/portal/me/account/", "/portal/me/consents/", "/portal/person/"]  # fmt: skip
    portal += [f"{li.claim}{part}" for part in ("", "papers/", "messages/", "payee/", "photos/", "withdraw/")]
    lu = Colleague(open_insurer(DESKTOP, javascript=False), insurer, "luyan", case)
    desk = ["/desk/?who=all", "/desk/supervision/", "/desk/appointments/", "/desk/approvals/", "/desk/cases/", "/desk/notify/",
            "/desk/search/?q=9999", "/desk/customers/", "/desk/policies/", "/desk/products/", "/desk/admin/"]  # fmt: skip
    desk += [f"{lu.case}{part}" for part in ("", "papers/", "do/set_reserve/", "do/add_party/", "do/hand_over/")]

    wrong: dict[str, object] = {}
    for page, paths in ((li.page, portal), (lu.page, desk)):
        for path in paths:
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == "zh-CN"
            if words := latin_words(page):
                wrong[f"zh {path}"] = words
        page.goto(paths[0])
        switch_language(page)
        for path in paths:
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == "en"
            if texts := chinese_of_the_page(page):
                wrong[f"en {path}"] = texts
    assert wrong == {}


def test_elder_mode_asks_one_thing_at_a_time(open_insurer: Callable[..., Page], insurer: RunningInsurer) -> None:
    li = Claimant(open_insurer(PHONE, javascript=False), insurer, "li")
    li.open_live_claim()
    with li.page.expect_navigation():
        li.page.locator("form:has(input[name=on][value='1']) button").first.click()
    assert li.page.locator("html").get_attribute("data-mode") == "elder"
    li.look()
    size = li.page.locator(".elder-say").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size >= 20
    assert li.page.locator("main form").count() == 0  # nothing to fill in here: one button leads on
    assert li.page.locator(".dock a[href^='tel:']").count() == 1  # one key to a person

    li.page.locator(".dock a[href$='/items/']").click()
    for number in range(1, 6):
        li.page.wait_for_url(re.compile(rf"/items/{number}/$"))
        li.fits()
        buttons = li.page.locator("main form button[name=verdict]")
        assert buttons.count() == 2
        assert all((box := button.bounding_box()) and box["height"] >= 48 for button in buttons.all())
        if number != 3:
            li.page.locator("button[name=verdict][value=ok]").click()
            continue
        li.page.locator("button[name=verdict][value=no]").click()
        li.page.wait_for_url(re.compile(r"/why/$"))
        li.send("why")
        assert li.page.locator("form#why [role=alert]").count() == 1
        li.page.locator("form#why label:has(input[name=reason])").last.click()
        li.send("why")
    li.page.wait_for_url(re.compile(r"/items/all/$"))
    assert "7,190.00" in li.text
    li.send("send", submit="1")
    li.page.wait_for_url(re.compile(r"/portal/claims/[0-9a-z]+/$"))
    assert "林雪" in li.text
    li.fits()
    with li.page.expect_navigation():
        li.page.locator("form:has(input[name=on][value='0']) button").first.click()
    assert li.page.locator("html").get_attribute("data-mode") is None


def test_everything_unfolded_fits_in_both_languages(open_insurer: Callable[..., Page], insurer: RunningInsurer) -> None:
    """Sources of promises are long in English: what is folded away hangs over no side once it is opened."""
    li = Claimant(open_insurer(PHONE), insurer, "li")
    case = li.open_live_claim()
    lu = Colleague(open_insurer(DESKTOP), insurer, "luyan", case)
    for page, address in ((li.page, li.claim), (lu.page, lu.case)):
        for _language in ("zh", "en"):
            page.goto(address)
            over = page.evaluate(
                """() => { document.querySelectorAll('main details').forEach(part => { part.open = true; });
                           const root = document.documentElement; return root.scrollWidth - root.clientWidth; }"""
            )
            assert over <= 0, f"{page.url} is {over} px wider than the screen"
            switch_language(page)


def test_the_button_names_an_amount_once_there_is_one(
    open_insurer: Callable[..., Page], insurer: RunningInsurer
) -> None:
    li = Claimant(open_insurer(PHONE), insurer, "li")
    li.open_live_claim()
    button = li.page.locator("button[form='assess'][name='submit']")
    assert "0.00" not in button.inner_text()
    li.accept("前保险杠总成")
    assert "2,100.00" in button.inner_text()


def test_columns_of_the_queue_keep_apart(open_insurer: Callable[..., Page], insurer: RunningInsurer) -> None:
    """At the width it is drawn for, and a scroll bar less, what a promise rests on ends before the amount begins."""
    page = open_insurer({"width": 1425, "height": 900})
    insurer.sign_in(page, "luyan")
    for _language in ("zh", "en"):
        page.goto("/desk/?who=all")
        gaps = page.evaluate(
            """() => [...document.querySelectorAll('tbody tr:has(.promise__why)')].map(row => {
                const amount = document.createRange(); amount.selectNodeContents(row.querySelector('.c-amt'));
                return amount.getBoundingClientRect().left - row.querySelector('.promise__why').getBoundingClientRect().right; })"""
        )
        assert gaps
        assert min(gaps) > 0
        switch_language(page)

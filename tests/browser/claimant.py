"""A customer in the portal: what they do there, and what the page tells them. Works with and without JavaScript."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.insurer import RunningInsurer

PATIENCE = 30.0  # seconds for the worker and the bank, on two busy cores


@dataclass(frozen=True, slots=True)
class Promise:
    """What one promise on a page says."""

    state: str
    what: str
    by: str
    """The last moment, ISO; empty when it has none."""
    holder: str


def fen(text: str) -> int:
    """“9,570.00 元” → 957000. The first amount in the text."""
    found = re.search(r"(\d{1,3}(?:,\d{3})*|\d+)\.(\d\d)", text)
    assert found, f"no amount in {text!r}"
    return int(found[1].replace(",", "")) * 100 + int(found[2])


def promise_in(place: Locator) -> Promise:
    """The first promise drawn in a part of a page; the same partial on every face."""
    row = place.locator(".promise[data-state]").first
    expect(row).to_be_visible()
    times = row.locator(".promise__due time")
    return Promise(
        state=row.get_attribute("data-state") or "",
        what=row.locator(".promise__what").inner_text().strip(),
        by=(times.first.get_attribute("datetime") or "") if times.count() else "",
        holder=row.locator(".promise__who").inner_text().strip(),
    )


class Claimant:
    """One customer in one browser. `claim` is the claim's address once it is open."""

    def __init__(self, page: Page, insurer: RunningInsurer, username: str):
        self.page = page
        self.insurer = insurer
        self.claim = ""
        insurer.sign_in(page, username)

    # -- where they are ------------------------------------------------------------------------------------------------

    def home(self) -> None:
        self.page.goto("/portal/")

    def open_live_claim(self) -> str:
        """From the home page to the claim that waits at the top; returns its public id."""
        self.home()
        self.page.locator("section.hero a[href*='/portal/claims/']").first.click()
        self.page.wait_for_url(re.compile(r"/portal/claims/[0-9a-z]+/$"))
        self.claim = re.sub(r"^https?://[^/]+", "", self.page.url)
        return self.public_id

    @property
    def public_id(self) -> str:
        return self.claim.rstrip("/").rsplit("/", 1)[-1]

    def look(self, part: str = "") -> None:
        """Open the claim's page, or one of its parts: `decision/`, `papers/`."""
        self.page.goto(f"{self.claim}{part}")
        self.fits()

    def fits(self) -> None:
        """Nothing of the page hangs over the side of the screen."""
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{self.page.url} is {over} px wider than the screen"

    # -- what they see -------------------------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def text(self) -> str:
        return self.main.inner_text()

    def promise(self) -> Promise:
        """The promise at the top of the claim: what comes next, by when, by whom."""
        return promise_in(self.page.locator("section.hero"))

    def holder_of_step_now(self) -> str:
        """The words of the step the claim is at: what, who, by when."""
        return self.page.locator("[aria-current=step]").inner_text()

    def assert_every_promise_holds(self) -> None:
        """No promise of this claim was broken: all are kept or still running."""
        states = self.page.locator(".promise[data-state]").evaluate_all("rows => rows.map(row => row.dataset.state)")
        assert "broken" not in states, self.text

    def papers_asked_of_me(self) -> int:
        """Papers with a way to send them on the claim's page."""
        return self.page.locator(".papers a[href*='/papers/'], .papers a[href*='/request/']").count()

    def payments(self) -> list[tuple[int, bool]]:
        """(amount in fen, has it arrived) of every payment on the claim's page."""
        rows = self.page.locator("section[aria-labelledby=m] ul.clauses > li").all()
        return [
            (
                fen(row.locator("span").first.inner_text()),
                row.locator(".word").get_attribute("data-tone") == "kept",
            )
            for row in rows
        ]

    def wait_for(self, told: Any, *, part: str = "") -> None:
        """Look again until the page tells it (`told()` is true): reactions and the bank work in the background."""
        until = time.monotonic() + PATIENCE
        while True:
            self.look(part)
            if told():
                return
            assert time.monotonic() < until, f"waited {PATIENCE:g} s in vain; the page says:\n{self.text}"
            time.sleep(0.4)

    # -- what they do --------------------------------------------------------------------------------------------------

    def send(self, form: str, **press: str) -> None:
        """Press the button of a form, which may stand in the dock at the bottom."""
        name, value = next(iter(press.items()), ("", ""))
        which = f"[name='{name}'][value='{value}']" if name else ":not([name])"
        self.page.locator(f"button[form='{form}']{which}, form#{form} button{which}").first.click()

    def accept(self, *items: str) -> None:
        for item in items:
            self._item(item).locator("label:has(input[value=ok])").click()

    def dispute(self, item: str, *, reason: str = "", quote: str = "", photo: FilePayload | None = None) -> None:
        box = self._item(item)
        box.locator("label:has(input[value=no])").click()
        if reason:
            box.locator("textarea[name^=reason-]").fill(reason)
        if quote:
            box.locator("input[name^=quote-]").fill(quote)
        if photo is not None:
            box.locator("input[name^=photos-]").set_input_files(photo)

    def _item(self, name: str) -> Locator:
        return self.page.locator("form#assess fieldset").filter(has_text=name)

    def offered(self) -> dict[str, int]:
        """The items that wait for an answer, with their amounts in fen."""
        return {
            box.locator(".item__name").inner_text(): int(box.get_attribute("data-fen") or 0)
            for box in self.page.locator("form#assess fieldset").all()
        }

    def rate(self, score: int, comment: str) -> None:
        self.look("rate/")
        self.page.locator(f"label:has(input[name=score][value='{score}'])").click()
        self.page.locator("textarea[name=comment]").fill(comment)
        self.send("rate")
        self.page.wait_for_url(re.compile(r"/portal/"))

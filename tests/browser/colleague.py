"""A member of staff at the desk: opens a case, does one act on it, is refused with a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.claimant import fen
from tests.insurer import RunningInsurer


class Colleague:
    """One person of the insurer in one browser, on one case."""

    def __init__(self, page: Page, insurer: RunningInsurer, username: str, case: str):
        self.page = page
        self.case = f"/desk/cases/{case}/"
        insurer.sign_in(page, username)

    def look(self) -> None:
        self.page.goto(self.case)

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def begin(self, act: str, query: str = "") -> None:
        """Open the page of an act."""
        self.page.goto(f"{self.case}do/{act}/{query}")

    def box(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']")

    def fill(self, **values: str) -> None:
        """Fill boxes by name: text, a choice of a list, a radio button or a tick."""
        for name, value in values.items():
            box = self.box(name.replace("__", "-"))
            kind = box.first.evaluate("box => box.tagName + ':' + box.type")
            if kind.startswith("SELECT"):
                box.select_option(value)
            elif kind == "INPUT:radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            elif kind == "INPUT:checkbox":
                box.check()
            else:
                box.fill(value)

    def press(self, name: str = "", value: str = "") -> None:
        """A button of the act's form: one that has a name, or the filled one that sends it."""
        which = f"button[name='{name}'][value='{value}']" if name else ".form__acts button:not([name])"
        self.page.locator(f"main form {which}").first.click()

    def done(self) -> None:
        """The act went through: back on the case."""
        self.press()
        self.page.wait_for_url(re.compile(re.escape(self.case) + r"$"))

    def refused(self) -> str:
        """The act is refused and nothing left the page; returns the reasons."""
        self.press()
        errors = self.page.locator("main [role=alert], main .ask__error")
        expect(errors.first).to_be_visible()
        assert "/do/" in self.page.url
        return "\n".join(errors.all_inner_texts())

    def do(self, act: str, query: str = "", **values: str) -> None:
        self.begin(act, query)
        self.fill(**values)
        self.done()

    def answer_exclusions(self, basis: str) -> int:
        """Every exclusion answered: none applies; what the file does not suggest rests on `basis`. Returns how many."""
        self.fill(basis=basis)
        self.press("press", "rest")
        answered = self.page.locator("main input[type=radio][name^=verdict-][value=no]:checked")
        expect(answered.first).to_be_attached()  # the page comes back filled in; on a busy machine not at once
        return answered.count()

    def promises(self) -> Counter[str]:
        """How many promises of the case are kept, running, broken, …: the desk shows all of them, those to colleagues too."""
        self.look()
        states = self.page.locator(".due .promise[data-state]").evaluate_all(
            "rows => rows.map(row => row.dataset.state)"
        )
        return Counter(states)

    def proposed_fen(self) -> int:
        """The total of the decision as the page works it out."""
        return fen(self.page.locator("table.clauses tfoot").inner_text())


def office(open_insurer: Callable[..., Page], insurer: RunningInsurer, case: str) -> Callable[[str], Colleague]:
    """`at = office(…); at("linxue")`: everybody of the insurer, each signed in once in a browser of their own."""
    there: dict[str, Colleague] = {}

    def at(username: str, **options: Any) -> Colleague:
        if username not in there:
            there[username] = Colleague(open_insurer(**options), insurer, username, case)
        return there[username]

    return at

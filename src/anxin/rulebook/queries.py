"""What claims and pages ask the rulebook. Everything is cached in process by edition; warm, no question costs a query.

Facts for papers and checklists: `has_injury`, `has_third_party`, `individual`, `compulsory`, `small` (bool), `cause`,
`line` (text). A fact that is not given meets no condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.engines.calendar import Calendar
from anxin.journal.promises.rules import Rule, RuleSet
from anxin.rulebook import shipping
from anxin.rulebook.books import books, current, today
from anxin.rulebook.differences import Change, difference
from anxin.rulebook.families import authority as authorities
from anxin.rulebook.families import calendar as calendars
from anxin.rulebook.families import checklists, papers, prices, promises, thresholds
from anxin.rulebook.families.authority import Authority
from anxin.rulebook.families.checklists import CheckItem
from anxin.rulebook.families.papers import PaperItem
from anxin.rulebook.families.prices import PriceItem, Prices
from anxin.rulebook.families.thresholds import Threshold
from anxin.rulebook.models import Family, RuleEdition

Facts = Mapping[str, bool | str]


class NothingPublished(LookupError):
    """No edition of this family is in force on that day."""


def _book(family: Family, read: Any, on: date | None = None) -> tuple[int, Any]:
    number = current(family, on)
    if not number:
        raise NothingPublished(
            f"no edition of {family.value} is in force: run `anxin setup` (it installs the shipped rules)"
        )
    return number, books.parsed(family, number, read)


def paper_list(claim_type: str, facts: Facts, on: date | None = None) -> tuple[int, list[PaperItem]]:
    """The complete list of papers for a claim, given once: its edition, and the items in the order to show."""
    number, book = _book(Family.PAPERS, lambda body, number: papers.read(body), on)
    return number, book.of(claim_type, facts)


def supplement_catalogue() -> list[PaperItem]:
    """What a supplement notice may ask for besides what is on the list."""
    return list(_book(Family.PAPERS, lambda body, number: papers.read(body))[1].supplement)


def paper(code: str) -> PaperItem | None:
    """A paper by its code, in whatever list it stands. None: no list in force has it."""
    found: PaperItem | None = _book(Family.PAPERS, lambda body, number: papers.read(body))[1].named(code)
    return found


def survey_checklist(claim_type: str, facts: Facts | None = None) -> tuple[int, list[CheckItem]]:
    """What a survey must answer: the edition, and the items that these facts call for."""
    number, book = _book(Family.CHECKLISTS, lambda body, number: checklists.read(body))
    return number, book.of(claim_type, facts or {})


def _prices(on: date | None) -> Prices:
    found: Prices = _book(Family.PRICES, prices.read, on)[1]
    return found


def price(item: str, method: str, on: date | None = None) -> PriceItem | None:
    """The published price of an item by a method on a day; None: the standard does not know it."""
    return _prices(on).get(item, method)


def price_list(search: str = "", *, claim_type: str = "", group: str = "", on: date | None = None) -> list[PriceItem]:
    """Items whose code or name holds every word of `search`, in the standard's order, one row per method."""
    words = search.lower().split()
    return [
        item for item in _prices(on).items
        if (not claim_type or item.claim_type == claim_type) and (not group or item.group == group)
        and all(word in f"{item.code} {item.name_zh} {item.name_en}".lower() for word in words)
    ]  # fmt: skip


def price_edition(on: date | None = None) -> int:
    return current(Family.PRICES, on)


def authority() -> Authority:
    found: Authority = _book(Family.AUTHORITY, lambda body, number: authorities.read(body))[1]
    return found


def authority_limit(level: int, kind: str) -> int | None:
    """The largest sum in fen a level may settle alone; None: any. Kinds: decision, advance, refusal, payment."""
    return authority().limit(level, kind)


def level_needed(amount_fen: int, kind: str) -> int:
    """The lowest authority level that may settle this sum (1 to 5)."""
    return authority().needed(amount_fen, kind)


def two_signatures_from(kind: str) -> int:
    """From this sum in fen on, two different people with authority must agree."""
    return authority().two_signatures_from[kind]


def threshold(name: str, on: date | None = None) -> int:
    """A number rules turn on (`small_motor_fen`, …). Raises KeyError for a name the rulebook does not have."""
    return threshold_row(name, on).value


def threshold_row(name: str, on: date | None = None) -> Threshold:
    found: Threshold = _book(Family.THRESHOLDS, lambda body, number: thresholds.read(body), on)[1].values[name]
    return found


def rule_set(on: date | None = None) -> tuple[int, RuleSet]:
    number, found = _book(Family.PROMISES, lambda body, number: promises.read(body), on)
    return number, found


def rule(rule_id: str, on: date | None = None) -> Rule | None:
    """A promise rule as in force; None: there is none of that id."""
    found = rule_set(on)[1]
    return next((item for item in found if item.id == rule_id), None)


# -- for the pages of the administration ---------------------------------------------------------------------------


def editions(family: Family | str, *, actor: Actor) -> list[RuleEdition]:
    """The editions of a family, newest first, without their bodies."""
    rows = RuleEdition.objects.visible_to(actor).filter(family=family)
    return list(rows.select_related("published_by").defer("body", "shipped"))


def edition(family: Family | str, number: int | None = None, *, actor: Actor) -> RuleEdition:
    """One edition with its body; None: the newest, planned ones included. Raises `Missing`."""
    rows = RuleEdition.objects.visible_to(actor).filter(family=family).select_related("published_by")
    found = rows.first() if number is None else rows.filter(number=number).first()
    if found is None:
        raise Missing(_("There is no such edition."))
    return found


def in_force(family: Family | str, on: date | None = None) -> int:
    """The number of the edition in force on a day (default today); 0: none."""
    return current(Family(family), on)


def planned(family: Family | str, *, actor: Actor) -> RuleEdition | None:
    """The newest edition, where its day is still to come."""
    newest = edition(family, actor=actor)
    return newest if newest.valid_from > today() else None


def changes(family: Family | str, older: int, newer: int, *, actor: Actor) -> list[Change]:
    """What changed from one edition to another; `older` 0 is the empty beginning."""
    before = edition(family, older, actor=actor).data if older else {}
    return difference(before, edition(family, newer, actor=actor).data)


def may_change(rule_id: str) -> frozenset[str]:
    """The fields of a promise rule that an administrator may change: all of a company standard, little of the law."""
    law = shipping.law().get(rule_id)
    # A rule that does not ship is one the company added.
    return promises.editable_fields(law or Rule(rule_id, "deadline", "", "", "", "", force="company"))


def calendar(on: date | None = None) -> Calendar:
    """The working calendar in force."""
    found: Calendar = _book(Family.CALENDAR, lambda body, number: calendars.read(body), on)[1]
    return found

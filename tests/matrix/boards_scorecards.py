"""Scorecards: everybody their own card, four roles those of their branches; plans by the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.rows import STAFF, Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "supervisor analyst administrator auditor"
_HOME = "/desk/boards/scorecards/"
_CARD = f"{_HOME}{{card}}/"

# fmt: off
ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    page("GET", f"{_HOME}mine/", STAFF),
    page("GET", f"{_HOME}plan/", _READERS),
    *pages(f"{_HOME}plan/edit/", "administrator", {}),
    page("POST", f"{_HOME}plan/publish/", "administrator", {"edit": "1", "valid_from": "2025-03", "reason": "Because it is so"}, shared=True),
    page("POST", f"{_HOME}plan/drop/", "administrator", shared=True),
    page("GET", f"{_HOME}objections/", _READERS),
    page("POST", f"{_HOME}objections/{{card_objection}}/", "supervisor administrator", {"press": "keep", "answer": "It was theirs"}),
    page("GET", _CARD, f"adjudicator {_READERS}"),
    page("POST", f"{_CARD}note/", "supervisor administrator", {"kind": "reward", "reason": "Well done"}),
    page("GET", f"{_CARD}kept/", f"adjudicator {_READERS}"),
    page("POST", f"{_CARD}kept/", "adjudicator", {"case": "{decided}", "reason": "Not mine at all"}),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """The adjudicator's card with two cases, one objected to; and a draft of a plan."""
    from anxin.insight.scorecards import actions
    from anxin.insight.scorecards.models import Card, Objection, Plan, Run
    from tests.matrix.world import NOW

    who, lines = here.users["adjudicator"], actions.first_lines()
    plan = Plan.objects.create(number=1, state="published", lines=lines, created_at=NOW, published_at=NOW)
    changed = {**lines, "kept": {**lines["kept"], "fewest": 9}}
    actions.draft_plan(lines=changed, actor=here.actor("administrator"), now=NOW)
    run = Run.objects.create(period="2025-03", plan=plan, lake=1, state="done", ordered_at=NOW, made_at=NOW)
    card = Card.objects.create(
        run=run, level="person", person=who, branch=here.branch, department=who.department, key=f"p{who.pk}",
        body={"few": ["kept"], "score": None, "standing": None, "group": None, "estimates": {}},
        cases={"kept": [[names["decided"], 0.0], [names["closed"], 1.0]]},
    )  # fmt: skip
    objection = Objection.objects.create(
        person=who,
        branch=here.branch,
        period="2025-03",
        indicator="kept",
        case=names["closed"],
        reason="Not mine",
        made_at=NOW,
    )
    names |= {"card": card.public_id, "card_objection": objection.public_id}

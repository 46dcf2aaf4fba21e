"""What pages read: cards of a period, one card with its past, the preview of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.engines.appraisal import Move, moves
from anxin.insight.scorecards.cards import judged
from anxin.insight.scorecards.models import Card, Note, Objection, Run
from anxin.insight.scorecards.periods import overlapping
from anxin.insight.scorecards.permissions import SEE_CARDS, SEE_OWN_CARD

LEVELS = ("branch", "team", "person")


def periods() -> list[str]:
    """Those with cards, the newest month first, quarters after."""
    found = set(Run.objects.filter(state=Run.State.DONE).values_list("period", flat=True))
    return sorted((p for p in found if "Q" not in p), reverse=True) + sorted(
        (p for p in found if "Q" in p), reverse=True
    )


def newest_run(period: str) -> Run | None:
    return Run.objects.filter(period=period, state=Run.State.DONE).select_related("plan").order_by("-pk").first()


def is_being_made(period: str) -> bool:
    return Run.objects.filter(period=period, state=Run.State.WAITING).exists()


def cards_of(actor: Actor, run: Run, level: str) -> list[Card]:
    """The cards of a level that this actor may see, in no order of merit: by branch, department, name."""
    actor.must(SEE_CARDS)
    rows = Card.objects.visible_to(actor).filter(run=run, level=level).defer("cases")
    found = list(rows.select_related("person", "branch", "department", "run"))
    return sorted(
        found,
        key=lambda card: (
            card.branch.code if card.branch else "", card.department.position if card.department else 0, card.name,
        ),
    )  # fmt: skip


def card_of(public_id: str, actor: Actor) -> Card:
    """A card that the actor may see; a newer run's card of the same unit and period takes its place. Raises Missing."""
    rows = Card.objects.visible_to(actor).select_related("run__plan", "person", "branch", "department")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such card."))
    return (
        rows.filter(key=found.key, run__period=found.run.period, run__state=Run.State.DONE).order_by("-run").first()
        or found
    )


def own_card(actor: Actor, period: str = "") -> Card | None:
    """The actor's own newest card, or that of a period."""
    actor.must(SEE_OWN_CARD)
    rows = Card.objects.filter(level="person", person_id=actor.user_id, run__state=Run.State.DONE)
    rows = rows.filter(run__period=period) if period else rows.exclude(run__period__contains="Q")
    return rows.select_related("run__plan", "person", "branch", "department").order_by("-run__period", "-run").first()


def past_of(key: str, actor: Actor) -> list[Card]:
    """The unit's cards of its last twelve months, newest first, then of its quarters: of each period the newest run's."""
    rows = Card.objects.visible_to(actor).filter(key=key, run__state=Run.State.DONE)
    newest = {card.run.period: card for card in rows.select_related("run__plan").defer("cases").order_by("run_id")}
    months = sorted((period for period in newest if "Q" not in period), reverse=True)[:12]
    quarters = sorted((period for period in newest if "Q" in period), reverse=True)[:4]
    return [newest[period] for period in [*months, *quarters]]


def scores_before(actor: Actor, run: Run, level: str) -> dict[str, float | None]:
    """Each unit's score of the period before, for the trend."""
    same = [one for one in periods() if ("Q" in one) == ("Q" in run.period) and one < run.period]
    last = newest_run(max(same)) if same else None
    if last is None:
        return {}
    return dict(Card.objects.visible_to(actor).filter(run=last, level=level).values_list("key", "score"))


def objections_of(person: int, period: str) -> list[Objection]:
    """Those of the period, and of the months or the quarter that share its cases."""
    rows = Objection.objects.filter(person_id=person, period__in=overlapping(period))
    return list(rows.select_related("answered_by"))


def notes_of(person: int, period: str) -> list[Note]:
    return list(Note.objects.filter(person_id=person, period=period).select_related("by"))


def waiting_objections(actor: Actor) -> list[Objection]:
    """Those that this actor may answer or look at: of their branches, not their own."""
    actor.must(SEE_CARDS)
    rows = Objection.objects.filter(state=Objection.State.OPEN).exclude(person_id=actor.user_id)
    if actor.branch_ids is not None:
        rows = rows.filter(branch_id__in=actor.branch_ids)
    return list(rows.select_related("person", "branch").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Preview:
    """Who moves under other lines, by unit key and level; `cards` by key."""

    run: Run
    moves: dict[str, list[Move]]
    cards: dict[str, Card]


def preview(lines: Mapping[str, Any], actor: Actor) -> Preview | None:
    """What publishing these lines would do to the newest month: the same estimates scored again. Ranks are among peers."""
    actor.must(SEE_CARDS)
    period = next((one for one in periods() if "Q" not in one), "")
    run = newest_run(period) if period else None
    if run is None:
        return None
    groups: dict[tuple[str, str], tuple[list[Any], list[Any]]] = {}
    cards: dict[str, Card] = {}
    # Ranks are among all peers there are; shown are those that the reader may see.
    visible = set(Card.objects.visible_to(actor).filter(run=run).values_list("key", flat=True))
    for card in Card.objects.filter(run=run).defer("cases").select_related("person", "branch", "department", "run"):
        department = card.department_id or ""
        old, new = groups.setdefault((card.level, department), ([], []))
        was = judged(card.key, card.level, department, card.body["estimates"], run.plan.lines).score
        becomes = judged(card.key, card.level, department, card.body["estimates"], lines).score
        if was:
            old.append(was)
        if becomes:
            new.append(becomes)
        cards[card.key] = card
    found: dict[str, list[Move]] = {level: [] for level in LEVELS}
    for (level, _department), (old, new) in groups.items():
        found[level] += [move for move in moves(old, new) if move.name in visible]
    for level in LEVELS:
        found[level].sort(key=lambda move: -abs(move.change) if move.change is not None else -1e9)
    return Preview(run, found, cards)

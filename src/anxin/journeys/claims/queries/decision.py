"""Reads for adjudication: what must be answered, how the decision would look, what stands as decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anxin.access.actors import Actor
from anxin.journeys.claims.calculation import Calculation
from anxin.journeys.claims.models import Claim, Decision, DecisionLine, RequiredPaper
from anxin.journeys.claims.statement import ClauseFacts, Statement, statement
from anxin.journeys.claims.verdicts import ClauseAnswer, exclusions, lines
from anxin.rulebook import queries as rulebook

# Which papers in the file speak to an exclusion, by the clause's code: a pointer for the adjudicator, not a finding.
EVIDENCE: dict[str, tuple[str, ...]] = {
    "unlicensed": ("driving_licence",),
    "drunk_driving": ("accident_report",),
    "drugged_driving": ("accident_report",),
    "flight_from_scene": ("accident_report",),
    "commercial_use": ("vehicle_licence",),
    "not_inspected": ("vehicle_licence",),
    "racing": ("accident_report",),
    "intentional": ("accident_report", "fire_report", "police_report"),
    "victim_intent": ("accident_report",),
    "own_property": ("vehicle_licence", "ownership"),
    "parts_only": ("accident_report",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An exclusion that must be answered, with what was answered so far or what the file suggests."""

    clause: ClauseFacts
    answer: ClauseAnswer | None
    """What an adjudicator said; None: not answered yet."""
    suggested: ClauseAnswer | None
    """Prefilled from papers that are there and checked; an adjudicator must say so for it to count."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """The decision as it would be now: its lines (unsaved), amounts, what is still open, and who could sign it."""

    lines: list[DecisionLine]
    calculation: Calculation
    asked: list[Asked]
    note: str
    level: int
    is_within: bool
    """Within the reader's own authority."""
    is_independent: bool
    """The reader surveyed, assessed and reviewed nothing of it."""
    is_settled: bool

    @property
    def amount_fen(self) -> int:
        return self.calculation.amount_fen

    @property
    def open_clauses(self) -> int:
        return sum(asked.answer is None for asked in self.asked)


def draft_view(claim: Claim, actor: Actor) -> DraftView:
    """How the decision would look if it were taken now. Writes nothing; five queries."""
    draft = Decision.objects.filter(claim=claim, state__in=[Decision.State.DRAFT, Decision.State.PROPOSED]).first()
    papers = RequiredPaper.objects.filter(claim=claim, state=RequiredPaper.State.ACCEPTED)
    return draft_from(statement(claim), draft, papers, actor)


def draft_from(known: Statement, draft: Decision | None, accepted: Iterable[RequiredPaper], actor: Actor) -> DraftView:
    """The same from what a page has read already. No query once the products' clauses are known in this process."""
    answers = draft.answers if draft else {}
    rows, calculation = lines(known, answers)
    found = exclusions(known.involved(known.calculate()))
    there = {paper.code: paper for paper in accepted}
    asked = [Asked(clause, _given(answers.get(key)), _suggested(clause, there)) for key, clause in found.items()]
    limit = rulebook.authority_limit(actor.authority_level, "decision")
    amount = calculation.amount_fen
    return DraftView(
        lines=rows, calculation=calculation, asked=asked, note=draft.note if draft else "",
        level=rulebook.level_needed(amount, "decision"),
        is_within=actor.authority_level > 0 and (limit is None or amount <= limit)
        and amount < rulebook.two_signatures_from("decision"),
        is_independent=actor.user_id not in known.handlers(), is_settled=known.is_settled,
    )  # fmt: skip


def exclusions_of(claim: Claim) -> dict[str, ClauseFacts]:
    """Every exclusion a decision on this claim must answer, by the key that `decide` takes."""
    known: Statement = statement(claim)
    return exclusions(known.involved(known.calculate()))


def standing(claim: Claim) -> Decision | None:
    """The decision that holds, with its lines, for the customer and the case page."""
    return (
        Decision.objects.filter(claim=claim, state=Decision.State.APPROVED)
        .select_related("adjudicator")
        .prefetch_related("lines__policy", "lines__party")
        .order_by("-pk")
        .first()
    )


def proposal(claim: Claim) -> Decision | None:
    """What waits for approval, with its lines and the signatures so far."""
    return (
        Decision.objects.filter(claim=claim, state=Decision.State.PROPOSED)
        .select_related("adjudicator")
        .prefetch_related("lines__policy", "lines__party", "approvals__approver")
        .first()
    )


def _given(data: dict[str, str] | None) -> ClauseAnswer | None:
    if data is None:
        return None
    return ClauseAnswer(data["verdict"] == DecisionLine.Verdict.EXCLUDED, data["basis_zh"], data["basis_en"])


def _suggested(clause: ClauseFacts, there: dict[str, RequiredPaper]) -> ClauseAnswer | None:
    papers = [there[code] for code in EVIDENCE.get(clause.code, ()) if code in there]
    if not papers:
        return None
    return ClauseAnswer(
        False, "、".join(paper.title_zh for paper in papers), ", ".join(paper.title_en for paper in papers)
    )

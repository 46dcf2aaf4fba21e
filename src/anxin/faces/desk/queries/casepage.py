"""What the case page adds to the shared file: the decision as it stands, what to do next with its amounts, headings.

Made from the `ClaimPage`; the draft of a decision asks one question more (the covers as of the loss date).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anxin.access.actors import Actor
from anxin.access.models import spoken
from anxin.faces.desk.wording import party_label, yuan
from anxin.journal.promises.fold import PAUSED
from anxin.journal.queries import PromiseRow
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.models import (
    Assessment,
    AssessmentLine,
    Decision,
    DecisionLine,
    Party,
    Payment,
    RequiredPaper,
)
from anxin.journeys.claims.queries import ClaimPage, NextAction, next_actions
from anxin.journeys.claims.queries.decision import DraftView, draft_from
from anxin.journeys.claims.statement import Statement, covered
from anxin.registers.products.models import Line
from anxin.registers.products.terms import article_in_english
from anxin.rulebook import queries as rulebook

DRAFTING = (lifecycle.OPENED, lifecycle.OFFERED, lifecycle.REVIEWING, lifecycle.ADJUDICATING, lifecycle.APPROVING)
REPLACED = (Assessment.State.REPLACED, Assessment.State.DRAFT)


@dataclass(frozen=True, slots=True)
class ClauseRow:
    clause: str
    question: str
    basis: str
    verdict: str
    tone: str
    icon: str
    amount_fen: int | None
    row_class: str
    several: tuple[tuple[str, str, str], ...] = ()
    """Clauses with the same finding under one row: (clause, question, basis)."""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    heading: str
    under: str
    rows: list[ClauseRow]
    total_fen: int
    is_draft: bool
    notice: str = ""
    """Public id of the refusal notice as it was sent."""


@dataclass(frozen=True, slots=True)
class Next:
    primary: NextAction | None
    title: str
    """The primary one with its amount."""
    hint: str
    others: list[NextAction]
    not_now: list[NextAction]

    @property
    def can_decide(self) -> bool:
        return any(item.code == "decide" for item in (self.primary, *self.others) if item is not None)


@dataclass(frozen=True, slots=True)
class Promises:
    open: list[PromiseRow]
    kept: list[PromiseRow]
    broken: list[PromiseRow]
    other: list[PromiseRow]

    @property
    def summary(self) -> str:
        running = sum(row.line.state != PAUSED for row in self.open)
        parts = [
            _("kept %(number)d") % {"number": len(self.kept)},
            _("in progress %(number)d") % {"number": running},
        ]
        paused = len(self.open) - running
        late = len(self.broken)
        parts += [_("paused %(number)d") % {"number": paused}] if paused else []
        parts += [_("late %(number)d") % {"number": late}] if late else []
        return " · ".join(parts)


def statement_of(page: ClaimPage) -> Statement:
    """The money side from what the page has read. One query: the covers of the loss date."""
    standing: list[AssessmentLine] = []
    replaced: list[AssessmentLine] = []
    for view in page.assessments:
        (replaced if view.assessment.state in REPLACED else standing).extend(view.lines)
    injured = [party for party in page.parties if party.kind == Party.Kind.INJURED]
    return Statement(page.claim, standing, replaced, covered(page.claim), list(page.payments), injured)


def promises(page: ClaimPage) -> Promises:
    rows = [row for row in page.promises if row.rule.klass in ("deadline", "count", "limitation")]
    running = [row for row in rows if row.promise.settled_at is None]
    ended = [row for row in rows if row.promise.settled_at is not None]
    return Promises(
        open=[row for row in running if row.rule.klass == "deadline"],
        kept=sorted((row for row in ended if row.line.state == "kept"), key=_ended, reverse=True),
        broken=sorted((row for row in ended if row.line.state == "broken"), key=_ended, reverse=True),
        other=[row for row in running if row.rule.klass == "limitation"],
    )


def _ended(row: PromiseRow) -> float:
    return row.promise.settled_at.timestamp() if row.promise.settled_at else 0.0


def draft(page: ClaimPage, actor: Actor, known: Statement) -> DraftView:
    making = (Decision.State.DRAFT, Decision.State.PROPOSED)
    found = next((view.decision for view in page.decisions if view.decision.state in making), None)
    accepted = [view.paper for view in page.papers if view.paper.state == RequiredPaper.State.ACCEPTED]
    return draft_from(known, found, accepted, actor)


def standing(page: ClaimPage) -> str:
    """Where the claim stands, as the heading's second half."""
    state = page.case.state
    lines = [line for view in page.assessments if view.assessment.state not in REPLACED for line in view.lines]
    disputed = sum(line.state == AssessmentLine.State.DISPUTED for line in lines)
    missing = sum(not view.paper.is_there for view in page.papers if view.paper.notice)
    if disputed:
        return ngettext(
            "the customer disputes %(number)d item", "the customer disputes %(number)d items", disputed
        ) % {"number": disputed}  # fmt: skip
    if page.claim.supplement_open and missing:
        return ngettext(
            "%(number)d supplement is still missing", "%(number)d supplements are still missing", missing
        ) % {"number": missing}  # fmt: skip
    return str(lifecycle.STATES.get(state, state))


def decision_table(page: ClaimPage, view: DraftView | None) -> DecisionTable | None:
    """Clause by clause: as decided, else as it would be decided now; None before anything was assessed."""
    made = page.decision
    if made is not None and made.decision.state == Decision.State.APPROVED and page.case.state not in DRAFTING:
        decision = made.decision
        word = Decision.Outcome(decision.outcome).label
        heading = _("Decision: %(outcome)s") % {"outcome": word}
        if decision.outcome != Decision.Outcome.REFUSE:
            heading = _("Decision: %(outcome)s, %(amount)s") % {"outcome": word, "amount": yuan(decision.amount_fen)}
        under = _("By %(name)s.") % {"name": decision.adjudicator.display_name}
        signed = [item.approver.display_name for item in made.approvals if item.agreed]
        if signed:
            under += " " + _("Approved by %(names)s.") % {"names": _(", ").join(signed)}
        return DecisionTable(
            heading,
            under,
            _rows(page, made.lines, decision.answers),
            decision.amount_fen,
            is_draft=False,
            notice=decision.notice.public_id if decision.notice else "",
        )
    if view is None or not view.lines:
        return None
    waiting = sum(row.amount_fen or 0 for row in view.lines if row.verdict == DecisionLine.Verdict.WAITING)
    proposed = page.case.state == lifecycle.APPROVING
    heading = (_("Proposed decision: %(amount)s") if proposed else _("Draft of the decision: %(amount)s")) % {
        "amount": yuan(view.amount_fen)
    }
    if waiting:
        heading += _(", of which %(amount)s still waits") % {"amount": yuan(waiting)}
    under = _("Worked out from the file as it is now (%(events)d events); each answer bears a name.") % {
        "events": page.case.event_count
    }
    if view.open_clauses:
        under += " " + ngettext(
            "%(number)d exclusion is not answered yet.", "%(number)d exclusions are not answered yet.", view.open_clauses
        ) % {"number": view.open_clauses}  # fmt: skip
    exclusions = {asked.clause.key for asked in view.asked}
    return DecisionTable(heading, under, _rows(page, view.lines, exclusions), view.amount_fen, is_draft=True)


_TONES = {
    DecisionLine.Verdict.MET: ("kept", "circle-check", ""),
    DecisionLine.Verdict.NOT_TRIGGERED: ("kept", "circle-check", ""),
    DecisionLine.Verdict.REDUCED: ("near", "circle-minus", ""),
    DecisionLine.Verdict.EXCLUDED: ("broken", "alert-octagon", "is-open"),
    DecisionLine.Verdict.WAITING: ("near", "alert-triangle", "is-open"),
}


def _rows(page: ClaimPage, lines: Sequence[DecisionLine], exclusions: Collection[str]) -> list[ClauseRow]:
    """Exclusions with the same finding stand in one row, to be opened: there are dozens, and one at most is of interest."""
    shorts = {view.policy.pk: str(Line(view.product.line).label) for view in page.policies}
    rows = []
    for line in lines:
        tone, icon, row_class = _TONES[DecisionLine.Verdict(line.verdict)]
        number = spoken(line.clause, article_in_english(line.clause)) if line.clause else ""
        rows.append(
            ClauseRow(
                clause=f"{shorts.get(line.policy_id or 0, '')} {number}".strip(), question=line.question, basis=line.basis,
                verdict=str(line.get_verdict_display()), tone=tone, icon=icon, amount_fen=line.amount_fen,
                row_class=row_class,
            )
        )  # fmt: skip
    return _grouped(rows, [line.verdict if line.key in exclusions else "" for line in lines])


def _grouped(rows: list[ClauseRow], verdicts: list[str]) -> list[ClauseRow]:
    """`verdicts`: of the exclusions; empty for every other row."""
    plain = (DecisionLine.Verdict.WAITING,)
    groups: dict[str, list[ClauseRow]] = {}
    shown: list[ClauseRow | str] = []
    for row, verdict in zip(rows, verdicts, strict=True):
        if verdict in plain:
            if verdict not in groups:
                groups[verdict] = []
                shown.append(verdict)
            groups[verdict].append(row)
        else:
            shown.append(row)
    found: list[ClauseRow] = []
    for item in shown:
        if isinstance(item, ClauseRow):
            found.append(item)
        elif len(groups[item]) < 3:
            found += groups[item]
        else:
            first, many = groups[item][0], groups[item]
            found.append(
                replace(
                    first, clause=_("Exclusions"), basis="",
                    question=ngettext("%(number)d exclusion", "%(number)d exclusions", len(many)) % {"number": len(many)},
                    several=tuple((row.clause, row.question, row.basis) for row in many),
                )
            )  # fmt: skip
    return found


# -- what to do next -------------------------------------------------------------------------------------------------

# Which kind of authority an act is measured by.
_KINDS = {"approve_advance": "advance", "decide": "decision", "approve": "decision", "instruct_payment": "payment"}


def what_next(page: ClaimPage, actor: Actor, known: Statement | None, view: DraftView | None) -> Next:
    actions = [item for item in next_actions(page, actor) if item.code != "rate"]
    primary = next((item for item in actions if item.is_primary), None)
    amount = _amount(primary.code if primary else "", page, known, view)
    title = primary.title if primary else ""
    if primary and amount:
        title = _("%(what)s: %(amount)s") % {"what": title, "amount": yuan(amount)}
    return Next(
        primary=primary, title=title, hint=_hint(primary, amount, page, actor),
        others=[item for item in actions if item.allowed and not item.is_primary],
        not_now=[item for item in actions if not item.allowed],
    )  # fmt: skip


def _amount(code: str, page: ClaimPage, known: Statement | None, view: DraftView | None) -> int:
    if code == "approve_advance" and known is not None:
        return sum(known.calculate(settled_only=True).to_pay.values())
    if code == "decide" and view is not None:
        return view.amount_fen
    if code == "approve" and page.decision is not None:
        return page.decision.decision.amount_fen
    if code == "instruct_payment":
        return owed(page)
    return 0


def owed(page: ClaimPage) -> int:
    """What the decision gives and no payment, made or under way, has covered, in fen."""
    return sum(owed_by_party(page).values())


def owed_by_party(page: ClaimPage) -> dict[str, int]:
    """{party code: fen} of the same."""
    if page.decision is None or page.decision.decision.state != Decision.State.APPROVED:
        return {}
    paid: dict[str, int] = {}
    for payment in page.payments:
        if payment.state != Payment.State.FAILED:
            paid[payment.for_party] = paid.get(payment.for_party, 0) + payment.amount_fen
    parts: dict[str, int] = page.decision.decision.parts
    return {party: fen - paid.get(party, 0) for party, fen in parts.items() if fen > paid.get(party, 0)}


def _hint(primary: NextAction | None, amount: int, page: ClaimPage, actor: Actor) -> str:
    if primary is None:
        if page.case.closed_at is not None:
            return _("The case is closed.")
        holder = f"{page.case.department or ''} {page.case.person or ''}".strip()
        if page.case.state == lifecycle.OFFERED:
            return _("It is the customer's turn: the assessment waits for their answer.")
        return _("Nothing waits for you here. It is with %(holder)s.") % {"holder": holder or _("nobody yet")}
    kind = _KINDS.get(primary.code, "")
    if not kind:
        return ""
    limit = rulebook.authority_limit(actor.authority_level, kind) if actor.authority_level else 0
    if limit is None:
        return _("Within your authority, which has no upper limit.")
    if amount <= limit and amount < rulebook.two_signatures_from(kind):
        return _("Within your authority (%(limit)s in one case): nobody else needs to sign.") % {"limit": yuan(limit)}
    level = rulebook.level_needed(amount, kind)
    if primary.code == "decide":
        return _("Above your authority (%(limit)s): it will be proposed to someone of level %(level)d.") % {
            "limit": yuan(limit), "level": level,
        }  # fmt: skip
    return _("Your authority reaches to %(limit)s; this needs level %(level)d.") % {
        "limit": yuan(limit),
        "level": level,
    }


@dataclass(frozen=True, slots=True)
class PartyMoney:
    label: str
    reserve_fen: int | None
    assessed_fen: int
    undisputed_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class LimitRow:
    name: str
    limit_fen: int | None
    used_fen: int

    @property
    def is_full(self) -> bool:
        return self.limit_fen is not None and self.used_fen >= self.limit_fen > 0


def limit_rows(page: ClaimPage, view: DraftView | None) -> list[LimitRow]:
    """Each coverage with what this claim takes of it: as decided, or as the draft stands."""
    drafted: dict[tuple[int, str], int] = {}
    for line in view.lines if view else ():
        if line.policy_id and line.amount_fen:
            key = (line.policy_id, line.coverage)
            drafted[key] = drafted.get(key, 0) + line.amount_fen
    return [
        LimitRow(row.name, row.limit_fen, drafted.get((item.policy.pk, row.code), 0) if view else row.used_fen)
        for item in page.policies
        for row in item.coverages
        if row.used_fen or not row.kind.startswith("no_fault")
    ]


def money_rows(page: ClaimPage) -> list[PartyMoney]:
    return [
        PartyMoney(party_label(row.party), row.reserve_fen, row.assessed_fen, row.undisputed_fen, row.paid_fen)
        for row in page.money.rows
    ]

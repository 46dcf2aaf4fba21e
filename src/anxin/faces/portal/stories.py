"""A claim as its customer reads it: what happened, what comes next, by when, whom to ask, and the one thing to do now.

Made from a `ClaimPage`; time limits named in a sentence are read from the rulebook, never written here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from anxin.access.formats import fen, moment
from anxin.access.models import User
from anxin.faces.portal.queries.mine import is_shown, tightness
from anxin.journal.queries import PromiseRow
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.lifecycle import CLAIM
from anxin.journeys.claims.models import (
    Assessment,
    AssessmentLine,
    Claim,
    Decision,
    Party,
    Payment,
    RequiredPaper,
    Survey,
)
from anxin.journeys.claims.queries import ClaimPage
from anxin.journeys.claims.queries.page import AssessmentView, DecisionView, PaperView
from anxin.rulebook import queries as rulebook

ANSWER, AGREE, PAPERS, PAYEE, RATE = "answer", "agree", "papers", "payee", "rate"


@dataclass(frozen=True, slots=True)
class Story:
    eyebrow: str
    headline: tuple[str, ...]
    """One or two lines."""
    plain: tuple[str, ...]
    """The same in the fewest words, for elder mode."""
    happened: str
    following: str
    promise: PromiseRow | None
    person: User | None
    """Whom to ask."""
    primary: str
    """The one thing to do now: answer, agree, papers, payee, rate; empty when nothing waits for the customer."""


def story_of(page: ClaimPage) -> Story:
    primary = primary_of(page)
    headline, plain = _headline(page, primary)
    return Story(
        eyebrow=eyebrow_of(page), headline=headline, plain=plain, happened=_happened(page),
        following=_following(page, primary), promise=promise_of(page), person=person_of(page), primary=primary,
    )  # fmt: skip


def promise_of(page: ClaimPage) -> PromiseRow | None:
    """The tightest promise to the customer that is still to be kept."""
    return min((row for row in page.promises if is_shown(row)), key=tightness, default=None)


def eyebrow_of(page: ClaimPage) -> str:
    """“Motor claim · 苏E·7K38Q”."""
    kind = {Claim.Type.MOTOR: _("Motor claim"), Claim.Type.HOME: _("Home claim")}.get(
        Claim.Type(page.claim.type), _("Claim")
    )
    thing = next((view.vehicle.plate for view in page.policies if view.vehicle and view.vehicle.plate), "")
    thing = thing or next((view.home.address for view in page.policies if view.home), "")
    thing = thing or next((view.product.name for view in page.policies), "")
    return f"{kind} · {thing}" if thing else kind


# -- what waits for the customer -----------------------------------------------------------------------------------


def standing_offer(page: ClaimPage) -> AssessmentView | None:
    """The assessment that waits for the customer's answer."""
    view = page.assessment
    return view if view and view.assessment.state == Assessment.State.ISSUED else None


def offered_lines(page: ClaimPage) -> list[AssessmentLine]:
    view = standing_offer(page)
    return [line for line in view.lines if line.state == AssessmentLine.State.OFFERED] if view else []


def my_papers(page: ClaimPage) -> list[PaperView]:
    """What the customer is still to send, the request itself first."""
    found = [
        view for view in page.papers
        if not view.paper.is_there and view.paper.provider == "customer" and not view.paper.given_with
    ]  # fmt: skip
    return sorted(found, key=lambda view: (not view.paper.is_request, view.paper.pk))


def wants_payee(page: ClaimPage) -> bool:
    asked = [view.paper for view in page.papers if view.paper.given_with == "payee"]
    if asked:
        return not all(paper.is_there for paper in asked)
    return page.case.state in (lifecycle.DECIDED, lifecycle.PAYING) and current_payee(page) is None


def knows_account(page: ClaimPage) -> bool:
    """No account was given for this claim because the customer has one with us."""
    return current_payee(page) is None and any(
        view.paper.given_with == "payee" and view.paper.state == RequiredPaper.State.WAIVED for view in page.papers
    )


def current_payee(page: ClaimPage):  # type: ignore[no-untyped-def]
    """Where the insured's own money goes; None when they have not said."""
    own = {party.pk for party in page.parties if party.kind == Party.Kind.OWN} | {None}
    return next((payee for payee in page.payees if payee.is_current and payee.party_id in own), None)


def may_object(page: ClaimPage) -> bool:
    """There is a decision to object to, and no objection that waits for its answer."""
    return page.decision is not None and page.objection is None and CLAIM.allows(page.case.state, "object")


def may_rate(page: ClaimPage) -> bool:
    if page.case.state not in (lifecycle.CLOSED, lifecycle.REFUSED) or page.objection is not None:
        return False
    ended = page.case.closed_at or page.claim.decided_at
    return not page.ratings or (ended is not None and page.ratings[-1].at < ended)


def waits_for_agreement(page: ClaimPage) -> bool:
    """A decision that does not pay everything: the last ten days begin when the customer agrees."""
    view = page.decision
    return (
        page.case.state == lifecycle.DECIDED and page.claim.agreed_at is None and view is not None and not page.objection
        and view.decision.outcome != Decision.Outcome.REFUSE
    )  # fmt: skip


def primary_of(page: ClaimPage) -> str:
    open_state = page.case.state in lifecycle.OPEN_STATES and page.case.state != lifecycle.REFUSED
    if offered_lines(page):
        return ANSWER
    if waits_for_agreement(page):
        return AGREE
    if open_state and my_papers(page):
        return PAPERS
    if open_state and wants_payee(page):
        return PAYEE
    return RATE if may_rate(page) else ""


# -- in words ------------------------------------------------------------------------------------------------------


def _headline(page: ClaimPage, primary: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    state = page.case.state
    if page.objection is not None:
        words = (_("You see it differently:"), _("someone else is looking again"))
        return words, words
    many = len(my_papers(page))
    if primary == ANSWER:
        first = (
            _("The money for the repair is worked out,")
            if page.claim.type == Claim.Type.MOTOR
            else _("Your loss is worked out,")
        )
        return (_("Your loss assessment is ready:"), _("please look at each item")), (first, _("please have a look"))
    papers = ngettext("please send us %(many)d paper", "please send us %(many)d papers", many) % {"many": many}
    if state in (lifecycle.NOTIFIED, lifecycle.OPENED) and primary == PAPERS:
        if _returned(page):
            return (_("One paper cannot be used:"), _("please send it again")), (_("Please send one paper again"),)
        if page.claim.supplement_open:
            return (_("Something is still missing:"), papers), (_("Something is missing:"), papers)
        first = _("We have your report;") if state == lifecycle.NOTIFIED else _("We are looking into your loss;")
        return (first, papers), (first, papers)
    if primary == PAPERS and (page.claim.supplement_open or _returned(page)):
        return (_("Something is still missing:"), papers), (_("Something is missing:"), papers)
    lines = {
        lifecycle.NOTIFIED: (_("We have your report"), _("and are on it")),
        lifecycle.OPENED: (_("We are looking into your loss;"), _("nothing waits for you")),
        lifecycle.REVIEWING: (_("Someone else is looking again"), _("at what you disagreed with")),
        lifecycle.ADJUDICATING: (_("We are deciding on your claim;"), _("nothing waits for you")),
        lifecycle.APPROVING: (_("The decision is prepared"), _("and waits for a signature")),
        lifecycle.DECIDED: (_("We have decided on your claim;"), _("the money comes next")),
        lifecycle.PAYING: (_("The money is on its way"),),
        lifecycle.PAID: (_("Everything is paid"),),
        lifecycle.REFUSED: (_("We cannot pay this claim;"), _("here is why")),
        lifecycle.CLOSED: (_("This claim is settled"),),
        lifecycle.WITHDRAWN: (_("You withdrew this claim"),),
    }[state]
    if primary == AGREE:
        lines = (_("We have decided on your claim:"), _("please say whether you agree"))
    elif state == lifecycle.REVIEWING:
        return lines, (_("Someone else is working it out"), _("anew for you"))
    elif state == lifecycle.CLOSED and page.decision and page.decision.decision.outcome == Decision.Outcome.REFUSE:
        lines = (_("This claim is closed"),)
    elif state == lifecycle.OPENED and primary == PAYEE:
        lines = (_("We are looking into your loss;"), _("where shall we pay to?"))
    return lines, lines


def _returned(page: ClaimPage) -> bool:
    return any(view.paper.state == RequiredPaper.State.RETURNED for view in my_papers(page))


def _happened(page: ClaimPage) -> str:
    claim = page.claim
    where = claim.loss_place.strip()
    account = claim.account.strip() or page.title
    parts = [
        _("%(when)s, %(where)s: %(account)s") % {"when": moment(claim.loss_at), "where": where, "account": account}
        if where
        else _("%(when)s: %(account)s") % {"when": moment(claim.loss_at), "account": account}
    ]
    rescue = sum(
        cost.amount_fen for cost in page.rescue_costs if cost.payment and cost.payment.state == Payment.State.PAID
    )
    if rescue:
        parts.append(_("We have paid the rescue cost of %(amount)s yuan to the hospital.") % {"amount": fen(rescue)})
    advance = _paid(page, Payment.Kind.ADVANCE)
    if advance:
        parts.append(_("We have paid you %(amount)s yuan in advance.") % {"amount": fen(advance)})
    settled = _paid(page, Payment.Kind.SETTLEMENT)
    if settled and page.case.state in (lifecycle.PAID, lifecycle.CLOSED):
        parts.append(_("We have paid %(amount)s yuan.") % {"amount": fen(settled + advance)})
    return joined(*parts)


def _paid(page: ClaimPage, kind: str) -> int:
    return sum(
        item.amount_fen for item in page.payments
        if item.kind == kind and item.state == Payment.State.PAID and item.for_party == "own"
    )  # fmt: skip


def _following(page: ClaimPage, primary: str) -> str:
    state, claim = page.case.state, page.claim
    if page.objection is not None:
        who = page.objection.reviewer
        return (
            _("%(who)s, who had no part in the decision, looks at your objection and answers you here within %(term)s.")
            % {"who": who.display_name, "term": term_of("CS-20")}
            if who
            else _(
                "Someone who had no part in the decision looks at your objection and answers you here within %(term)s."
            )
            % {"term": term_of("CS-20")}
        )
    if primary == ANSWER:
        return _("What you agree to is paid first, within %(paid)s; what you disagree with is looked at again by an assessor who had no part in it, within %(review)s.") % {
            "paid": term_of("CS-08"), "review": term_of("CS-07"),
        }  # fmt: skip
    if state == lifecycle.NOTIFIED:
        return _with_papers(page, _first_call(page), primary)
    if state == lifecycle.OPENED:
        survey = page.planned_survey
        if survey is not None:
            words = _("%(who)s comes to look at the damage on %(when)s.") % {
                "who": survey.surveyor.display_name, "when": moment(survey.at),
            }  # fmt: skip
        elif page.case.department_id == "survey":
            words = _("Our surveyor makes an appointment with you and looks at the damage.")
        else:
            words = _("Our assessor works out your loss item by item and sends it to you here.")
        return _with_papers(page, words, primary)
    if state == lifecycle.REVIEWING:
        words = (
            _("%(who)s, who had no part in the first assessment, decides on each item you disagreed with and tells you here.") % {"who": claim.reviewer.display_name}
            if claim.reviewer
            else _("An assessor who had no part in the first assessment decides on each item you disagreed with and tells you here.")
        )  # fmt: skip
        return _with_papers(page, words, primary)
    if state in (lifecycle.ADJUDICATING, lifecycle.APPROVING):
        words = (
            _("%(who)s decides on the whole claim and tells you the result here, clause by clause.") % {"who": claim.adjudicator.display_name}
            if claim.adjudicator
            else _("We decide on the whole claim and tell you the result here, clause by clause.")
        )  # fmt: skip
        return _with_papers(page, words, primary)
    if state == lifecycle.DECIDED:
        if primary == AGREE:
            return _(
                "If you agree, we pay within %(term)s. If you do not, tell us: someone who had no part in it looks again."
            ) % {"term": term_of("CL-05")}
        return _where_to(page, _("Our finance department pays %(amount)s yuan.") % {"amount": fen(_to_pay(page))})
    if state == lifecycle.PAYING:
        return _where_to(page, _("The bank is transferring %(amount)s yuan.") % {"amount": fen(_under_way(page))})
    if state == lifecycle.PAID:
        return _("We close the case and ask you how it went.")
    if state == lifecycle.REFUSED:
        return _(
            "You can read every reason below. If you see it differently, tell us: someone who had no part in it looks again."
        )
    if state == lifecycle.WITHDRAWN:
        return _("You can ask us to open it again, or report the loss anew.")
    return _("Nothing more to do. If something is still wrong, tell us and we open it again.")


def _first_call(page: ClaimPage) -> str:
    survey = page.planned_survey
    if survey is not None:
        return _("%(who)s comes to look at the damage on %(when)s.") % {
            "who": survey.surveyor.display_name, "when": moment(survey.at),
        }  # fmt: skip
    calls = any(row.rule.id == "CS-01" and row.promise.settled_at is None for row in page.promises)
    person = page.case.person or page.claim.handler
    if calls and person is not None:
        return _("%(who)s calls you back and makes an appointment to look at the damage.") % {
            "who": person.display_name
        }
    if calls:
        return _("We call you back and make an appointment to look at the damage.")
    return _("We open the case and look at the damage.")


def _with_papers(page: ClaimPage, words: str, primary: str) -> str:
    if primary != PAPERS:
        return words
    return joined(words, _("You need not wait for that: you can send the papers below now."))


def _where_to(page: ClaimPage, words: str) -> str:
    payee = current_payee(page)
    if payee is None:
        known = knows_account(page)
        return joined(words, _("To the account we know.") if known else _("Please tell us the account first."))
    return joined(words, _("To the account ending in %(last_four)s.") % {"last_four": payee.last_four})


def _to_pay(page: ClaimPage) -> int:
    view: DecisionView | None = page.decision
    if view is None:
        return 0
    own = view.decision.parts.get("own", view.decision.amount_fen)
    return max(0, int(own) - _paid(page, Payment.Kind.ADVANCE))


def _under_way(page: ClaimPage) -> int:
    moving = (Payment.State.INSTRUCTED, Payment.State.SENT)
    return sum(item.amount_fen for item in page.payments if item.state in moving and item.for_party == "own")


def joined(*sentences: str) -> str:
    """Sentences one after the other: Chinese puts no space between them."""
    return (" " if (get_language() or "").startswith("en") else "").join(sentences)


def term_of(rule_id: str) -> str:
    """“3 working days”, as the rulebook has it in force; a plain word where the rule is switched off."""
    rule = rulebook.rule(rule_id)
    if rule is None or not rule.enabled:
        return _("a few days")
    if rule.unit == "working_days":
        return ngettext("%(n)d working day", "%(n)d working days", rule.amount) % {"n": rule.amount}
    if rule.unit in ("hours", "office_minutes", "minutes"):
        hours = rule.amount if rule.unit == "hours" else -(-rule.amount // 60)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", rule.amount) % {"n": rule.amount}


def person_of(page: ClaimPage) -> User | None:
    """Whom the customer asks: who made the offer, else who holds the case, else who took the report."""
    offer = standing_offer(page)
    if offer is not None:
        return offer.assessment.assessor
    if page.case.state == lifecycle.REVIEWING and page.claim.reviewer is not None:
        return page.claim.reviewer
    if page.case.closed_at is not None:
        return page.claim.handler
    return page.case.person or page.claim.handler


# -- steps ---------------------------------------------------------------------------------------------------------


def surveyed(page: ClaimPage) -> list[Survey]:
    return [view.survey for view in page.surveys if view.survey.state == Survey.State.DONE]

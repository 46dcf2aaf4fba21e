"""A case's history in words: who did what, with the amounts, papers and people the event refers to.

Events keep references and codes; names come from the page that was read anyway, so nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anxin.access.formats import fen, moment
from anxin.access.models import spoken
from anxin.faces.desk.people import departments, names
from anxin.journal.promises.source import source
from anxin.journeys.claims.actions.closing import (
    COMPLEX_REASONS,
    REOPENING_REASONS,
    RESERVE_REASONS,
    WITHDRAWAL_REASONS,
)
from anxin.journeys.claims.actions.contact import OUTCOMES
from anxin.journeys.claims.actions.parties import BASES
from anxin.journeys.claims.models import Decision, Objection, Party, RequiredPaper
from anxin.journeys.claims.queries.page import ClaimPage
from anxin.registers.customers.masking import mask_name

Facts = dict[str, Any]


def yuan(amount: Any) -> str:
    """An amount in words' company: “8,050.00 yuan”."""
    return _("%(amount)s yuan") % {"amount": fen(int(amount or 0))}


def party_label(party: Party | None) -> str:
    """Who a party is, masked: “Third party's vehicle (Chen *)”."""
    if party is None:
        return str(Party.Kind.OWN.label)
    kind = str(party.get_kind_display())
    who = mask_name(party.name) if party.name and party.kind != Party.Kind.HOSPITAL else party.name
    return f"{kind} {who}".strip()


def paper_title(paper: RequiredPaper) -> str:
    """A listed paper, and whose it is where several are asked for the same."""
    if paper.party is None:
        return paper.title
    return _("%(paper)s (%(party)s)") % {"paper": paper.title, "party": party_label(paper.party)}


def detail_of(activity: str, facts: Facts, page: ClaimPage) -> str:
    """What the event's data add to its title; empty when there is nothing to add."""
    teller = _TELLERS.get(activity)
    return teller(facts, page) if teller else ""


def rule_what(facts: Facts) -> str:
    rules = source().rules(source().current().rules)
    rule_id = str(facts.get("rule", ""))
    return rules[rule_id].what if rule_id in rules else rule_id


# -- by activity -----------------------------------------------------------------------------------------------------


def _amount(facts: Facts, page: ClaimPage) -> str:
    return yuan(facts.get("amount"))


def _reserve(facts: Facts, page: ClaimPage) -> str:
    told = yuan(facts.get("reserve"))
    if facts.get("before"):
        told = _("%(before)s → %(after)s") % {"before": fen(facts["before"]), "after": told}
    why = RESERVE_REASONS.get(str(facts.get("reason", "")))
    return f"{told} · {why}" if why else told


def _papers(facts: Facts, page: ClaimPage) -> str:
    keys = facts.get("papers") or ([facts["paper"]] if facts.get("paper") else [])
    titles = [_paper(str(key), page) for key in keys]
    if len(titles) > 6:
        return ngettext("%(number)d paper", "%(number)d papers", len(titles)) % {"number": len(titles)}
    return _(", ").join(titles)


def _paper(key: str, page: ClaimPage) -> str:
    found = next((view.paper for view in page.papers if view.paper.key == key), None)
    return paper_title(found) if found else key


def _party(facts: Facts, page: ClaimPage) -> str:
    return party_label(_find_party(str(facts.get("party", "")), page)) if facts.get("party") else ""


def _find_party(code: str, page: ClaimPage) -> Party | None:
    return next((party for party in page.parties if party.code == code), None)


def _payee(facts: Facts, page: ClaimPage) -> str:
    return f"{_party(facts, page)} · **** {facts.get('last_four', '')}"


def _contact(facts: Facts, page: ClaimPage) -> str:
    return str(OUTCOMES.get(str(facts.get("outcome", "")), ""))


def _liability(facts: Facts, page: ClaimPage) -> str:
    share = int(facts.get("permille", 0))
    told = f"{share // 10}%" if share % 10 == 0 else f"{share / 10:.1f}%"
    basis = BASES.get(str(facts.get("basis", "")))
    return f"{told} · {basis}" if basis else told


def _appointment(facts: Facts, page: ClaimPage) -> str:
    at = parse_datetime(str(facts.get("at", "")))
    return " · ".join(
        part for part in (moment(at) if at else "", names().get(int(facts.get("surveyor") or 0), "")) if part
    )


def _surveyed(facts: Facts, page: ClaimPage) -> str:
    return _("%(items)d items, %(photos)d photos") % {
        "items": facts.get("items", 0), "photos": facts.get("photos", 0),
    }  # fmt: skip


def _photos(facts: Facts, page: ClaimPage) -> str:
    many = len(facts.get("files") or ())
    return ngettext("%(number)d photo", "%(number)d photos", many) % {"number": many}


def _assessment(facts: Facts, page: ClaimPage) -> str:
    many = int(facts.get("lines") or 0)
    told = ngettext("%(number)d item", "%(number)d items", many) % {"number": many}
    return f"{told} · {yuan(facts.get('amount'))}" if many else yuan(facts.get("amount"))


def _answered(facts: Facts, page: ClaimPage) -> str:
    return _("%(accepted)d agreed (%(sum)s), %(disputed)d disputed (%(rest)s)") % {
        "accepted": facts.get("accepted", 0), "sum": fen(facts.get("accepted_fen", 0)),
        "disputed": facts.get("disputed", 0), "rest": fen(facts.get("disputed_fen", 0)),
    }  # fmt: skip


def _line(facts: Facts, page: ClaimPage) -> str:
    found = next(
        (line for view in page.assessments for line in view.lines if line.public_id == facts.get("line")), None
    )
    return found.name if found else ""


def _disputed(facts: Facts, page: ClaimPage) -> str:
    told = f"{_line(facts, page)} {fen(facts.get('amount', 0))}"
    if facts.get("quote"):
        told += " · " + _("the customer's quote %(amount)s") % {"amount": fen(facts["quote"])}
    reviewer = names().get(int(facts.get("reviewer") or 0), "")
    return told + (" · " + _("reviewed by %(name)s") % {"name": reviewer} if reviewer else "")


def _reviewed(facts: Facts, page: ClaimPage) -> str:
    return f"{_line(facts, page)} {fen(facts.get('before', 0))} → {fen(facts.get('amount', 0))}"


def _reviewer(facts: Facts, page: ClaimPage) -> str:
    return f"{_line(facts, page)} · {names().get(int(facts.get('reviewer') or 0), '')}"


def _objection(facts: Facts, page: ClaimPage) -> str:
    """Who looks at it; how it was answered."""
    outcome = str(facts.get("outcome", ""))
    if outcome in Objection.Outcome.values:
        return str(Objection.Outcome(outcome).label)
    return names().get(int(facts.get("reviewer") or 0), "")


def _decision(facts: Facts, page: ClaimPage) -> str:
    outcome = str(facts.get("outcome", ""))
    label = str(Decision.Outcome(outcome).label) if outcome in Decision.Outcome.values else ""
    parts = [label, yuan(facts["amount"]) if "amount" in facts and outcome != Decision.Outcome.REFUSE else ""]
    if facts.get("level"):
        parts.append(_("authority level %(level)d") % {"level": facts["level"]})
    return " · ".join(part for part in parts if part)


def _calculated(facts: Facts, page: ClaimPage) -> str:
    return _("%(amount)s, of which %(paid)s is paid already; to pay: %(rest)s") % {
        "amount": fen(facts.get("amount", 0)), "paid": fen(facts.get("paid", 0)), "rest": fen(facts.get("to_pay", 0)),
    }  # fmt: skip


def _payment(facts: Facts, page: ClaimPage) -> str:
    found = next((item for item in page.payments if item.public_id == facts.get("payment")), None)
    if found is None:
        return yuan(facts.get("amount"))
    told = f"{found.get_kind_display()} · {yuan(found.amount_fen)} · {party_label(_find_party(found.for_party, page))}"
    return f"{told} · {found.failure}" if found.failure else told


def _handed_over(facts: Facts, page: ClaimPage) -> str:
    here, known = departments(), names()
    before = " ".join(
        part
        for part in (_department(here, facts.get("from")), known.get(int(facts.get("from_person") or 0), ""))
        if part
    )
    after = " ".join(
        part for part in (_department(here, facts.get("to")), known.get(int(facts.get("to_person") or 0), "")) if part
    )
    return f"{before} → {after}" if before else f"→ {after}"


def _department(here: dict[str, Any], code: Any) -> str:
    row = here.get(str(code or ""))
    return spoken(row.name_zh, row.name_en) if row else ""


def _promise(facts: Facts, page: ClaimPage) -> str:
    return rule_what(facts)


def _reason(words: dict[str, Any]) -> Callable[[Facts, ClaimPage], str]:
    return lambda facts, page: str(words.get(str(facts.get("reason", "")), ""))


def _closed(facts: Facts, page: ClaimPage) -> str:
    return yuan(facts.get("paid"))


_TELLERS: dict[str, Callable[[Facts, ClaimPage], str]] = {
    "claims.opened": _reserve, "claims.reserve_set": _reserve, "claims.papers_listed": _papers,
    "claims.paper_received": _papers, "claims.paper_accepted": _papers, "claims.paper_returned": _papers,
    "claims.paper_waived": _papers, "claims.supplement_noticed": _papers,
    "claims.supplement_notice_arrived": _party, "claims.supplement_received": _party, "claims.photos_added": _photos,
    "claims.party_added": _party, "claims.party_changed": _party, "claims.payee_set": _payee,
    "claims.contacted": _contact, "claims.contact_tried": _contact, "claims.liability_set": _liability,
    "claims.survey_scheduled": _appointment, "claims.surveyed": _surveyed,
    "claims.assessment_issued": _assessment, "claims.losses_established": _assessment,
    "claims.assessment_answered": _answered, "claims.line_disputed": _disputed, "claims.line_reviewed": _reviewed,
    "claims.reviewer_chosen": _reviewer, "claims.undisputed_fixed": _amount,
    "claims.rescue_cost_notified": _amount, "claims.rescue_cost_paid": _amount,
    "claims.advance_proposed": _decision, "claims.advance_approved": _decision, "claims.advance_paid": _amount,
    "claims.decision_drafted": _amount, "claims.decision_proposed": _decision, "claims.decision_approved": _decision,
    "claims.decided": _decision, "claims.calculated": _calculated, "claims.agreement_reached": _amount,
    "claims.payment_instructed": _payment, "claims.payment_confirmed": _payment, "claims.payment_failed": _payment,
    "claims.fully_paid": _amount, "claims.closed": _closed, "claims.withdrawn": _reason(WITHDRAWAL_REASONS),
    "claims.reopened": _reason(REOPENING_REASONS), "claims.declared_complex": _reason(COMPLEX_REASONS),
    "claims.objected": _objection, "claims.objection_answered": _objection,
    "claims.late_liability_recorded": _promise, "case.handed_over": _handed_over, "promise.near": _promise,
    "promise.escalated": _promise, "promise.broken": _promise, "promise.extended": _promise,
    "promise.redated": _promise, "promise.voided": _promise, "promise.handed_over": _promise,
}  # fmt: skip

"""The claims process as the simulation sees it: stages with their words, and the promises that can be held against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anxin.engines.dispatch import Limit, Plan
from anxin.rulebook import queries as rulebook

STAGE_WORDS: Final = {
    "contact": _("First call back"), "survey": _("Survey of the damage"), "desk_check": _("Check at the desk"),
    "opening": _("Opening the case"), "papers": _("Customer sends papers"), "paper_check": _("Check of the papers"),
    "cover": _("Confirming the cover"), "assessment": _("Loss assessment"), "answer": _("Customer answers the assessment"),
    "review": _("Second assessment"), "decision": _("Decision on the claim"), "approval": _("Approval of the decision"),
    "refusal": _("Refusal in writing"), "payment": _("Instructing the payment"), "bank": _("The bank pays"),
    "closing": _("Closing"),
}  # fmt: skip

_OF: Final[dict[str | tuple[str, str], str]] = {
    "claims.contacted": "contact", "claims.survey_scheduled": "survey", "claims.surveyed": "survey",
    "claims.survey_waived": "desk_check", ("claims.opened", "survey"): "opening", "claims.opened": "desk_check",
    "claims.paper_received": "papers", "claims.supplement_received": "papers", "claims.paper_accepted": "paper_check",
    "claims.paper_returned": "paper_check", "claims.supplement_noticed": "paper_check", "claims.cover_confirmed": "cover",
    "claims.assessment_issued": "assessment", "claims.assessment_answered": "answer", "claims.line_disputed": "answer",
    "claims.line_reviewed": "review", "claims.decision_proposed": "decision", "claims.decision_returned": "decision",
    "claims.decided": "decision", "claims.refused": "decision", "claims.decision_approved": "approval",
    "claims.refusal_notice_sent": "refusal", "claims.payment_instructed": "payment", "claims.payment_confirmed": "bank",
    "claims.fully_paid": "bank", "claims.closed": "closing", "claims.withdrawn": "closing",
}  # fmt: skip

# Which stages the clock of a promise runs through.
_SPANS: Final = {
    "CS-01": ("contact",), "CS-03": ("contact", "survey"), "CS-04": ("contact", "survey", "desk_check", "opening"),
    "CS-06": ("papers", "paper_check", "cover", "assessment"), "CS-07": ("review",), "CS-09": ("decision",),
    "CS-12": ("payment",), "CS-14": ("closing",),
}  # fmt: skip
WHOLE: Final = "whole"


def plan() -> Plan:
    """How the lake's claims are read as a service process. The lane: a claim that is surveyed goes the full way."""
    return Plan(
        _OF, kinds=("type",), lane=("survey",), place="branch", amount="paid", finished=("closed", "yes"),
        zone=timezone.get_default_timezone(), is_working_day=rulebook.calendar().is_working_day,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    code: str
    limit: Limit
    what: str


def promises(whole_days: int) -> list[Promise]:
    """The whole claim within some days, and the rulebook's standards in force whose clock runs through stages of ours."""
    found = [Promise(WHOLE, Limit(WHOLE, 24.0 * whole_days), "")]
    _edition, rules = rulebook.rule_set()
    for code, stages in _SPANS.items():
        if code not in rules:
            continue
        rule = rules[code]
        if not rule.enabled or rule.unit not in ("hours", "calendar_days", "working_days"):
            continue
        hours = float(rule.amount) if rule.unit == "hours" else 24.0 * rule.amount
        found.append(Promise(code, Limit(code, hours, stages, office=rule.unit == "working_days"), rule.what))
    return found

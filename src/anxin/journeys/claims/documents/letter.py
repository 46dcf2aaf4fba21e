"""The decision letter and the refusal notice as PDFs, in Chinese or English, set with typst (about 17 ms a page)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from anxin.access.models import spoken
from anxin.engines.typesetting import pdf
from anxin.journeys.claims.calculation import OWN
from anxin.journeys.claims.models import Claim, Decision, DecisionLine, Party
from anxin.messages.templates import yuan
from anxin.registers.customers.masking import mask_name
from anxin.registers.products.terms import article_in_english

_SHORT = {"motor_compulsory": ("交强险", "Compulsory,"), "motor_commercial": ("商业险", "Commercial,")}
_TEMPLATE = Path(__file__).with_name("letter.typ")


def decision_letter(claim: Claim, decision: Decision, *, whole_names: bool, language: str, now: datetime) -> bytes:
    """What was decided and how the amount came about, clause by clause.

    `whole_names`: the customer reads their own name in full; everyone else gets it masked. The caller has made sure that
    the reader may see the claim.
    """
    with override(language):
        data = _data(claim, decision, whole_names=whole_names, now=now)
        data |= {"title": _("Decision on your claim"), "reasons": [], **_paid(claim, decision)}
        return _set(data, now)


def refusal_notice(claim: Claim, decision: Decision, *, whole_names: bool, language: str, now: datetime) -> bytes:
    """A refusal with every reason, the clause's whole text and what it rests on (Insurance Law art. 24)."""
    with override(language):
        data = _data(claim, decision, whole_names=whole_names, now=now)
        data |= {
            "title": _("Notice of refusal"),
            "opening": [
                _("We looked into your claim and decided that this loss is not covered. These are our reasons."),
            ],
            "reasons": [_reason(reason) for reason in decision.reasons],
            "lines": [], "parts": [], "total": "",
        }  # fmt: skip
        return _set(data, now)


def _set(data: dict[str, Any], now: datetime) -> bytes:
    return pdf(_TEMPLATE, data, timestamp=int(now.timestamp()))


def _data(claim: Claim, decision: Decision, *, whole_names: bool, now: datetime) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    case, customer = claim.case, claim.customer
    name = customer.spoken_name if whole_names else customer.masked_name
    policies = [cover.policy for cover in claim.covers.select_related("policy__product")]
    loss_on = timezone.localtime(claim.loss_at)
    return {
        "lang": "en" if english else "zh",
        "region": "us" if english else "cn",
        "insurer": settings.INSURER_NAME_EN if english else settings.INSURER_NAME_ZH,
        "branch": str(case.branch),
        "footer": _("Customer service %(phone)s") % {"phone": settings.INSURER_PHONE},
        "number": f"{case.branch.short} {case.number}",
        "greeting": _("Dear %(name)s,") % {"name": name},
        "facts": [
            [_("The claim"), spoken(case.title_zh, case.title_en)],
            [_("Time and place"), f"{loss_on:%Y-%m-%d %H:%M}  {claim.loss_place}".strip()],
            [_("Policies"), _(", ").join(f"{policy.number} {policy.product.name}" for policy in policies)],
            [_("Decided on"), f"{timezone.localtime(decision.approved_at or decision.made_at):%Y-%m-%d %H:%M}"],
        ],
        "labels": {
            "reasons": _("Reasons"),
            "lines": _("How the amount came about"),
            "columns": [_("Clause"), _("What we looked at"), _("What it rests on"), _("Finding"), _("Amount (yuan)")],
            "total": _("Total"),
            "parts": _("Whose it is"),
            "note": _("In plain words"),
            "objection": _("If you disagree"),
        },
        "note": decision.note,
        "objection": _objection(),
        "date": timezone.localtime(now).strftime("%Y-%m-%d"),
    }


def _paid(claim: Claim, decision: Decision) -> dict[str, Any]:
    parties = {party.code: party for party in Party.objects.filter(claim=claim)}
    return {
        "opening": [
            _("We have decided to pay %(amount)s yuan for your claim.") % {"amount": yuan(decision.amount_fen)},
        ],
        "lines": [
            [
                _cited(line), line.question, line.basis, str(line.get_verdict_display()),
                "" if line.amount_fen is None else yuan(line.amount_fen),
            ]
            for line in decision.lines.select_related("policy__product")
        ],
        "total": yuan(decision.amount_fen),
        "parts": [[_whose(parties.get(code)), yuan(fen)] for code, fen in decision.parts.items()],
    }  # fmt: skip


def _cited(line: DecisionLine) -> str:
    """交强险 第七条: with the policy it is a clause of, where a claim is made under two."""
    product = line.policy.product if line.policy else None
    short = _SHORT.get(product.line, ("", "")) if product else ("", "")
    return f"{spoken(*short)} {spoken(line.clause, article_in_english(line.clause))}".strip()


def _whose(party: Party | None) -> str:
    """A party by its kind; the customer's letter names no third party in full."""
    if party is None or party.code == OWN:
        return _("You (the insured)")
    return f"{party.get_kind_display()} {mask_name(party.name) if party.name else party.code}"


def _reason(reason: dict[str, str]) -> dict[str, str]:
    title = spoken(reason["title_zh"], reason["title_en"])
    basis = spoken(reason["basis_zh"], reason["basis_en"])
    clause = spoken(reason["clause"], article_in_english(reason["clause"]))
    return {
        "title": f"{clause} {title}".strip(),
        "text": spoken(reason["text_zh"], reason["text_en"]),
        "basis": _("This rests on: %(basis)s") % {"basis": basis} if basis else "",
    }


def _objection() -> list[str]:
    return [
        _("Tell us on “My claims” or at %(phone)s; someone who had no part in this decision will look at it again.")
        % {"phone": settings.INSURER_PHONE},
        _("You may also turn to the insurance dispute mediation, complain to the regulator (12378), or go to court."),
    ]

"""A policy as a PDF, in Chinese or English, set with typst (about 17 ms a page)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from anxin.access.actors import Actor
from anxin.engines.typesetting import pdf
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Home, Policy, Vehicle
from anxin.registers.policies.queries import coverage_terms, standing_on

_TEMPLATE = Path(__file__).with_name("document.typ")


def policy_pdf(policy: Policy, *, language: str, actor: Actor, now: datetime) -> bytes:
    """The policy as of today in `language` ("zh-hans" or "en"): parties, object, coverages, endorsements, terms.

    The caller has made sure that `actor` may see the policy. Customers read their own name and number whole; everyone
    else's, and everything for staff, is masked: a download is not a way around `reveal`.
    """
    with override(language):
        data = _data(policy, actor=actor, today=timezone.localdate(now))
    return pdf(_TEMPLATE, data, timestamp=int(now.timestamp()))


def _data(policy: Policy, *, actor: Actor, today: date) -> dict[str, Any]:
    english = policy_language() == "en"
    product = policy.product
    terms = coverage_terms(policy, today)
    clauses = [{"number": item.spoken_number, "title": item.title, "text": item.text} for item in product.clauses.all()]
    return {
        "lang": "en" if english else "zh",
        "region": "us" if english else "cn",
        "insurer": settings.INSURER_NAME_EN if english else settings.INSURER_NAME_ZH,
        "footer": _("Customer service %(phone)s") % {"phone": settings.INSURER_PHONE},
        "title": _("Insurance policy"),
        "number": policy.number,
        "product": product.name,
        "version": _("Terms version %(version)s") % {"version": product.version},
        "labels": {
            "particulars": _("Particulars"),
            "coverages": _("What is insured, and up to how much"),
            "coverage": _("Coverage"),
            "limit": _("Limit"),
            "deductible": _("Deductible"),
            "endorsements": _("Endorsements"),
            "terms": _("In plain words"),
            "clauses": _("Terms"),
        },
        "particulars": _particulars(policy, actor, today),
        "objects": [_vehicle(item, actor) for item in policy.vehicles.all()]
        + [_home(item) for item in policy.homes.all()],
        "coverages": [
            [
                item.name,
                _money(item.limit_fen) if item.limit_fen is not None else _("up to the loss"),
                _deductible(item),
            ]
            for item in terms
        ],
        "endorsements": [
            [item.number, _day(item.effective_on), item.text or item.get_kind_display()]
            for item in policy.endorsements.all()
        ],
        "terms": product.terms,
        "clauses": clauses,
    }


def policy_language() -> str:
    from django.utils.translation import get_language

    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def _particulars(policy: Policy, actor: Actor, today: date) -> list[list[str]]:
    holder = policy.policyholder
    insured = [item for item in policy.insured.all() if item.role == "insured"]
    beneficiaries = [item for item in policy.insured.all() if item.role == "beneficiary"]
    rows = [
        [_("Policyholder"), _name(holder, actor)],
        [_("Document number"), _number(holder, actor)],
        [_("Insured"), _list(_name(item.customer, actor) for item in insured) or _name(holder, actor)],
        [_("Term"), _term(policy)],
        [_("Premium"), _money(policy.premium_fen)],
        [_("Sum insured"), _money(policy.sum_insured_fen) if policy.sum_insured_fen else "—"],
        [_("Branch"), str(policy.branch)],
        [_("Sold by"), policy.seller_name or str(policy.get_channel_display())],
        [_("Issued"), _day(timezone.localdate(policy.issued_at))],
        [_("Standing"), standing_text(standing_on(policy, today))],
    ]
    if beneficiaries:
        rows.append([_("Beneficiaries"), _list(_share(item, actor) for item in beneficiaries)])
    if len(rows) % 2:
        rows.append(["", ""])
    return rows


def standing_text(standing: str) -> str:
    """What `queries.standing_on` says, in the reader's language."""
    words = {"not_begun": _("Not begun"), "in_force": _("In force"), "expired": _("Expired")}
    return words.get(standing) or str(Policy.Status(standing).label)


def _name(customer: Customer, actor: Actor) -> str:
    return customer.spoken_name if _own(customer, actor) else customer.masked_name


def _number(customer: Customer, actor: Actor) -> str:
    return (customer.id_number if _own(customer, actor) else customer.masked_id_number) or "—"


def _own(customer: Customer, actor: Actor) -> bool:
    return actor.is_customer and actor.customer_public_id == customer.public_id


def _share(item: Any, actor: Actor) -> str:
    name = _name(item.customer, actor)
    return f"{name} {item.share_permille / 10:g} %" if item.share_permille else name


def _list(words: Any) -> str:
    return (", " if policy_language() == "en" else "、").join(words)


def _vehicle(vehicle: Vehicle, actor: Actor) -> dict[str, Any]:
    whole = actor.is_customer
    registered = _day(vehicle.first_registered_on) if vehicle.first_registered_on else "—"
    return {
        "title": _("Insured vehicle"),
        "rows": [
            [_("Number plate"), (vehicle.plate if whole else vehicle.masked_plate) or "—"],
            [_("VIN"), vehicle.vin if whole else vehicle.masked_vin],
            [_("Make and model"), vehicle.make_and_model],
            [_("Use"), str(vehicle.get_use_display())],
            [_("First registered"), registered],
            [_("Value"), _money(vehicle.value_fen) if vehicle.value_fen else "—"],
        ],
    }


def _home(home: Home) -> dict[str, Any]:
    return {
        "title": _("Insured home"),
        "rows": [
            [_("Address"), home.address],
            [_("Structure"), str(home.get_structure_display())],
            [_("Area"), f"{home.area_m2.normalize():f} m²" if home.area_m2 is not None else "—"],
            [_("Value"), _money(home.value_fen) if home.value_fen else "—"],
        ],
    }


def _term(policy: Policy) -> str:
    if policy.ends_on is None:
        return _("from %(start)s 00:00, for life") % {"start": _day(policy.starts_on)}
    return _("%(start)s 00:00 to %(end)s 24:00") % {"start": _day(policy.starts_on), "end": _day(policy.ends_on)}


def _deductible(item: Any) -> str:
    if item.deductible_fen and item.deductible_permille:
        return _("%(fen)s or %(rate)s %% of the loss, the larger") % {
            "fen": _money(item.deductible_fen), "rate": f"{item.deductible_permille / 10:g}",
        }  # fmt: skip
    if item.deductible_permille:
        return _("%(rate)s %% of the loss") % {"rate": f"{item.deductible_permille / 10:g}"}
    return _money(item.deductible_fen) if item.deductible_fen else _("none")


def _money(fen: int) -> str:
    """12345678 → ¥123,456.78, computed in integers."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def _day(day: date) -> str:
    return day.isoformat()

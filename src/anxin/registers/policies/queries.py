"""Reads of the policy register: terms as of a day, and search across the registers.

Lists begin with `Policy.objects.visible_to(actor)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from anxin.access.actors import Actor
from anxin.access.models import spoken
from anxin.registers.customers.identity import compact
from anxin.registers.customers.masking import plate_key
from anxin.registers.customers.models import Customer
from anxin.registers.customers.queries import search_condition
from anxin.registers.policies.models import Insured, Policy, PolicyQuerySet, Vehicle
from anxin.registers.products.models import Clause
from anxin.registers.products.terms import article_in_english


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A clause as a decision cites it."""

    number: str
    code: str
    kind: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)

    @property
    def text(self) -> str:
        return spoken(self.text_zh, self.text_en)

    @property
    def spoken_number(self) -> str:
        return spoken(self.number, article_in_english(self.number))


@dataclass(frozen=True, slots=True)
class CoverageInForce:
    """One coverage of a policy as it stood on a day. `limit_fen` None: no limit but the loss.

    Of the deductible in fen and the rate (permille of the loss) the larger applies. `clauses` are those of this coverage
    and those that hold for all, in the order of the terms.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    limit_fen: int | None
    deductible_fen: int
    deductible_permille: int
    clauses: tuple[CitedClause, ...]

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    def clause(self, code: str) -> CitedClause | None:
        return next((item for item in self.clauses if item.code == code), None)


def with_terms(policies: PolicyQuerySet) -> PolicyQuerySet:
    """All that `coverage_terms`, `is_in_force` and a policy page read, in a fixed number of queries."""
    return policies.select_related("product", "branch", "policyholder", "seller").prefetch_related(
        "product__coverages", "product__clauses", "coverages", "endorsements", "suspensions", "vehicles", "homes",
        "insured__customer",
    )  # fmt: skip


def is_in_force(policy: Policy, on: date) -> bool:
    """Whether the policy covers the day `on` (insurer's zone); the same rule as `in_force_on`."""
    if on < policy.starts_on or (policy.ends_on is not None and on > policy.ends_on):
        return False
    if policy.terminated_on is not None and on >= policy.terminated_on:
        return False
    return not any(
        stop.from_on <= on and (stop.until_on is None or on <= stop.until_on) for stop in policy.suspensions.all()
    )


def standing_on(policy: Policy, on: date) -> str:
    """One word for lists: not_begun, in_force, suspended, expired, or how it ended (a `Policy.Status`)."""
    if on < policy.starts_on:
        return "not_begun"
    if policy.terminated_on is not None and on >= policy.terminated_on:
        return policy.status
    if policy.ends_on is not None and on > policy.ends_on:
        return "expired"
    return "in_force" if is_in_force(policy, on) else "suspended"


def coverage_terms(policy: Policy, on_date: date) -> list[CoverageInForce]:
    """The coverages of the policy with limits and deductibles as of `on_date`, in the order of the product.

    Says nothing on whether the policy was in force then: ask `is_in_force`.
    """
    terms: dict[str, dict[str, Any]] = {}
    by_id = {coverage.pk: coverage for coverage in policy.product.coverages.all()}
    for row in policy.coverages.all():
        terms[by_id[row.coverage_id].code] = {
            "limit_fen": row.limit_fen,
            "deductible_fen": row.deductible_fen,
            "deductible_permille": row.deductible_permille,
        }
    # Rows hold today's terms: what came into effect after the day is undone, the latest first.
    for endorsement in sorted(policy.endorsements.all(), key=lambda item: item.serial, reverse=True):
        if endorsement.effective_on <= on_date:
            break  # effective days never go back from one endorsement to the next (`actions._endorse`)
        for code, change in endorsement.changes.get("coverages", {}).items():
            if change["from"] is None:
                terms.pop(code, None)
            else:
                terms[code] = change["from"]
    clauses = list(policy.product.clauses.all())
    return [
        CoverageInForce(
            code=coverage.code, kind=coverage.kind, name_zh=coverage.name_zh, name_en=coverage.name_en,
            clauses=tuple(_cited(item) for item in clauses if item.coverage_id in {None, coverage.pk}),
            **terms[coverage.code],
        )
        for coverage in by_id.values()
        if coverage.code in terms
    ]  # fmt: skip


def _cited(clause: Clause) -> CitedClause:
    return CitedClause(
        number=clause.number, code=clause.code, kind=clause.kind, title_zh=clause.title_zh, title_en=clause.title_en,
        text_zh=clause.text_zh, text_en=clause.text_en,
    )  # fmt: skip


def policies_of(customer: Customer) -> PolicyQuerySet:
    """Policies the customer holds or is insured under."""
    return Policy.objects.filter(
        Q(policyholder=customer) | Q(pk__in=Insured.objects.filter(customer=customer).values("policy_id"))
    )


def number_key(number: str) -> str:
    """A policy number as it is compared: PDAA 2024-3205-018846 → PDAA20243205018846."""
    return re.sub(r"[^0-9A-Z\u3400-\u9fff]", "", compact(number))


def search_condition_for_policies(text: str) -> Q | None:
    """Policies by number (whole or its last six and more digits), plate (whole or its beginning) or VIN."""
    key = number_key(text)
    if len(key) < 4:
        return None
    plate = plate_key(compact(text))
    if re.fullmatch(r"[\u4e00-\u9fff][A-Z][0-9A-Z]{1,7}[\u4e00-\u9fff]?", plate):
        return Q(pk__in=Vehicle.objects.filter(**_beginning(plate)).values("policy_id"))
    if re.fullmatch(r"[0-9A-Z]{17}", key):
        return Q(number_key=key) | Q(pk__in=Vehicle.objects.filter(vin=key).values("policy_id"))
    condition = Q(number_key=key)
    if re.fullmatch(r"\d{6,12}", key):
        condition |= Q(number_key__endswith=key)
    return condition


def _beginning(plate: str) -> dict[str, str]:
    """SQLite's LIKE finds nothing by an index; a range in its byte order does. PostgreSQL has an index for LIKE."""
    if connection.vendor == "sqlite":
        return {"plate_key__gte": plate, "plate_key__lt": f"{plate}\U0010ffff"}
    return {"plate_key__startswith": plate}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search turned up, at most `limit` of each; `more` says that some were left out."""

    customers: tuple[Customer, ...]
    policies: tuple[Policy, ...]
    more: bool


def search_everything(text: str, actor: Actor, *, limit: int = 20) -> Found:
    """Customers and policies `text` may mean: policy number, plate, VIN, name, phone, last four digits, id number.

    Policies of the customers found are among the policies. Five queries or fewer.
    """
    customers: list[Customer] = []
    asked = search_condition(text)
    plate_or_number = search_condition_for_policies(text)
    if asked is not None:
        customers = list(Customer.objects.visible_to(actor).filter(asked).select_related("branch")[: limit + 1])
    policies = _policies(actor, plate_or_number, limit)
    if customers and len(policies) <= limit:
        ids = [customer.pk for customer in customers[:limit]]
        theirs = Q(policyholder_id__in=ids) | Q(pk__in=Insured.objects.filter(customer_id__in=ids).values("policy_id"))
        known = {policy.pk for policy in policies}
        policies += [policy for policy in _policies(actor, theirs, limit) if policy.pk not in known]
    return Found(tuple(customers[:limit]), tuple(policies[:limit]), len(customers) > limit or len(policies) > limit)


def _policies(actor: Actor, condition: Q | None, limit: int) -> list[Policy]:
    if condition is None:
        return []
    rows = Policy.objects.visible_to(actor).filter(condition)
    return list(
        rows.select_related("product", "branch", "policyholder").prefetch_related("vehicles", "suspensions")[
            : limit + 1
        ]
    )

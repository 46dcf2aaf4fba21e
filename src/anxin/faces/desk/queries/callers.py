"""Who is calling: customers by what they can say of themselves, with their policies and open claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from anxin.access.actors import Actor
from anxin.journal.models import Case
from anxin.journeys.claims.models import Claim
from anxin.registers.customers.identity import compact
from anxin.registers.customers.masking import mask_address, plate_key
from anxin.registers.customers.models import Customer
from anxin.registers.customers.queries import primary_contact, search_condition
from anxin.registers.policies.models import Insured, Policy, Vehicle
from anxin.registers.policies.queries import standing_on

MOST = 20


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    policy: Policy
    standing: str
    """in_force, not_begun, expired, suspended, or how it ended."""
    about: str
    """The plate or premises, masked."""


@dataclass(frozen=True, slots=True)
class Caller:
    customer: Customer
    mobile: str
    policies: list[PolicyChoice]
    open_claims: list[Case]


def callers(actor: Actor, text: str, *, on: date) -> list[Caller]:
    """At most 20 customers, by phone, name, identity number, number plate or policy number. Eight queries."""
    plain = compact(text)
    policies = Policy.objects.visible_to(actor)
    holders = Q()
    condition = search_condition(text)
    if condition is not None:
        holders |= condition
    key = plate_key(text)
    if 6 <= len(key) <= 8 and re.search(r"[^\x00-\x7f]", key[:1]):
        holders |= Q(policies__in=policies.filter(vehicles__plate_key=key))
    if len(plain) >= 5:
        holders |= Q(policies__in=policies.filter(number_key=plain))
    if not holders:
        return []
    found = list(
        Customer.objects.visible_to(actor)
        .filter(holders)
        .select_related("branch")
        .prefetch_related("contacts")
        .distinct()[:MOST]
    )
    choices = _policies([row.pk for row in found], actor, on)
    claims: dict[int, list[Case]] = {}
    for claim in (
        Claim.objects.visible_to(actor)
        .filter(customer__in=found, case__closed_at=None)
        .select_related("case__branch")
        .order_by("-pk")
    ):
        claims.setdefault(claim.customer_id, []).append(claim.case)
    return [Caller(row, _mobile(row), choices.get(row.pk, []), claims.get(row.pk, [])) for row in found]


def policies_of(customer: Customer, actor: Actor, *, on: date) -> list[PolicyChoice]:
    return _policies([customer.pk], actor, on).get(customer.pk, [])


def _mobile(customer: Customer) -> str:
    point = primary_contact(customer, "mobile")
    return point.masked if point else ""


def _policies(customers: list[int], actor: Actor, on: date) -> dict[int, list[PolicyChoice]]:
    """Policies they hold or are insured under, in force first."""
    insured = Insured.objects.filter(customer__in=customers)
    rows = (
        Policy.objects.visible_to(actor)
        .filter(Q(policyholder__in=customers) | Q(insured__customer__in=customers))
        .select_related("product")
        .prefetch_related(
            "suspensions", "homes", Prefetch("vehicles", Vehicle.objects.order_by("pk")), Prefetch("insured", insured)
        )
        .distinct()
    )
    found: dict[int, list[PolicyChoice]] = {}
    for policy in rows:
        vehicles, homes = list(policy.vehicles.all()), list(policy.homes.all())
        about = vehicles[0].masked_plate if vehicles else ""
        if homes:
            about = mask_address(homes[0].address)
        choice = PolicyChoice(policy, standing_on(policy, on), about)
        for customer in {policy.policyholder_id, *(row.customer_id for row in policy.insured.all())}:
            if customer in customers:
                found.setdefault(customer, []).append(choice)
    for choices in found.values():
        choices.sort(key=lambda choice: (choice.standing != "in_force", choice.policy.number))
    return found

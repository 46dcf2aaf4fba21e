"""Lists of claims: a customer's own, and the desk's search over everything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from anxin.access.actors import Actor
from anxin.journeys.claims.models import Claim, ClaimPolicy, Party
from anxin.journeys.claims.models.claim import ClaimQuerySet
from anxin.registers.customers.masking import plate_key
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy, Vehicle

PAGE = 50


@dataclass(frozen=True, slots=True)
class ClaimList:
    rows: list[Claim]
    page: int
    pages: int
    total: int


def claims_of(actor: Actor, *, customer: Customer | None = None) -> list[Claim]:
    """A customer's claims, newest first, with case, department and person. One query.

    For a customer: their own. For staff: those of `customer` in the branches they see.
    """
    rows = _with_case(Claim.objects.visible_to(actor))
    if customer is not None:
        rows = rows.filter(customer=customer)
    elif not actor.is_customer:
        return []
    return list(rows.order_by("-pk"))


def search_claims(
    actor: Actor, text: str = "", *, states: Iterable[str] = (), types: Iterable[str] = (), cause: str = "",
    branch_id: int | None = None, notified_from: date | None = None, notified_until: date | None = None,
    is_open: bool | None = None, page: int = 1, size: int = PAGE,
) -> ClaimList:  # fmt: skip
    """Claims that `text` may mean — number, policy number, plate, customer's name, phone (whole or last four) or id —
    under the filters, newest first. Two queries."""
    rows = _with_case(Claim.objects.visible_to(actor))
    if text.strip():
        rows = rows.filter(_meaning(text.strip()))
    if states := tuple(states):
        rows = rows.filter(case__state__in=states)
    if types := tuple(types):
        rows = rows.filter(type__in=types)
    if cause:
        rows = rows.filter(cause=cause)
    if branch_id is not None:
        rows = rows.filter(case__branch=branch_id)
    if notified_from is not None:
        rows = rows.filter(case__opened_at__date__gte=notified_from)
    if notified_until is not None:
        rows = rows.filter(case__opened_at__date__lte=notified_until)
    if is_open is not None:
        rows = rows.filter(case__closed_at__isnull=is_open)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    return ClaimList(list(rows.order_by("-pk")[(page - 1) * size : page * size]), page, pages, total)


def _with_case(rows: ClaimQuerySet) -> ClaimQuerySet:
    return rows.select_related("case__branch", "case__department", "case__person", "customer")


def _meaning(text: str) -> Q:
    """The shape of the text decides which indexes are asked."""
    plain = re.sub(r"[\s·•-]", "", text).upper()
    condition = Q(customer__in=Customer.objects.search(text)) if text else Q()
    number = re.search(r"(20\d\d)-?(\d{1,6})$", text.replace(" ", ""))
    if number is not None:
        condition |= Q(case__number=f"{number[1]}-{int(number[2]):06d}")
    if len(plain) >= 6:
        by_policy = ClaimPolicy.objects.filter(claim=OuterRef("pk"), policy__in=Policy.objects.filter(number_key=plain))
        condition |= Q(Exists(by_policy))
    if 5 <= len(plain) <= 8 and not plain.isdigit():
        key = plate_key(plain)
        by_plate = ClaimPolicy.objects.filter(
            claim=OuterRef("pk"), policy__in=Vehicle.objects.filter(plate_key=key).values("policy")
        )
        other = Party.objects.filter(claim=OuterRef("pk"), plate__in={text, key, plain})
        condition |= Q(Exists(by_plate)) | Q(Exists(other))
    return condition

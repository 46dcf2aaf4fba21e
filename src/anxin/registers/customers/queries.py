"""Reads of the customer register. Lists begin with `Customer.objects.visible_to(actor)`."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Prefetch, Q

from anxin.access.models import User
from anxin.registers.customers import identity
from anxin.registers.customers.models import ContactPoint, Customer, CustomerQuerySet, PaymentAccount


def search_condition(text: str) -> Q | None:
    """What `text` asks of a customer, judged by its shape; None for an empty text or one letter of the alphabet.

    One shape asks one index: last four digits, whole phone number, whole id number, e-mail, else part of a name.
    """
    text = text.strip()
    plain = identity.compact(text)
    if not plain:
        return None
    if re.fullmatch(r"\d{4}", plain):
        return _by_contact(tail=plain)
    if "@" in text:
        return _by_contact(normalised=text.lower())
    if re.fullmatch(r"[0-9A-Z]{18}", plain) and re.search(r"\d{4}", plain):
        return Q(id_number=plain)
    if re.fullmatch(r"\+?\d{7,15}", plain):
        condition = Q(id_number=plain)
        try:
            return condition | _by_contact(normalised=identity.phone(plain))
        except identity.BadNumber:
            return condition
    if re.fullmatch(r"[A-Z]{1,2}\d{6,10}", plain):
        return Q(id_number=plain)
    if re.search(r"[^\x00-\x7f]", text):
        return Q(name__contains=text)
    return Q(name_en__icontains=text) | Q(name__icontains=text) if len(plain) > 1 else None


def _by_contact(**fields: Any) -> Q:
    # A subquery, not a join: a customer with two matching contacts is one row.
    return Q(pk__in=ContactPoint.objects.filter(**fields).values("customer_id"))


def with_details(customers: CustomerQuerySet) -> CustomerQuerySet:
    """Branch, contacts, standing consents and payment account in three more queries, however many rows there are."""
    from anxin.registers.customers.models import Consent

    return customers.select_related("branch").prefetch_related(
        "contacts",
        Prefetch("consents", Consent.objects.filter(withdrawn_at=None)),
        Prefetch("payment_accounts", PaymentAccount.objects.filter(retired_at=None)),
    )


def customer_of(user: User) -> Customer | None:
    """The customer a signed-in person is; None for staff and for sign-ins whose customer is gone."""
    if not user.customer_public_id:
        return None
    return Customer.objects.filter(public_id=user.customer_public_id).first()


def user_of(customer: Customer) -> User | None:
    """The sign-in of this customer, if they have one."""
    return User.objects.filter(customer_public_id=customer.public_id, kind=User.Kind.CUSTOMER).first()


def primary_contact(customer: Customer, kind: str) -> ContactPoint | None:
    """The contact of `kind` to use first. Reads prefetched rows when there are some."""
    of_kind = [point for point in customer.contacts.all() if point.kind == kind]
    return next((point for point in of_kind if point.is_primary), of_kind[0] if of_kind else None)


def payment_account(customer: Customer) -> PaymentAccount | None:
    """Where the customer wants to be paid now."""
    return next((account for account in customer.payment_accounts.all() if account.retired_at is None), None)


def has_consented(customer: Customer, purpose: str) -> bool:
    return any(item.purpose == purpose and item.withdrawn_at is None for item in customer.consents.all())

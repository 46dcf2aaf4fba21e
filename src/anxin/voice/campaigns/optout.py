"""Who wants no questionnaires. Asked before every invitation, reminder and page: an opt-out holds everywhere."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection

from django.conf import settings

from anxin.registers.customers.identity import BadNumber, contact
from anxin.registers.customers.models import ContactPoint
from anxin.voice.campaigns.models import Invitation, OptOut


def contact_kind(value: str) -> str:
    return "email" if "@" in value else "mobile"


def normalised(value: str) -> str:
    """A phone number or an e-mail address as the registers keep it. Raises `BadNumber` (a ValueError) in plain words."""
    return contact(contact_kind(value), value)


def digest_of(value: str) -> str:
    """What is kept of a contact that is in no register: enough to know it again, too little to write to it."""
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


def customers_out(customers: Collection[int]) -> set[int]:
    """Those of these customers who opted out: themselves, or one of their contacts did."""
    out: set[int] = set(
        OptOut.objects.filter(customer_id__in=customers).values_list("customer_id", flat=True)  # type: ignore[arg-type]
    )
    if OptOut.objects.exclude(contact_digest="").exists():
        points = ContactPoint.objects.filter(customer_id__in=customers, kind__in=["mobile", "email"])
        by_digest: dict[str, set[int]] = {}
        for customer, value in points.values_list("customer_id", "normalised"):
            by_digest.setdefault(digest_of(value), set()).add(customer)
        for digest in OptOut.objects.filter(contact_digest__in=by_digest).values_list("contact_digest", flat=True):
            out |= by_digest[digest]
    return out


def contacts_out(contacts: Collection[str]) -> set[str]:
    """Those of these contacts that opted out, themselves or as a customer's."""
    by_digest = {digest_of(value): value for value in contacts}
    found = OptOut.objects.filter(contact_digest__in=by_digest).values_list("contact_digest", flat=True)
    out = {by_digest[digest] for digest in found}
    whose = ContactPoint.objects.filter(
        normalised__in=contacts, customer_id__in=OptOut.objects.exclude(customer=None).values("customer_id")
    )
    return out | set(whose.values_list("normalised", flat=True))


def is_out(invitation: Invitation) -> bool:
    if invitation.customer_id is not None:
        return bool(customers_out([invitation.customer_id]))
    return bool(invitation.contact and contacts_out([invitation.contact]))


__all__ = ["BadNumber", "contact_kind", "contacts_out", "customers_out", "digest_of", "is_out", "normalised"]

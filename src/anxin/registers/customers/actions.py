"""The only writers of customers, their contacts, consents and payment accounts (imports write through `importing`)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access import actions as access
from anxin.access.actions import record_unmasking
from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.models import Branch, User
from anxin.registers.customers import identity
from anxin.registers.customers.models import Consent, ContactPoint, Customer, PaymentAccount
from anxin.registers.customers.permissions import EDIT_CUSTOMERS, EDIT_OWN_DETAILS, GIVE_SIGN_IN, REVEAL
from anxin.registers.customers.queries import payment_account, primary_contact

REVEALABLE = frozenset({"name", "id_number", "mobile", "email", "address", "wechat", "account"})


@transaction.atomic
def add_customer(
    *, name: str, branch: Branch, kind: str = Customer.Kind.PERSON, name_en: str = "", id_kind: str = "",
    id_number: str = "", born_on: date | None = None, sex: str = "", mobile: str = "",
    actor: Actor, now: datetime,
) -> Customer:  # fmt: skip
    """Add a customer by hand. A resident identity number gives the date of birth and sex where they are left out.

    Raises `Invalid` naming the field; a number that is already in the register is one of the reasons.
    """
    actor.must(EDIT_CUSTOMERS)
    if actor.branch_ids is not None and branch.pk not in actor.branch_ids:
        raise NotAllowed(_("You can add customers to your own branch only."))
    customer = Customer(
        kind=kind, name=name.strip(), name_en=name_en.strip(), born_on=born_on, sex=sex, branch=branch, created_at=now
    )
    _check_name_and_kind(customer)
    _set_id(customer, id_kind, id_number, now)
    customer.save()
    if mobile:
        _put_contact(customer, ContactPoint.Kind.MOBILE, mobile, primary=True, now=now)
    return customer


@transaction.atomic
def change_customer(
    *, public_id: str, name: str | None = None, name_en: str | None = None, id_kind: str | None = None,
    id_number: str | None = None, born_on: date | None = None, sex: str | None = None,
    preferred_contact: str | None = None, branch: Branch | None = None, actor: Actor, now: datetime,
) -> Customer:  # fmt: skip
    """Change what is known of a customer; whatever is None stays as it is. Staff only: a name is proved with papers."""
    customer = _locked(public_id, actor)
    actor.must(EDIT_CUSTOMERS)
    if name is not None:
        customer.name = name.strip()
    if name_en is not None:
        customer.name_en = name_en.strip()
    if born_on is not None:
        customer.born_on = born_on
    if sex is not None:
        customer.sex = sex
    if preferred_contact is not None:
        customer.preferred_contact = preferred_contact
    if branch is not None:
        customer.branch = branch
    _check_name_and_kind(customer)
    if id_number is not None:
        _set_id(customer, id_kind if id_kind is not None else customer.id_kind, id_number, now)
    customer.save()
    return customer


@transaction.atomic
def put_contact(
    *, public_id: str, kind: str, value: str, primary: bool = False, actor: Actor, now: datetime
) -> ContactPoint:
    """Add a contact, or make a known one the first to use. Again is harmless."""
    customer = _locked(public_id, actor)
    _must_edit(customer, actor)
    return _put_contact(customer, kind, value, primary=primary, now=now)


@transaction.atomic
def remove_contact(*, public_id: str, contact_id: int, actor: Actor, now: datetime) -> None:
    customer = _locked(public_id, actor)
    _must_edit(customer, actor)
    deleted, _detail = customer.contacts.filter(pk=contact_id).delete()
    if not deleted:
        raise Missing(_("There is no such contact."))


@transaction.atomic
def verify_contact(*, public_id: str, contact_id: int, actor: Actor, now: datetime) -> None:
    """Put on record that the customer was reached there."""
    customer = _locked(public_id, actor)
    actor.must(EDIT_CUSTOMERS)
    if not customer.contacts.filter(pk=contact_id).update(verified_at=now):
        raise Missing(_("There is no such contact."))


@transaction.atomic
def give_consent(*, public_id: str, purpose: str, wording_version: str, actor: Actor, now: datetime) -> Consent:
    """Record a consent to one wording. A newer wording ends the older consent; the same again changes nothing."""
    customer = _locked(public_id, actor)
    _must_edit(customer, actor)
    if purpose not in Consent.Purpose.values:
        raise Invalid(_("There is no such purpose."), fields={"purpose": _("Choose a purpose from the list.")})
    standing = customer.consents.filter(purpose=purpose, withdrawn_at=None).first()
    if standing is not None:
        if standing.wording_version == wording_version:
            return standing
        standing.withdrawn_at = now
        standing.save(update_fields=["withdrawn_at"])
    return Consent.objects.create(customer=customer, purpose=purpose, wording_version=wording_version, given_at=now)


@transaction.atomic
def withdraw_consent(*, public_id: str, purpose: str, actor: Actor, now: datetime) -> None:
    """End a standing consent (PIPL art. 15: as easy as giving it); none standing is no error."""
    customer = _locked(public_id, actor)
    _must_edit(customer, actor)
    customer.consents.filter(purpose=purpose, withdrawn_at=None).update(withdrawn_at=now)


@transaction.atomic
def set_payment_account(
    *, public_id: str, holder: str, bank: str, number: str, actor: Actor, now: datetime
) -> PaymentAccount:
    """Say where to pay the customer from now on. The account before it stays on record, retired."""
    customer = _locked(public_id, actor)
    _must_edit(customer, actor)
    wrong = {}
    if not holder.strip():
        wrong["holder"] = _("Enter the account holder's name.")
    if not bank.strip():
        wrong["bank"] = _("Enter the name of the bank.")
    try:
        digits = identity.account_number(number)
    except identity.BadNumber as bad:
        wrong["number"] = str(bad)
    if wrong:
        raise Invalid(_("The payment account is not complete."), fields=wrong)
    standing = payment_account(customer)
    if standing is not None:
        if (standing.holder, standing.bank, standing.number) == (holder.strip(), bank.strip(), digits):
            return standing
        standing.retired_at = now
        standing.save(update_fields=["retired_at"])
    return PaymentAccount.objects.create(
        customer=customer, holder=holder.strip(), bank=bank.strip(), number=digits, created_at=now
    )


@transaction.atomic
def reveal(*, customer: Customer, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """A masked value in full, with who asked and why put on record first. Customers see their own without a record.

    `field` is one of `REVEALABLE`; a contact is the first of its kind. An empty string says the register has none.
    """
    if not Customer.objects.visible_to(actor).filter(pk=customer.pk).exists():
        raise Missing(_("There is no such customer."))
    if field not in REVEALABLE:
        raise Invalid(_("This value is not masked."), fields={"field": _("Choose one of the masked values.")})
    if not actor.is_customer:
        actor.must(REVEAL)
        why = reason.strip()
        if not 2 <= len(why) <= 200:
            raise Invalid(
                _("Say why you need to see this."), fields={"reason": _("Enter a reason of 2 to 200 characters.")}
            )
        record_unmasking(subject=("customer", customer.public_id), field=field, reason=why, actor=actor, now=now)
    if field in {"name", "id_number"}:
        return str(getattr(customer, field))
    if field == "account":
        account = payment_account(customer)
        return account.number if account else ""
    point = primary_contact(customer, field)
    return point.value if point else ""


@transaction.atomic
def give_sign_in(*, public_id: str, username: str, password: str, reason: str, actor: Actor, now: datetime) -> User:
    """Let a customer sign in to the portal, or give one who lost theirs a new user name and password.

    `reason` says how the person was known to be the customer; it is put on record like a look at what is masked, for
    whoever knows the password could see it all until the customer has changed it.
    """
    customer = _locked(public_id, actor)
    actor.must(GIVE_SIGN_IN)
    why = reason.strip()
    if not 2 <= len(why) <= 200:
        raise Invalid(
            _("Say how you know that this is the customer."),
            fields={"reason": _("Enter 2 to 200 characters, such as the document you looked at.")},
        )
    record_unmasking(subject=("customer", public_id), field="sign_in", reason=why, actor=actor, now=now)
    return access.give_sign_in(
        customer_public_id=public_id, display_name=customer.name, username=username.strip(), password=password,
        actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def end_sign_in(*, public_id: str, actor: Actor, now: datetime) -> None:
    """The customer can sign in no more (a lost phone, a death, a wish); again is harmless."""
    _locked(public_id, actor)
    actor.must(GIVE_SIGN_IN)
    access.end_sign_in(customer_public_id=public_id, actor=actor, now=now)


def _locked(public_id: str, actor: Actor) -> Customer:
    customer = Customer.objects.visible_to(actor).select_for_update().filter(public_id=public_id).first()
    if customer is None:
        raise Missing(_("There is no such customer."))
    return customer


def _must_edit(customer: Customer, actor: Actor) -> None:
    # A customer sees no one but themselves, so having found the row is proof that it is their own.
    actor.must(EDIT_OWN_DETAILS if actor.is_customer else EDIT_CUSTOMERS)


def _check_name_and_kind(customer: Customer) -> None:
    wrong = {}
    if not 1 <= len(customer.name) <= 80:
        wrong["name"] = _("Enter a name of at most 80 characters.")
    if customer.kind not in Customer.Kind.values:
        wrong["kind"] = _("Choose person or organisation.")
    if customer.sex and customer.sex not in Customer.Sex.values:
        wrong["sex"] = _("Choose female or male, or leave it empty.")
    if customer.preferred_contact not in Customer.Contact.values:
        wrong["preferred_contact"] = _("Choose a way of contact from the list.")
    if wrong:
        raise Invalid(_("The customer's data are not complete."), fields=wrong)


def _set_id(customer: Customer, id_kind: str, id_number: str, now: datetime) -> None:
    today = timezone.localdate(now)
    if not id_number.strip():
        customer.id_kind, customer.id_number = "", ""
        return
    if id_kind not in Customer.IdKind.values:
        raise Invalid(_("Say which document the number is from."), fields={"id_kind": _("Choose a document.")})
    try:
        customer.id_number = identity.id_number(id_kind, id_number, today=today)
    except identity.BadNumber as bad:
        raise Invalid(str(bad), fields={"id_number": str(bad)}) from None
    customer.id_kind = id_kind
    if id_kind == Customer.IdKind.RESIDENT_ID:
        card = identity.resident_id(customer.id_number, today=today)
        customer.born_on = customer.born_on or card.born_on
        customer.sex = customer.sex or card.sex
    same = Customer.objects.filter(id_kind=id_kind, id_number=customer.id_number).exclude(pk=customer.pk)
    if same.exists():
        taken = _("A customer with this number is already in the register.")
        raise Invalid(taken, fields={"id_number": taken})


def _put_contact(customer: Customer, kind: str, value: str, *, primary: bool, now: datetime) -> ContactPoint:
    try:
        normalised = identity.contact(kind, value)
    except identity.BadNumber as bad:
        raise Invalid(str(bad), fields={"value": str(bad)}) from None
    known = customer.contacts.filter(kind=kind)
    first = primary or not known.exists()
    if first:
        known.filter(is_primary=True).exclude(normalised=normalised).update(is_primary=False)
    point, _made = ContactPoint.objects.get_or_create(
        customer=customer, kind=kind, normalised=normalised,
        defaults={
            "value": value.strip(), "tail": identity.phone_tail(kind, normalised), "is_primary": first,
            "created_at": now,
        },
    )  # fmt: skip
    if first and not point.is_primary:
        point.is_primary = True
        point.save(update_fields=["is_primary"])
    return point

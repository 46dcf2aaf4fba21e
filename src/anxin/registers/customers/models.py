"""Customers of the insurer: people and organisations, how to reach them, what they agreed to, where to pay them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, spoken

if TYPE_CHECKING:
    from anxin.access.actors import Actor


def new_public_id() -> str:
    """A random id for URLs: 96 bits as 24 hexadecimal letters."""
    return secrets.token_hex(12)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: Actor) -> CustomerQuerySet:
        """Staff who may see customers: those their branches manage; a customer: themselves; nobody else anything."""
        from anxin.registers.customers.permissions import SEE_CUSTOMERS

        if actor.is_system:
            return self
        if actor.is_customer:
            return self.filter(public_id=actor.customer_public_id) if actor.customer_public_id else self.none()
        if not actor.is_staff or not actor.may(SEE_CUSTOMERS):
            return self.none()
        return self if actor.branch_ids is None else self.filter(branch_id__in=actor.branch_ids)

    def search(self, text: str) -> CustomerQuerySet:
        """Whom `text` may mean: a name, a phone number or its last four digits, a whole id number.

        The shape of the text decides which one index is asked; see `queries.search_terms`.
        """
        from anxin.registers.customers.queries import search_condition

        condition = search_condition(text)
        return self.none() if condition is None else self.filter(condition)


class Customer(models.Model):
    """A person or organisation as the register knows it. Names and numbers are masked wherever they are shown."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class IdKind(models.TextChoices):
        RESIDENT_ID = "resident_id", _("Resident identity card")
        PASSPORT = "passport", _("Passport")
        HK_MACAU_PERMIT = "hk_macau_permit", _("Mainland travel permit for Hong Kong and Macau residents")
        TAIWAN_PERMIT = "taiwan_permit", _("Mainland travel permit for Taiwan residents")
        FOREIGN_RESIDENT = "foreign_resident", _("Foreign permanent resident identity card")
        USCC = "uscc", _("Unified social credit code")
        OTHER = "other", _("Other document")

    class Sex(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    class Contact(models.TextChoices):
        MOBILE = "mobile", _("Mobile phone")
        EMAIL = "email", _("E-mail")
        WECHAT = "wechat", _("WeChat")
        ADDRESS = "address", _("Letter")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    id_kind = models.CharField(max_length=20, choices=IdKind, blank=True)
    id_number = models.CharField(max_length=40, blank=True, help_text="upper case, without spaces")
    born_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, blank=True)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", help_text="the branch that manages them")
    preferred_contact = models.CharField(max_length=10, choices=Contact, default=Contact.MOBILE)
    source = models.CharField(max_length=30, blank=True, help_text="the system it was imported from")
    external_id = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id_number", "id_kind"], condition=~Q(id_number=""), name="customer_id_number_once"
            ),
            models.UniqueConstraint(
                fields=["external_id", "source"], condition=~Q(external_id=""), name="customer_external_once"
            ),
            models.CheckConstraint(condition=Q(id_number="") | ~Q(id_kind=""), name="customer_id_number_has_a_kind"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name"], name="customer_name"),
            # The unique ones above are partial, and SQLite cannot use a partial index for a value it learns when it runs.
            models.Index(fields=["id_number"], name="customer_id_number"),
            models.Index(fields=["external_id"], name="customer_external"),
            models.Index(fields=["branch", "id"], name="customer_branch"),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        from anxin.registers.customers.masking import mask_name

        return mask_name(self.spoken_name, organisation=self.is_organisation)

    @property
    def masked_id_number(self) -> str:
        from anxin.registers.customers.masking import mask_id_number

        return mask_id_number(self.id_number)

    @property
    def is_organisation(self) -> bool:
        return self.kind == self.Kind.ORGANISATION

    @property
    def spoken_name(self) -> str:
        """The whole name in the reader's language: for the customer's own pages and papers only."""
        return spoken(self.name, self.name_en)


class ContactPoint(models.Model):
    """One way to reach a customer."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("Mobile phone")
        EMAIL = "email", _("E-mail")
        ADDRESS = "address", _("Address")
        WECHAT = "wechat", _("WeChat")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=200, help_text="as it was given")
    normalised = models.CharField(max_length=200, help_text="+8613800001234, lower-case e-mail, …")
    tail = models.CharField(max_length=4, blank=True, help_text="a phone number's last four digits")
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["kind", "-is_primary", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "kind", "normalised"], name="contact_once"),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(is_primary=True), name="one_primary_contact"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["normalised"], name="contact_normalised"),
            models.Index(fields=["tail"], name="contact_tail"),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        from anxin.registers.customers.masking import mask_contact

        return mask_contact(self.kind, self.value)


class Consent(models.Model):
    """What a customer agreed to, in which wording, until when. Withdrawn, never deleted (PIPL art. 14–16)."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("Use of personal data to handle policies and claims")
        MARKETING = "marketing", _("Offers and news")
        SHARING = "sharing", _("Sharing with repairers, hospitals and other partners of a claim")
        MEDICAL = "medical", _("Use of medical data")
        RECORDING = "recording", _("Recording of calls and video")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose)
    wording_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-given_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "purpose"], condition=Q(withdrawn_at=None), name="one_standing_consent"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")), name="withdrawn_after_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purpose}"


class PaymentAccount(models.Model):
    """Where a customer wants to be paid. A change adds a row and retires the old one: payments keep what they used."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="payment_accounts")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    holder = models.CharField(max_length=80)
    bank = models.CharField(max_length=80)
    number = models.CharField(max_length=34, help_text="digits only")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer"], condition=Q(retired_at=None), name="one_payment_account")
        ]

    def __str__(self) -> str:
        return self.masked_number

    @property
    def masked_number(self) -> str:
        from anxin.registers.customers.masking import mask_account

        return mask_account(self.number)

"""Policies: who is insured for what, where and when; the vehicle or home; every change; and every imported batch.

A row holds the terms of today. Each endorsement keeps what it changed, from and to, so that the terms of an earlier day
are today's with later endorsements undone (`queries.coverage_terms`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User, spoken
from anxin.registers.customers.models import Customer, new_public_id
from anxin.registers.products.models import Coverage, Product

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, actor: Actor) -> PolicyQuerySet:
        """Staff who may see policies: those of their branches; a customer: those they hold or are insured under."""
        from anxin.registers.policies.permissions import SEE_POLICIES

        if actor.is_system:
            return self
        if actor.is_customer:
            if not actor.customer_public_id:
                return self.none()
            insured = Insured.objects.filter(policy=OuterRef("pk"), customer__public_id=actor.customer_public_id)
            return self.filter(Q(policyholder__public_id=actor.customer_public_id) | Exists(insured))
        if not actor.is_staff or not actor.may(SEE_POLICIES):
            return self.none()
        return self if actor.branch_ids is None else self.filter(branch_id__in=actor.branch_ids)

    def in_force_on(self, on: date) -> PolicyQuerySet:
        """Those that cover the day `on` (insurer's zone): begun, not expired, not ended by then, not suspended."""
        stopped = Suspension.objects.filter(
            Q(until_on=None) | Q(until_on__gte=on), policy=OuterRef("pk"), from_on__lte=on
        )
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=on),
            Q(terminated_on=None) | Q(terminated_on__gt=on),
            ~Exists(stopped),
            starts_on__lte=on,
        )

    def in_force_at(self, moment: datetime) -> PolicyQuerySet:
        return self.in_force_on(timezone.localdate(moment))


class Policy(models.Model):
    """A contract. Cover runs from 00:00 of `starts_on` to 24:00 of `ends_on` in the insurer's zone."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LAPSED = "lapsed", _("Lapsed")
        SURRENDERED = "surrendered", _("Surrendered")
        CANCELLED = "cancelled", _("Cancelled")
        COMPLETED = "completed", _("Ended by payment in full")

    class Channel(models.TextChoices):
        AGENT = "agent", _("Agent")
        DIRECT = "direct", _("Branch")
        ONLINE = "online", _("Online")
        PHONE = "phone", _("Telephone")
        BROKER = "broker", _("Broker")
        BANK = "bank", _("Bank")
        PARTNER = "partner", _("Partner")

    ENDED = frozenset({Status.LAPSED, Status.SURRENDERED, Status.CANCELLED, Status.COMPLETED})

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    number = models.CharField(max_length=40, unique=True)
    number_key = models.CharField(max_length=40, unique=True, help_text="letters and digits only, as people type it")
    product = models.ForeignKey(Product, models.PROTECT, related_name="policies")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    policyholder = models.ForeignKey(Customer, models.PROTECT, related_name="policies")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="the last day covered; None: for life")
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    terminated_on = models.DateField(null=True, blank=True, help_text="the first day without cover, when ended early")
    premium_fen = models.BigIntegerField()
    sum_insured_fen = models.BigIntegerField(default=0)
    seller = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    seller_name = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.AGENT)
    issued_at = models.DateTimeField()
    source = models.CharField(max_length=30, blank=True, help_text="the system it was imported from")
    external_id = models.CharField(max_length=60, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id", "source"], condition=~Q(external_id=""), name="policy_external_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="policy_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(premium_fen__gte=0, sum_insured_fen__gte=0), name="policy_money_not_negative"
            ),
            # An ended policy says since when, and only an ended one does: "in force on a day" needs no other column.
            models.CheckConstraint(
                condition=Q(status__in=["active", "suspended"], terminated_on=None)
                | Q(status__in=["lapsed", "surrendered", "cancelled", "completed"], terminated_on__isnull=False),
                name="policy_ended_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["branch", "ends_on"], name="policy_branch_ends"),
            models.Index(fields=["external_id"], name="policy_external"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def starts_at(self) -> datetime:
        """00:00 of the first day, as a UTC moment."""
        return _midnight(self.starts_on)

    @property
    def ends_at(self) -> datetime | None:
        """24:00 of the last day covered (earlier if ended early), as a UTC moment; None: for life."""
        if self.terminated_on is not None:
            return _midnight(self.terminated_on)
        return None if self.ends_on is None else _midnight(self.ends_on + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone()).astimezone(UTC)


class Suspension(models.Model):
    """Days on which a policy gave no cover (an unpaid life premium, a car laid up). Written by endorsements."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="suspensions")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="the last day without cover; None: still suspended")

    class Meta:
        ordering: ClassVar = ["from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy"], condition=Q(until_on=None), name="one_open_suspension"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")), name="suspension_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.from_on}–{self.until_on or ''}"


class Insured(models.Model):
    """A person a policy insures, or who is to be paid."""

    class Role(models.TextChoices):
        INSURED = "insured", _("Insured")
        BENEFICIARY = "beneficiary", _("Beneficiary")

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="insured")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="insured_under")
    role = models.CharField(max_length=12, choices=Role, default=Role.INSURED)
    share_permille = models.PositiveSmallIntegerField(null=True, blank=True, help_text="a beneficiary's part of 1000")

    class Meta:
        ordering: ClassVar = ["role", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "customer", "role"], name="insured_once"),
            models.CheckConstraint(
                condition=Q(share_permille=None) | Q(share_permille__gt=0, share_permille__lte=1000),
                name="insured_share_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.role}"


class PolicyCoverage(models.Model):
    """A coverage this policy bought, with its own limit and deductible."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="coverages")
    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="+")
    limit_fen = models.BigIntegerField(null=True, blank=True, help_text="None: no limit but the loss")
    deductible_fen = models.BigIntegerField(default=0)
    deductible_permille = models.PositiveSmallIntegerField(default=0, help_text="of the loss; the larger one applies")

    class Meta:
        ordering: ClassVar = ["coverage__position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "coverage"], name="policy_coverage_once"),
            models.CheckConstraint(
                condition=Q(deductible_fen__gte=0, deductible_permille__lte=1000), name="policy_deductible_sane"
            ),
            models.CheckConstraint(condition=Q(limit_fen=None) | Q(limit_fen__gt=0), name="policy_limit_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.coverage_id}"


class Vehicle(models.Model):
    """An insured vehicle."""

    class Use(models.TextChoices):
        PRIVATE = "private", _("Private, not for hire")
        COMPANY = "company", _("Company car, not for hire")
        HIRE = "hire", _("For hire: taxi, ride hailing, rental")
        FREIGHT = "freight", _("Freight")

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="vehicles")
    plate = models.CharField(max_length=16, blank=True, help_text="苏E·7K38Q; empty for a new car")
    plate_key = models.CharField(max_length=12, blank=True, db_index=True, help_text="苏E7K38Q")
    vin = models.CharField(max_length=17, db_index=True)
    make_zh = models.CharField(max_length=40)
    make_en = models.CharField(max_length=40, blank=True)
    model_zh = models.CharField(max_length=60, blank=True)
    model_en = models.CharField(max_length=60, blank=True)
    use = models.CharField(max_length=8, choices=Use, default=Use.PRIVATE)
    first_registered_on = models.DateField(null=True, blank=True)
    value_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["policy", "vin"], name="vehicle_once")]

    def __str__(self) -> str:
        return self.masked_plate

    @property
    def make_and_model(self) -> str:
        return spoken(f"{self.make_zh}{self.model_zh}", f"{self.make_en} {self.model_en}".strip())

    @property
    def masked_plate(self) -> str:
        from anxin.registers.customers.masking import mask_plate

        return mask_plate(self.plate)

    @property
    def masked_vin(self) -> str:
        from anxin.registers.customers.masking import mask_vin

        return mask_vin(self.vin)


class Home(models.Model):
    """Insured premises."""

    class Structure(models.TextChoices):
        CONCRETE = "concrete", _("Reinforced concrete")
        BRICK_CONCRETE = "brick_concrete", _("Brick and concrete")
        STEEL = "steel", _("Steel")
        BRICK_TIMBER = "brick_timber", _("Brick and timber")
        OTHER = "other", _("Other")

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="homes")
    address = models.CharField(max_length=200)
    area_m2 = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    structure = models.CharField(max_length=16, choices=Structure, default=Structure.CONCRETE)
    built_in = models.PositiveSmallIntegerField(null=True, blank=True, help_text="year")
    value_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["policy", "address"], name="home_once")]

    def __str__(self) -> str:
        return self.address


class Endorsement(models.Model):
    """A change to a policy (批改, 保全). Never edited: a mistake is put right by another one."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change of terms")
        EXTEND = "extend", _("Extension")
        SUSPEND = "suspend", _("Suspension")
        RESUME = "resume", _("Reinstatement")
        TERMINATE = "terminate", _("Termination")

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="endorsements")
    serial = models.PositiveSmallIntegerField(help_text="the order in which they were made")
    number = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CHANGE)
    effective_on = models.DateField(help_text="00:00 of this day, insurer's zone")
    # {"coverages": {code: {"from": terms | None, "to": terms | None}}, "policy": {field: {"from": …, "to": …}}, …}
    changes = models.JSONField(default=dict)
    text = models.TextField(blank=True, help_text="the wording on the endorsement slip")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["policy", "serial"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["policy", "serial"], name="endorsement_serial_once")]

    def __str__(self) -> str:
        return self.number


class ImportBatch(models.Model):
    """One import that went through: who, when, which file (by its SHA-256), and how many rows it changed."""

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", _("Customers")
        PRODUCTS = "products", _("Products")
        POLICIES = "policies", _("Policies")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(max_length=30, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.imported_at:%Y-%m-%d %H:%M}"

"""Facts that the product has no journey for yet, the batches they came in, and what the insurer reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.models import Case, new_public_id

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class FactKind(models.TextChoices):
    """What an imported row tells of; the fields of each kind are declared in `kinds/`."""

    CALLS = "calls", _("Calls to the hotline")
    COMPLAINTS = "complaints", _("Complaints")
    DISPUTES = "disputes", _("Disputes")
    RECEIPTS = "receipts", _("Policy deliveries")
    CALLBACKS = "callbacks", _("Call-backs in the cooling-off period")
    SERVICES = "services", _("Policy-service requests")
    RATINGS = "ratings", _("Ratings of agents")
    PREMIUMS = "premiums", _("Premium by month")


class FactBatchQuerySet(models.QuerySet["FactBatch"]):
    def visible_to(self, actor: Actor) -> FactBatchQuerySet:
        """Whoever sees boards: imports by people of their branches, and all for those who see every branch."""
        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_BOARDS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(Q(asked_by_id=actor.user_id) | Q(asked_by__branch__in=actor.branch_ids))


class FactBatch(models.Model):
    """One file of facts: waiting for the worker, taken in, refused with its bad cells, or taken back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")
        REMOVED = "removed", _("Taken back")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=12, choices=FactKind)
    source = models.CharField(max_length=30, help_text="the outside system whose ids the file carries")
    file_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=120, blank=True, help_text="where an uploaded file waits in the storage")
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, help_text="bad cells, columns not used, columns that look personal")
    why = models.CharField(max_length=400, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=12, blank=True)
    done = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)

    objects = FactBatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="fact_batch_open", condition=Q(state__in=["waiting", "running"]))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name or self.public_id}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


class FactQuerySet(models.QuerySet["Fact"]):
    def visible_to(self, actor: Actor) -> FactQuerySet:
        """Those of the reader's branches; a fact of no branch is the whole insurer's."""
        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_BOARDS):
            return self.none()
        return self if actor.branch_ids is None else self.filter(branch_id__in=actor.branch_ids)


class Fact(models.Model):
    """One row of a batch. `data` holds the declared fields of its kind: codes, moments (UTC), days, yes/no, numbers; no
    names, contacts or free text."""

    kind = models.CharField(max_length=12, choices=FactKind)
    source = models.CharField(max_length=30)
    external_id = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    batch = models.ForeignKey(FactBatch, models.PROTECT, related_name="facts")

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source", "external_id"], name="fact_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "occurred_at"], name="fact_kind_when")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class ReportedQuerySet(models.QuerySet["Reported"]):
    def visible_to(self, actor: Actor) -> ReportedQuerySet:
        """The whole insurer's values and those of the reader's branches."""
        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_BOARDS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(Q(branch=None) | Q(branch_id__in=actor.branch_ids))


class Reported(models.Model):
    """What the insurer told the regulator. A correction is a new row; the one before stays, no longer current."""

    class Business(models.TextChoices):
        ALL = "", _("Both lines")
        PC = "pc", _("Property and casualty")
        LIFE = "life", _("Life, health and accident")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    indicator = models.CharField(max_length=8)
    part = models.CharField(max_length=20, help_text="which number of the indicator")
    period = models.CharField(max_length=8, help_text="2026-10, 2026Q3 or 2026")
    business = models.CharField(max_length=4, blank=True, choices=Business)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    value = models.DecimalField(max_digits=16, decimal_places=6, help_text="shares in percent, times in days")
    places = models.PositiveSmallIntegerField(
        default=0, help_text="decimals as reported: the tolerance is half of the last"
    )
    is_current = models.BooleanField(default=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    objects = ReportedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "part", "period", "business", "branch"], name="reported_once",
                condition=Q(is_current=True, branch__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["indicator", "part", "period", "business"], name="reported_once_for_all",
                condition=Q(is_current=True, branch__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}: {self.value}"

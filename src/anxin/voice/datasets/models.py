"""Imported tables of answers, and who took which answers out of the house."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User
from anxin.journal.models import new_public_id
from anxin.voice.datasets.table import Mapping, read_mapping
from anxin.voice.questionnaires.models import Questionnaire

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def visible_to(self, actor: Actor) -> DatasetQuerySet:
        """Staff with the permission: those of the whole insurer and of their branches; erased ones are gone for all."""
        from anxin.voice.datasets.permissions import SEE_DATASETS

        found = self.exclude(state=Dataset.State.ERASED)
        if actor.is_system:
            return found
        if not actor.is_staff or not actor.may(SEE_DATASETS):
            return self.none()
        if actor.branch_ids is None:
            return found
        return found.filter(models.Q(branch=None) | models.Q(branch_id__in=actor.branch_ids))


class Dataset(models.Model):
    """A file of answers with what its columns are. `mapping` is in force once the whole file fits it; `draft` is what is
    being worked on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be read")
        READ = "read", _("Columns to be confirmed")
        CHECKING = "checking", _("Its answers are being checked")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Could not be read")
        ERASED = "erased", _("Erased")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    name = models.CharField(max_length=120)
    file_name = models.CharField(max_length=160, help_text="as the sender called it")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    sheet = models.CharField(max_length=80, blank=True)
    form = models.CharField(max_length=8, blank=True, help_text="csv, xlsx or sav, found in the content")
    rows = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0, help_text="columns")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    wave = models.CharField(max_length=40, blank=True)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="empty: the whole insurer"
    )
    mapping = models.TextField(blank=True, help_text="JSON in force")
    draft = models.TextField(blank=True, help_text="JSON being worked on: the guess, then corrections")
    # What pages show without reading the file again: columns with first answers and reasons, sentences of the guess.
    facts = models.JSONField(default=dict)
    faults = models.JSONField(default=dict, help_text="why, count and places of what does not fit")
    edit = models.PositiveIntegerField(default=0, help_text="counts changes of the mapping")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    stage = models.PositiveSmallIntegerField(default=0, help_text="how far the worker is, of three steps")

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="dataset_waits", condition=models.Q(state__in=["waiting", "checking"]))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether the worker still has to do with it."""
        return self.state in (self.State.WAITING, self.State.CHECKING)

    @cached_property
    def draft_mapping(self) -> Mapping:
        return read_mapping(self.draft)

    @property
    def column_facts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.facts.get("columns", [])
        return found

    def draft_data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.draft) if self.draft else {"columns": {}}
        return found


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, actor: Actor) -> ExportQuerySet:
        """One's own, and for those who see datasets those by people of their branches."""
        from anxin.voice.datasets.permissions import SEE_DATASETS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_DATASETS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(models.Q(by_id=actor.user_id) | models.Q(by__branch__in=actor.branch_ids))

    def update(self, **_values: Any) -> NoReturn:
        raise TypeError("the record of exports is never changed")

    def delete(self) -> NoReturn:
        raise TypeError("the record of exports is never changed")


class Export(models.Model):
    """Answers that left the house: who took them, what, when. Never changed."""

    class Form(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")
        SAV = "sav", _("SPSS")
        DDI = "ddi", _("Codebook (DDI)")
        SCRIPTS = "scripts", _("Analysis: data, model and scripts")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    form = models.CharField(max_length=8, choices=Form)
    source = models.CharField(max_length=12, help_text="campaign or dataset")
    source_id = models.CharField(max_length=24, help_text="its public id")
    source_name = models.CharField(max_length=160)
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    with_personal = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.source_name} {self.form}"


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, actor: Actor) -> OrderQuerySet:
        """One's own: what is in the file is for whoever asked."""
        from anxin.voice.responses.permissions import EXPORT_RESPONSES

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(EXPORT_RESPONSES):
            return self.none()
        return self.filter(asked_by_id=actor.user_id)


class Order(models.Model):
    """A large export that the worker makes. Its file is kept for a day, then file and order go; the record stays."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for the worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Ready")
        REFUSED = "refused", _("It was not done")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    source = models.CharField(max_length=40, help_text="campaign:<public id> or dataset:<public id>")
    source_name = models.CharField(max_length=160)
    form = models.CharField(max_length=8, choices=Export.Form)
    language = models.CharField(max_length=2)
    with_personal = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stage = models.PositiveSmallIntegerField(default=0, help_text="how far the worker is, of three steps")
    attempts = models.PositiveSmallIntegerField(default=0)
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, blank=True, help_text="why it was not done, in the asker's language")
    export = models.OneToOneField(Export, models.PROTECT, null=True, related_name="+", help_text="its record")
    file = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=120, blank=True, help_text="as it is downloaded")
    size = models.PositiveBigIntegerField(default=0)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="export_waits", condition=models.Q(state__in=["waiting", "running"]))
        ]

    def __str__(self) -> str:
        return f"{self.source_name} {self.form}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

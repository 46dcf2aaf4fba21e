"""Questionnaires on paper: what was printed, what came back, and what a person has still to say about it."""

from __future__ import annotations

import json
import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User
from anxin.engines.reading import forms as engine
from anxin.journal.models import new_public_id
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.models import Version
from anxin.voice.responses.models import Response

if TYPE_CHECKING:
    from anxin.access.actors import Actor

# Crockford's base 32: fits a page's code and is read aloud without mistakes.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    """What a personal copy's code holds beside its serial: serials can be counted up, this cannot be guessed (80 bits)."""
    return "".join(secrets.choice(_SIGNS) for _number in range(16))


class Layout(models.Model):
    """Where everything lies on one printed edition of a version in one language. Kept for ever: paper comes back late.

    `form_id` and `number` stand in the code on every page; a change of wording or place makes another number.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="paper_layouts")
    language = models.CharField(max_length=2)
    form_id = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField()
    body = models.TextField(help_text="the engine's layout as JSON")
    form = models.TextField(help_text="the printed form as JSON: what to print again")
    digest = models.CharField(max_length=64, help_text="of wording and places, without the number")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["form_id", "number"], name="layout_number_once")]
        indexes: ClassVar = [models.Index(fields=["version", "language"])]

    def __str__(self) -> str:
        return f"{self.form_id} {self.number}"

    @cached_property
    def layout(self) -> engine.Layout:
        return engine.Layout.from_data(json.loads(self.body))

    @cached_property
    def paper_form(self) -> engine.PaperForm:
        return engine.PaperForm.from_data(json.loads(self.form))


def _of_branches(rows: Any, actor: Actor, branch: str) -> Any:
    """Staff with the permission: what belongs to the whole insurer and to their branches."""
    from anxin.voice.paper.permissions import SEE_PAPER

    if actor.is_system:
        return rows
    if not actor.is_staff or not actor.may(SEE_PAPER):
        return rows.none()
    if actor.branch_ids is None:
        return rows
    return rows.filter(Q(**{branch: None}) | Q(**{f"{branch}_id__in": actor.branch_ids}))


class PrintRunQuerySet(models.QuerySet["PrintRun"]):
    def visible_to(self, actor: Actor) -> PrintRunQuerySet:
        return _of_branches(self, actor, "campaign__branch")  # type: ignore[no-any-return]


class PrintRun(models.Model):
    """So many copies of a campaign's questionnaire, set by the worker in parts. What is asked for again is printed alike."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="print_runs")
    layout = models.ForeignKey(Layout, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2)
    is_personal = models.BooleanField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    lease_until = models.DateTimeField(null=True, help_text="by the machine's clock")
    lease_by = models.CharField(max_length=40, blank=True)
    whole = models.PositiveIntegerField(help_text="copies")
    done = models.PositiveIntegerField(default=0)
    files = models.JSONField(default=list, help_text="where the finished parts lie in the storage")
    why = models.CharField(max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = PrintRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["id"], name="print_run_open", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Copy(models.Model):
    """One printed questionnaire. Its serial is in the code on every page; a personal one has a token there too."""

    run = models.ForeignKey(PrintRun, models.PROTECT, related_name="copies")
    place = models.PositiveIntegerField(help_text="in the run, from 1")
    serial = models.CharField(max_length=16, unique=True)
    token = models.CharField(max_length=24, blank=True)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="paper_copies")

    class Meta:
        ordering: ClassVar = ["run", "place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "place"], name="copy_place_once")]

    def __str__(self) -> str:
        return self.serial


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, actor: Actor) -> BatchQuerySet:
        return _of_branches(self, actor, "branch")  # type: ignore[no-any-return]


class Batch(models.Model):
    """Files sent together. The worker reads them page by page; a worker that died is followed by another."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        READING = "reading", _("Being read")
        READ = "read", _("Read")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="of whoever sent it; empty: the whole insurer"
    )
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    lease_until = models.DateTimeField(null=True, help_text="by the machine's clock")
    lease_by = models.CharField(max_length=40, blank=True)
    whole = models.PositiveIntegerField(default=0, help_text="pages")
    done = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, help_text="pictures are gone; what was read from them stays")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["id"], name="batch_open", condition=Q(read_at=None))]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.read_at is None


class BatchFile(models.Model):
    """One file of a batch; of a zip, each picture in it. `read` pages of `pages` are done."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="files")
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=160, help_text="as the sender calls it; erasable")
    path = models.CharField(max_length=120, blank=True, help_text="in the storage; empty when there is nothing to keep")
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    problem = models.JSONField(null=True, help_text="what keeps the whole file from being read")

    class Meta:
        ordering: ClassVar = ["batch", "place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "place"], name="file_place_once")]

    def __str__(self) -> str:
        return self.name


class Returned(models.Model):
    """A copy that came back, whole or in part, from one batch or several. One copy makes one response at most."""

    class State(models.TextChoices):
        INCOMPLETE = "lacking", _("Something is wrong with its pages")
        CHECK = "check", _("To be checked")
        TAKEN = "taken", _("Taken over")
        REFUSED = "refused", _("Not taken over")
        LEFT = "left", _("Set aside")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    copy = models.OneToOneField(Copy, models.PROTECT, related_name="returned")
    state = models.CharField(max_length=8, choices=State)
    problems = models.JSONField(default=list)
    answers = models.JSONField(default=dict, help_text="erasable: field → options that are sure")
    open_fields = models.JSONField(default=list, help_text="fields that a person has to look at")
    decisions = models.JSONField(default=dict, help_text="erasable: field → what a person read there")
    edit = models.PositiveIntegerField(
        default=0, help_text="counts changes: two people never overwrite each other unseen"
    )
    held_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="returned", help_text="the last that brought a page")
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=400, blank=True, help_text="why it was not taken over")
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    touched_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["batch", "state"])]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_settled(self) -> bool:
        return self.state in (self.State.TAKEN, self.State.LEFT, self.State.REFUSED)


class Page(models.Model):
    """One page of a file as it was read. `reading` is what was on it, to be put together again with pages of later batches."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    file = models.ForeignKey(BatchFile, models.CASCADE, related_name="page_rows")
    number = models.PositiveIntegerField(help_text="in the file, from 0")
    copy = models.ForeignKey(Copy, models.PROTECT, null=True, related_name="pages")
    serial = models.CharField(max_length=16, blank=True)
    page = models.PositiveSmallIntegerField(null=True, help_text="of the questionnaire, from 1")
    problem = models.JSONField(null=True)
    cautions = models.JSONField(default=list)
    turned = models.PositiveSmallIntegerField(default=0)
    reading = models.JSONField(default=dict, help_text="erasable: the engine's reading, without pictures")
    is_aside = models.BooleanField(default=False, help_text="a person said that it does not count")

    class Meta:
        ordering: ClassVar = ["file", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "number"], name="page_read_once")]
        indexes: ClassVar = [models.Index(fields=["copy", "is_aside"])]

    def __str__(self) -> str:
        return self.public_id


class Cutout(models.Model):
    """A picture of what a person has to look at: a doubtful question's boxes, or handwriting. Personal data: erased in time."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    page = models.ForeignKey(Page, models.CASCADE, related_name="cutouts")
    field = models.CharField(max_length=130)
    picture = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "field"], name="cutout_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.field}"

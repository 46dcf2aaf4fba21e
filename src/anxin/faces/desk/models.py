"""What people keep for themselves on the desk, and what it does for them in the background."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.actors import Actor
from anxin.access.models import User
from anxin.faces.desk.permissions import SEE_ADMINISTRATION
from anxin.journal.models import new_public_id


class SavedView(models.Model):
    """A queue with filters that somebody wants to come back to. `query` is the page's query string, checked on saving."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name


class ErrandQuerySet(models.QuerySet["Errand"]):
    def visible_to(self, actor: Actor) -> ErrandQuerySet:
        """One's own; whoever may see how the house is run sees those by people of their branches."""
        if actor.user_id is None:
            return self.none()
        own = Q(asked_by_id=actor.user_id)
        if not actor.may(SEE_ADMINISTRATION):
            return self.filter(own)
        return self if actor.branch_ids is None else self.filter(own | Q(asked_by__branch__in=actor.branch_ids))


class Errand(models.Model):
    """Something asked for on a page that takes longer than a request may: the worker does it and keeps what came of it.

    Whatever is run here may be run again without harm: a worker that died is followed by another when its lease is over.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import a file")
        REDATE = "redate", _("Date open promises anew")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=8, choices=Kind)
    given = models.JSONField(
        default=dict, help_text="what was asked: kind, system, dry_run, file_name, size; or rule, dry_run"
    )
    file = models.CharField(max_length=120, blank=True, help_text="where an uploaded file waits in the storage")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=12, blank=True)
    done = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, help_text="an import's report, or the counts of a re-dating")
    why = models.CharField(max_length=400, blank=True, help_text="why it was not done, in the asker's language")
    ended_at = models.DateTimeField(null=True)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="errand_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

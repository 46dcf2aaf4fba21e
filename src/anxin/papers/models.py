"""Uploaded files: kept by SHA-256 under `ANXIN_HOME/files`, served only through a permission check."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.access.actors import Actor
from anxin.access.models import User
from anxin.journal.models import Case, new_public_id


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, actor: Actor) -> StoredFileQuerySet:
        """Whoever may see the case may see its files."""
        if actor.is_system:
            return self
        return self.filter(case__in=Case.objects.visible_to(actor))


class StoredFile(models.Model):
    """One upload. The same bytes sent twice are stored once and referred to twice."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=60, help_text="found in the content, never taken from the sender")
    name = models.CharField(max_length=160, blank=True, help_text="as the sender called it; erasable")
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

"""What people keep for themselves on the desk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.access.models import User


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

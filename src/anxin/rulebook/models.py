"""Editions of rules: published once, never changed. What is in force on a day is the newest edition valid by then."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User, spoken

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class Family(models.TextChoices):
    """What kind of rules an edition holds; each kind has its own numbers and its own shape (`families/`)."""

    PROMISES = "promises", _("Time limits and standards")
    PAPERS = "papers", _("Lists of papers")
    CHECKLISTS = "checklists", _("Survey checklists")
    AUTHORITY = "authority", _("Authority levels")
    PRICES = "prices", _("Price standard")
    THRESHOLDS = "thresholds", _("Thresholds")
    CALENDAR = "calendar", _("Working calendar")


# What a customer may read: the standard their loss is assessed by and the promises made to them are published.
PUBLIC_FAMILIES = frozenset({Family.PROMISES, Family.PAPERS, Family.PRICES})


# What a release writes as its note; a person's note is in their own language, these are in the reader's.
RELEASE_NOTES = {
    "随系统安装": "Installed with the system",
    "随系统升级；公司改动过的保持不变": "Brought by an upgrade; what the company changed stays",
    "国务院公布了新一年的放假安排": "The State Council published another year's holidays",
}


def canonical(body: Any) -> str:
    """The one text of a body: its digest names the edition's content."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class EditionChanged(TypeError):
    """Code tried to change or delete a published edition."""


class RuleEditionQuerySet(models.QuerySet["RuleEdition"]):
    def visible_to(self, actor: Actor) -> RuleEditionQuerySet:
        """Staff with the permission: all; customers: what is published to them; anyone else: none."""
        from anxin.rulebook.permissions import SEE_RULES

        if actor.is_system:
            return self
        if actor.is_customer:
            return self.filter(family__in=PUBLIC_FAMILIES)
        return self if actor.is_staff and actor.may(SEE_RULES) else self.none()

    def update(self, **values: Any) -> NoReturn:
        raise EditionChanged("an edition is never changed: publish another")

    def delete(self) -> NoReturn:
        raise EditionChanged("an edition is never deleted: events pin it for ever")


class RuleEdition(models.Model):
    """All rules of one family as they were published together. Events and files pin its number."""

    family = models.CharField(max_length=12, choices=Family)
    number = models.PositiveIntegerField()
    body = models.TextField(help_text="canonical JSON; its shape is the family's")
    sha256 = models.CharField(max_length=64)
    shipped = models.TextField(
        blank=True, help_text="the body our release brought, when this edition took it in: the base of the next merge"
    )
    valid_from = models.DateField()
    note = models.CharField(max_length=400, help_text="why it was published, in the publisher's words")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="None: a release")

    objects = RuleEditionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["family", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["family", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return f"{self.family} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EditionChanged("an edition is never changed: publish another")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise EditionChanged("an edition is never deleted: events pin it for ever")

    @property
    def said_note(self) -> str:
        return spoken(self.note, RELEASE_NOTES.get(self.note, "") if self.published_by_id is None else "")

    @property
    def data(self) -> Any:
        return json.loads(self.body)

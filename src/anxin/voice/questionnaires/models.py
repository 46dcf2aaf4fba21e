"""Questionnaires and their versions. A published version never changes: answers refer to it for ever."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import User, spoken
from anxin.journal.models import new_public_id
from anxin.voice.questionnaires.form import Definition, read_definition

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class VersionChanged(TypeError):
    """Code tried to change or delete a version that was published."""


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, actor: Actor) -> QuestionnaireQuerySet:
        """Staff with the permission see all; nobody else any."""
        from anxin.voice.questionnaires.permissions import SEE_QUESTIONNAIRES

        if actor.is_system:
            return self
        return self if actor.is_staff and actor.may(SEE_QUESTIONNAIRES) else self.none()


class Questionnaire(models.Model):
    """A questionnaire over all its versions."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    is_template = models.BooleanField(default=False, help_text="ships with the product; copied, never asked itself")
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, actor: Actor) -> VersionQuerySet:
        return self.filter(questionnaire__in=Questionnaire.objects.visible_to(actor))

    def update(self, **values: Any) -> int:
        if {"body", "state"} & values.keys():
            raise VersionChanged("a version's body and state are written one by one, through the actions")
        return super().update(**values)

    def delete(self) -> NoReturn:
        raise VersionChanged("versions are deleted one by one, and drafts only")


class Version(models.Model):
    """What is asked. A draft is written over on every save; publishing freezes it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PRETEST = "pretest", _("In pre-test")
        PUBLISHED = "published", pgettext_lazy("questionnaire", "Published")
        RETIRED = "retired", _("Retired")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    body = models.TextField(help_text="the questionnaire as JSON; its shape is form/reading.py's")
    before = models.TextField(default="", help_text="the body before the last save, for undoing it")
    edit = models.PositiveIntegerField(
        default=0, help_text="counts saves: two writers never overwrite each other unseen"
    )
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    pretest_at = models.DateTimeField(null=True, help_text="since when answers of the last pre-test count")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["questionnaire", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once"),
            # One draft (or pre-test) at a time: whoever edits, edits the same one.
            models.UniqueConstraint(
                fields=["questionnaire"], name="one_draft_each", condition=models.Q(state__in=["draft", "pretest"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} v{self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            there = Version.objects.filter(pk=self.pk).values_list("state", "body").first()
            if there is not None and there[0] != self.State.DRAFT and there[1] != self.body:
                raise VersionChanged("a version that was published, or is in a pre-test, never changes")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        if self.state != self.State.DRAFT:
            raise VersionChanged("only drafts are deleted")
        return super().delete(*args, **options)

    @property
    def frozen(self) -> bool:
        """Whether what is asked may no longer change (a pre-test freezes it too, until it ends)."""
        return self.state != self.State.DRAFT

    @cached_property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @cached_property
    def definition(self) -> Definition:
        """What is asked, checked. A draft may be faulty: then this raises Faulty."""
        return _definition(self.body)


@lru_cache(maxsize=64)
def _definition(body: str) -> Definition:
    """A definition cannot be changed, so all answers of a version share one: reading it takes longer than reading an answer."""
    return read_definition(json.loads(body))

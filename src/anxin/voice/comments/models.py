"""Customers' comments, masked; what the model says of them and what persons say; and what the model has learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import Branch, User, spoken
from anxin.journal.models import new_public_id
from anxin.voice.campaigns.models import Campaign
from anxin.voice.responses.models import Response

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, actor: Actor) -> CommentQuerySet:
        """Staff with the permission, of their branches, as with the response it stood in; nobody else."""
        from anxin.voice.comments.permissions import SEE_COMMENTS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_COMMENTS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(branch_id__in=actor.branch_ids)

    def about(self, topic: str) -> CommentQuerySet:
        """Those that bear a topic."""
        return self.filter(models.Exists(Label.objects.filter(comment=models.OuterRef("pk"), topic=topic)))


class Comment(models.Model):
    """One answer to one open question. The text is masked before it is stored; the row goes when the response is erased."""

    class Feeling(models.TextChoices):
        NEGATIVE = "negative", pgettext_lazy("sentiment", "Negative")
        NEUTRAL = "neutral", pgettext_lazy("sentiment", "Neutral")
        POSITIVE = "positive", pgettext_lazy("sentiment", "Positive")
        UNSURE = "unsure", pgettext_lazy("sentiment", "Unclear")

    class Language(models.TextChoices):
        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")
        MIXED = "mixed", _("Chinese and English")
        OTHER = "other", _("Another language")
        NONE = "none", _("No words")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    response = models.ForeignKey(Response, models.CASCADE, null=True, related_name="comments")
    source = models.CharField(max_length=60, blank=True, help_text="the imported file; empty: a response")
    key = models.CharField(max_length=60, blank=True, help_text="the row in the imported file")
    question = models.CharField(max_length=40)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=40, blank=True)
    text = models.TextField(help_text="masked, erasable")
    hidden = models.JSONField(default=list, help_text="kinds of personal data that were masked")
    said_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    # What the model says, and as of which learning.
    language = models.CharField(max_length=8, choices=Language, default=Language.NONE)
    edition = models.PositiveIntegerField(default=0)
    read_topics = models.JSONField(default=list, help_text="[code, probability] each, the likeliest first")
    read_feeling = models.CharField(max_length=8, choices=Feeling, default=Feeling.UNSURE)
    read_value = models.FloatField(default=0, help_text="from -1 to 1")
    doubtful = models.BooleanField(default=True, help_text="the model is unsure of the topic or the sentiment")
    mixed = models.BooleanField(default=False, help_text="praise and complaint in one")
    # What holds: the model's word, or the person's who corrected it. Topics are in `labels`.
    feeling = models.CharField(max_length=8, choices=Feeling, default=Feeling.UNSURE)
    value = models.FloatField(default=0)
    unsure = models.BooleanField(default=True)
    is_corrected = models.BooleanField(default=False)
    changed_in = models.PositiveIntegerField(default=0, help_text="the learning that last changed its labels")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["response", "question"], name="comment_once", condition=Q(response__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["source", "key", "question"], name="comment_imported_once", condition=~Q(source="")
            ),
            models.CheckConstraint(
                name="comment_has_one_origin",
                condition=Q(response__isnull=False, source="") | (Q(response__isnull=True) & ~Q(source="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "id"]),
            models.Index(fields=["branch", "id"]),
            models.Index(fields=["unsure", "id"]),
            models.Index(fields=["edition"]),
        ]

    def __str__(self) -> str:
        return self.public_id


class Label(models.Model):
    """A topic that a comment bears. `weight` is the model's probability, 1 where a person said so."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="labels")
    topic = models.CharField(max_length=40)
    weight = models.FloatField(default=1)

    class Meta:
        ordering: ClassVar = ["-weight", "topic"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "comment"], name="topic_once_a_comment")]

    def __str__(self) -> str:
        return self.topic


class Correction(models.Model):
    """A person's labels for a comment. They stand until taken back; of several the last that stands holds, so that taking
    it back brings the one before again. The text learned from is the comment's: with it goes the correction.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="corrections")
    topics = models.JSONField(default=list)
    sentiment = models.SmallIntegerField(null=True, help_text="-1, 0, 1; empty: the person could not say")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sentiment_of_three", condition=Q(sentiment=None) | Q(sentiment__gte=-1, sentiment__lte=1)
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["comment"], name="correction_standing", condition=Q(withdrawn_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {', '.join(self.topics)}"


class OwnTopic(models.Model):
    """A topic of the insurer's own beside those the model ships with, told to it by cues."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    definition_zh = models.CharField(max_length=400, blank=True)
    definition_en = models.CharField(max_length=400, blank=True)
    cues = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)


class Learning(models.Model):
    """One state of the model: what it learned from, and what became of the comments when they were read again with it."""

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=64, help_text="names the corrections and topics it knows")
    corrections = models.PositiveIntegerField(default=0)
    own_topics = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    whole = models.PositiveIntegerField(default=0, help_text="comments to read again")
    done = models.PositiveIntegerField(default=0)
    changed_comments = models.PositiveIntegerField(default=0)
    changed_labels = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0, help_text="corrected comments that the model now labels alike")

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"learning {self.number}"


class Intake(models.Model):
    """A response whose open answers were looked at."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="comment_intake")

    def __str__(self) -> str:
        return str(self.response_id)


class Turn(models.Model):
    """Which worker takes in and reads, one at a time; and up to which response nothing can come any more."""

    name = models.CharField(max_length=20, unique=True)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    settled = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

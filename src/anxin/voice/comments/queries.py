"""What faces and the report read of comments."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.models import spoken
from anxin.engines.reading import text
from anxin.voice.campaigns.models import Campaign
from anxin.voice.comments import learning
from anxin.voice.comments.learning import current_model
from anxin.voice.comments.models import Comment, CommentQuerySet, Correction, Learning
from anxin.voice.comments.permissions import SEE_COMMENTS

__all__ = ["Progress", "Topic", "changed_by", "current_model", "find", "for_report", "history", "progress", "topics"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that there is: shipped, or the insurer's own."""

    code: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    cues: tuple[str, ...]
    is_own: bool

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def definition(self) -> str:
        return spoken(self.definition_zh, self.definition_en)


def topics() -> list[Topic]:
    """All topics, the shipped ones first but for "other", which is last."""
    own = [(learning.engine_topic(topic), True) for topic in learning.own_topics()]
    shipped = [(topic, False) for topic in text.taxonomy()]
    ordered = [*shipped[:-1], *own, shipped[-1]]
    return [
        Topic(topic.code, topic.name_zh, topic.name_en, topic.definition_zh, topic.definition_en, topic.cues, is_own)
        for topic, is_own in ordered
    ]


def find(public_id: str, actor: Actor) -> Comment:
    """One comment with what its page shows. Raises `Missing`."""
    row = (
        Comment.objects.visible_to(actor)
        .select_related("campaign", "branch", "response")
        .prefetch_related("labels")
        .filter(public_id=public_id)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such comment."))
    return row


def history(comment: Comment) -> list[Correction]:
    """Who corrected it when, the last first; those taken back too."""
    return list(Correction.objects.filter(comment=comment).select_related("by", "withdrawn_by"))


def for_report(campaign: Campaign) -> list[str]:
    """The masked comments of a campaign, oldest first: what `engines.reading.text.analyse` takes with `current_model()`."""
    return list(Comment.objects.filter(campaign=campaign).order_by("pk").values_list("text", flat=True))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the model is with what persons told it. `last` is the last learning that is through; `running` one that is not."""

    waits: bool
    running: Learning | None
    last: Learning | None

    @property
    def is_open(self) -> bool:
        return self.waits or self.running is not None


def progress(actor: Actor) -> Progress:
    actor.must(SEE_COMMENTS)
    newest = list(Learning.objects.order_by("-number")[:2])
    running = newest[0] if newest and newest[0].ended_at is None else None
    through = [one for one in newest if one.ended_at is not None]
    known = newest[0].state if newest else learning.state_of([], [])
    return Progress(waits=learning.state() != known, running=running, last=through[0] if through else None)


def changed_by(number: int, actor: Actor) -> CommentQuerySet:
    """The comments whose labels a learning changed last."""
    return Comment.objects.visible_to(actor).filter(changed_in=number)

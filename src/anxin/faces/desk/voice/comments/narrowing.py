"""Which comments a page is about: filters of its query string, for the list, a comment's neighbours and the overview alike."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.faces.desk.views_admin.tables import Chip, Filters
from anxin.voice.campaigns.models import Campaign
from anxin.voice.comments.models import Comment, CommentQuerySet
from anxin.voice.comments.queries import Topic, progress

MOST_LETTERS = 80


def stage_words(code: str) -> str:
    """The four stages of the instruments in words; a stage of somebody's own as it was given."""
    known = {
        "sales": pgettext("stage", "Sales"),
        "underwriting": pgettext("stage", "Underwriting"),
        "claims": pgettext("stage", "Claims"),
        "care": pgettext("stage", "Care"),
    }
    return known.get(code, code)


def filters_of(request: HttpRequest, actor: Actor, topics: list[Topic], *, labels: bool = True) -> Filters:
    """`labels`: with the choices of sentiment and state, and with words."""
    seen = Comment.objects.visible_to(actor)
    stages = sorted(stage for stage in seen.order_by().values_list("stage", flat=True).distinct() if stage)
    campaigns = Campaign.objects.filter(pk__in=seen.order_by().values("campaign")).order_by("-created_at")
    branches = Branch.objects.filter(pk__in=seen.order_by().values("branch")).order_by("code")
    chips = [Chip.of(request, "topic", _("Topic"), [(topic.code, topic.name) for topic in topics])]
    if labels:
        chips += [
            Chip.of(request, "feeling", _("Sentiment"), Comment.Feeling.choices),
            Chip.of(
                request, "state", _("State"),
                [
                    ("unsure", _("The model is unsure")), ("corrected", _("Corrected")), ("mixed", _("Praise and complaint")),
                    ("changed", _("Changed by the last learning")),
                ],
            ),
        ]  # fmt: skip
    chips += [
        Chip.of(request, "stage", _("Stage"), [(stage, stage_words(stage)) for stage in stages]),
        Chip.of(request, "campaign", _("Campaign"), [(one.public_id, str(one)) for one in campaigns]),
    ]
    if len(branches) > 1:
        chips.append(Chip.of(request, "branch", _("Branch"), [(str(one.pk), str(one)) for one in branches]))
    days = [
        (name, words, request.GET.get(name, "") if _day(request, name) else "")
        for name, words in (("since", _("From day")), ("until", _("To day")))
    ]
    return Filters(
        chips=chips,
        text=request.GET.get("text", "").strip()[:MOST_LETTERS] if labels else "",
        text_label=_("Words in the comment") if labels else "",
        days=days,
    )


def narrowed(request: HttpRequest, actor: Actor, filters: Filters) -> CommentQuerySet:
    rows = Comment.objects.visible_to(actor)
    chosen = {chip.name: chip.value for chip in filters.chips}
    if chosen["topic"]:
        rows = rows.about(chosen["topic"])
    if chosen.get("feeling"):
        rows = rows.filter(feeling=chosen["feeling"])
    match chosen.get("state"):
        case "unsure":
            rows = rows.filter(unsure=True)
        case "corrected":
            rows = rows.filter(is_corrected=True)
        case "mixed":
            rows = rows.filter(mixed=True)
        case "changed":
            last = progress(actor).last
            rows = rows.filter(changed_in=last.number) if last else rows.none()
    if chosen["stage"]:
        rows = rows.filter(stage=chosen["stage"])
    if chosen["campaign"]:
        rows = rows.filter(campaign__public_id=chosen["campaign"])
    if chosen.get("branch"):
        rows = rows.filter(branch_id=int(chosen["branch"]))
    if since := _day(request, "since"):
        rows = rows.filter(said_at__gte=since)
    if until := _day(request, "until"):
        rows = rows.filter(said_at__lt=until + timedelta(days=1))
    if filters.text:
        rows = rows.filter(text__icontains=filters.text)
    return rows


def unsure_first(rows: CommentQuerySet) -> CommentQuerySet:
    return rows.order_by("-unsure", "-id")


def neighbours(rows: CommentQuerySet, of: Comment) -> tuple[Comment | None, Comment | None]:
    """Before and after a comment, in the order of the list."""
    alike = rows.filter(unsure=of.unsure)
    before = alike.filter(pk__gt=of.pk).order_by("id").first()
    after = alike.filter(pk__lt=of.pk).order_by("-id").first()
    if before is None and not of.unsure:
        before = rows.filter(unsure=True).exclude(pk=of.pk).order_by("id").first()
    if after is None and of.unsure:
        after = rows.filter(unsure=False).exclude(pk=of.pk).order_by("-id").first()
    return before, after


def _day(request: HttpRequest, name: str) -> datetime | None:
    """The day's first moment on the insurer's calendar."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone()) if day else None

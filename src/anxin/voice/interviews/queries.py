"""What others read of interviews: counts by code and stage, and quotes that may be quoted, masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from anxin.access.actors import Actor, system
from anxin.access.errors import Missing
from anxin.voice.interviews.masking import mask
from anxin.voice.interviews.models import Code, Interview, Quote


@dataclass(frozen=True, slots=True)
class Counted:
    """How many quotes and how many interviews name a code in a stage ("" where none is given)."""

    code: Code
    stage: str
    quotes: int
    interviews: int


@dataclass(frozen=True, slots=True)
class Said:
    """A quote, masked. `codes` are the codes' names in both languages."""

    words: str
    stage: str
    tone: str
    codes: tuple[Code, ...]
    held_on: date


@dataclass(frozen=True, slots=True)
class Material:
    """What a report shows of interviews."""

    interviews: int
    by_stage: tuple[tuple[str, int], ...]
    counts: tuple[Counted, ...]
    quotes: tuple[Said, ...]


def interview_of(public_id: str, actor: Actor) -> Interview:
    found = (
        Interview.objects.visible_to(actor).select_related("customer", "interviewer", "changed_by")
        .filter(public_id=public_id).first()
    )  # fmt: skip
    if found is None:
        raise Missing(_("There is no such interview."))
    return found


def found(actor: Actor, *, text: str = "", stage: str = "", code: str = "", consent: str = "") -> QuerySet[Interview]:
    """Interviews that fit, the newest first: words in notes or description, stage, code."""
    rows = Interview.objects.visible_to(actor).select_related("interviewer")
    if text:
        rows = rows.filter(Q(notes__icontains=text) | Q(who__icontains=text))
    if stage:
        rows = rows.filter(stage=stage)
    if consent:
        rows = rows.filter(consent=consent)
    if code:
        rows = rows.filter(pk__in=Quote.objects.filter(codes__public_id=code).values("interview"))
    return rows


def quotes_in(rows: Sequence[Interview]) -> dict[int, int]:
    """How many quotes each of these interviews has."""
    told = Quote.objects.filter(interview__in=rows).values_list("interview").annotate(many=Count("pk"))
    return {row.pk: 0 for row in rows} | dict(told)


def counts(
    actor: Actor | None = None, *, since: date | None = None, until: date | None = None, branch: int | None = None
) -> list[Counted]:
    """Quotes and interviews by code and stage, the most named first. Without consent an interview counts nowhere."""
    rows = _used(actor, since, until, branch)
    told = (
        Quote.objects.filter(interview__in=rows).values("codes", "stage")
        .annotate(many=Count("pk", distinct=True), of=Count("interview", distinct=True))
    )  # fmt: skip
    codes = {code.pk: code for code in Code.objects.all()}
    listed = [
        Counted(codes[row["codes"]], row["stage"], row["many"], row["of"]) for row in told if row["codes"] in codes
    ]
    return sorted(listed, key=lambda one: (-one.interviews, -one.quotes, one.code.pk, one.stage))


def quotes_of(interviews: Sequence[Interview] | QuerySet[Interview], *, most: int = 200) -> list[Said]:
    """Their quotes, masked, in the order they were marked."""
    rows = Quote.objects.filter(interview__in=interviews).select_related("interview").prefetch_related("codes")[:most]
    return [Said(mask(row.words), row.stage, row.tone, tuple(row.codes.all()), row.interview.held_on) for row in rows]


def for_report(
    actor: Actor | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
    branch: int | None = None,
    most: int = 60,
) -> Material:
    """Counts of all that consented to being counted, and quotes of those who consented to being quoted.

    Without an actor everything the insurer has is meant; `since` and `until` are days the interviews were held on, included; `branch`
    leaves only that branch's and the whole insurer's.
    """
    rows = _used(actor, since, until, branch)
    stages = rows.values("stage").annotate(many=Count("pk")).order_by("stage")
    quotable = rows.filter(consent=Interview.Consent.QUOTE)
    return Material(
        interviews=rows.count(),
        by_stage=tuple((row["stage"], row["many"]) for row in stages),
        counts=tuple(counts(actor, since=since, until=until, branch=branch)),
        quotes=tuple(quotes_of(quotable, most=most)),
    )


def _used(
    actor: Actor | None, since: date | None, until: date | None, branch: int | None = None
) -> QuerySet[Interview]:
    rows = Interview.objects.visible_to(actor or system()).exclude(consent=Interview.Consent.NONE)
    if branch is not None:
        rows = rows.filter(Q(branch=None) | Q(branch_id=branch))
    if since:
        rows = rows.filter(held_on__gte=since)
    return rows.filter(held_on__lte=until) if until else rows.order_by("pk")

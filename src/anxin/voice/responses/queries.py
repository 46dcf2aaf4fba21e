"""Counts of a campaign, the response rate by segment, and ratings by whom they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, F, Q, StdDev

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.responses.models import Rating, Response

if TYPE_CHECKING:
    from anxin.engines.measure.results import Interval

State = Invitation.State
SEGMENTS = ("channel", "branch", "line")


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many were asked and came how far. `issued` of an open campaign is unknown: nobody counts who passes a QR code."""

    issued: int | None
    opened: int | None
    begun: int
    returned: int
    valid: int
    failed: int = 0
    refused: int = 0
    waiting: int = 0
    full: int = 0

    @property
    def rate(self) -> Interval | None:
        """Returned of issued, with its 95 % Wilson interval."""
        return wilson(self.returned, self.issued) if self.issued else None

    @property
    def share(self) -> float | None:
        return self.returned / self.issued if self.issued else None


def wilson(successes: float, n: float) -> Interval:
    """Wilson's interval of a share, from the measurement engine; loaded when first asked, since it brings numpy and scipy."""
    from anxin.engines.measure.scores import proportions

    return proportions.wilson(successes, n)


def mean_interval(mean: float, sd: float, n: int) -> Interval:
    """Student's interval of a mean from its moments."""
    from scipy.special import stdtrit

    from anxin.engines.measure.results import Interval

    reach = float(stdtrit(n - 1, 0.975)) * sd / n**0.5
    return Interval(mean - reach, mean + reach, 0.95, "Student's t")


def funnel(campaign: Campaign) -> Funnel:
    """Three counts in two queries."""
    states = Response.objects.filter(campaign=campaign).aggregate(
        begun=Count("pk"),
        returned=Count("pk", filter=Q(state=Response.State.COMPLETE)),
        valid=Count("pk", filter=Q(state=Response.State.COMPLETE, flags=[])),
        full=Count("pk", filter=Q(state=Response.State.FULL)),
    )
    if campaign.occasion == Campaign.Occasion.OPEN:
        return Funnel(None, None, **states)
    asked = Invitation.objects.filter(campaign=campaign).aggregate(
        issued=Count("pk", filter=issued()),
        opened=Count("pk", filter=opened()),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
    )
    if campaign.occasion == Campaign.Occasion.PAPER:
        asked["opened"] = None  # nobody sees a sheet being unfolded
    return Funnel(**asked, **states)


def issued() -> Q:
    """Invitations that reached somebody: sent, printed, or used before they were sent."""
    return Q(sent_at__isnull=False) | opened()


def opened() -> Q:
    """Invitations whose questionnaire was seen; whoever answered has seen it."""
    return Q(opened_at__isnull=False) | Q(state=State.ANSWERED)


@dataclass(frozen=True, slots=True)
class Segment:
    """`name` is a channel's code, a branch's id or a line of business; "" where it is not known."""

    name: str
    issued: int
    opened: int
    returned: int

    @property
    def share(self) -> float | None:
        return self.returned / self.issued if self.issued else None

    @property
    def rate(self) -> Interval:
        return wilson(self.returned, self.issued)


def by_segment(campaign: Campaign, segment: str) -> list[Segment]:
    """Response by `channel`, `branch` or `line`, largest first. Of an open campaign only what came back is known."""
    if campaign.occasion == Campaign.Occasion.OPEN:
        field = {"channel": "facts__channel", "branch": "branch_id", "line": "facts__line"}[segment]
        came = (
            Response.objects.filter(campaign=campaign)
            .values(name=F(field))
            .annotate(returned=Count("pk", filter=Q(state=Response.State.COMPLETE)))
        )
        found = [Segment(_text(row["name"]), 0, 0, row["returned"]) for row in came]
    else:
        field = {"channel": "channel", "branch": "branch_id", "line": "facts__line"}[segment]
        asked = (
            Invitation.objects.filter(campaign=campaign)
            .values(name=F(field))
            .annotate(
                issued=Count("pk", filter=issued()),
                opened=Count("pk", filter=opened()),
                returned=Count("pk", filter=Q(state=State.ANSWERED)),
            )
        )
        found = [Segment(_text(row["name"]), row["issued"], row["opened"], row["returned"]) for row in asked]
    return sorted(found, key=lambda one: (-one.issued, -one.returned, one.name))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def flag_counts(campaign: Campaign) -> Counter[str]:
    """How many returned answers carry each mark."""
    counts: Counter[str] = Counter()
    rows = Response.objects.filter(campaign=campaign, state=Response.State.COMPLETE).exclude(flags=[])
    for flags in rows.values_list("flags", flat=True).iterator():
        counts.update(flags)
    return counts


@dataclass(frozen=True, slots=True)
class Rated:
    """Ratings of one branch or person: their number, mean with its interval, and the share of fours and fives."""

    key: int | None
    n: int
    mean: float
    mean_interval: Interval | None
    satisfied: float
    satisfied_interval: Interval


def visible_ratings(actor: Actor) -> Any:
    """Staff who may read single answers: of their branches."""
    from anxin.voice.responses.permissions import SEE_RESPONSES

    if actor.is_system:
        return Rating.objects.all()
    if not actor.is_staff or not actor.may(SEE_RESPONSES):
        return Rating.objects.none()
    rows = Rating.objects.all()
    return rows if actor.branch_ids is None else rows.filter(branch_id__in=actor.branch_ids)


def rated_by(
    actor: Actor, whom: str, *, service: str = "", since: datetime | None = None, branch: int | None = None
) -> list[Rated]:
    """Ratings by "branch" or "person", most first."""
    rows = visible_ratings(actor)
    if service:
        rows = rows.filter(service=service)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if branch is not None:
        rows = rows.filter(branch_id=branch)
    found = (
        rows.order_by()
        .values(key=F(f"{whom}_id"))
        .annotate(
            n=Count("pk"), mean=Avg("score"), sd=StdDev("score", sample=True), good=Count("pk", filter=Q(score__gte=4))
        )
    )
    return sorted((_rated(row) for row in found), key=lambda one: (-one.n, one.key or 0))


def _rated(row: dict[str, Any]) -> Rated:
    n, good = row["n"], row["good"]
    interval = mean_interval(row["mean"], row["sd"], n) if n > 1 and row["sd"] is not None else None
    return Rated(row["key"], n, row["mean"], interval, good / n, wilson(good, n))


def branch_names(keys: Iterable[str]) -> dict[str, str]:
    return {str(row.pk): str(row) for row in Branch.objects.filter(pk__in=[key for key in keys if key])}

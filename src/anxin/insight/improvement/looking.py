"""One look at the lake: findings brought up to date, actions moved on and measured. The system's own writer.

A version of the lake is looked at once, and no more than once a day of data: the row of `Look` is both the record and the lease.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from anxin.engines.effects import Word
from anxin.insight.improvement.finding import Seen
from anxin.insight.improvement.finding import look as find
from anxin.insight.improvement.indicators import until_of
from anxin.insight.improvement.measuring import measure
from anxin.insight.improvement.models import Finding, Improvement, Look, Measurement, Step
from anxin.insight.results.asking import Ask

LEASE = timedelta(minutes=15)
State = Improvement.State
MEASURED_WHILE = (State.RUNNING, State.MEASURED, State.KEPT)
"""An action extended to all has lost the branches it was compared with, a stopped one is over: what was measured stands."""


def whole(now: datetime) -> Ask:
    """The system's own question: every branch, claims only."""
    return Ask(None, {"kind": "claim"}, now)


def is_due(now: datetime) -> bool:
    ask = whole(now)
    if ask.store is None:
        return False
    last = Look.objects.first()
    if last is None:
        return len(ask.store) > 0
    if last.ended_at is None and last.begun_at > now - LEASE:
        return False
    if last.ended_at is None:
        return True
    if Finding.objects.filter(lake=0).exists() or _waiting():
        return True
    return ask.version > last.lake and timezone.localdate(now) > timezone.localdate(last.until)


def _waiting() -> bool:
    """Actions that began, or were changed, since they were last measured."""
    return any(_is_unmeasured(row) for row in Improvement.objects.filter(state__in=(State.RUNNING, State.MEASURED)))


def _is_unmeasured(row: Improvement) -> bool:
    return not row.measurements.filter(edit=row.edit).exists()


def look_now(*, now: datetime) -> int:
    """Look, unless another worker is at it; returns how many findings were seen."""
    ask = whole(now)
    if ask.store is None or (until := until_of(ask)) is None:
        return 0
    try:
        with transaction.atomic():
            mine = Look.objects.create(lake=ask.version, until=until, begun_at=now)
    except IntegrityError:
        free = Look.objects.filter(~Q(ended_at=None) | Q(begun_at__lte=now - LEASE), lake=ask.version)
        if not free.update(begun_at=now, ended_at=None, until=until):
            return 0
        mine = Look.objects.get(lake=ask.version)
    _fill(ask)
    seen = find(ask, until)
    take(seen, until=until, lake=ask.version, now=now)
    move_on(now=now)
    measure_all(ask, until=until, now=now)
    Look.objects.filter(pk=mine.pk, begun_at=now).update(ended_at=now)
    return len(seen)


@transaction.atomic
def take(seen: Iterable[Seen], *, until: datetime, lake: int, now: datetime) -> None:
    """The same finding is brought up to date, not doubled; one no longer seen is kept as gone, whatever came of it."""
    there = {
        (row.code, row.subject, row.branch): row for row in Finding.objects.exclude(state="gone").select_for_update()
    }
    found = {one.key: one for one in seen}
    for key, one in found.items():
        row = there.get(key)
        if row is None:
            Finding.objects.create(
                code=one.code, subject=one.subject, branch=one.branch, since_on=one.since_on, found_at=now, seen_at=until,
                lake=lake, severity=one.severity, evidence=one.evidence,
            )  # fmt: skip
        elif row.state == Finding.State.OPEN:
            # What was acted on or dismissed keeps the evidence it was decided on.
            row.evidence, row.severity, row.lake, row.seen_at = one.evidence, one.severity, lake, until
            row.save(update_fields=["evidence", "severity", "lake", "seen_at"])
        else:
            Finding.objects.filter(pk=row.pk).update(seen_at=until, lake=lake)
    for key, row in there.items():
        if key not in found and row.state == Finding.State.OPEN:
            Finding.objects.filter(pk=row.pk).update(state=Finding.State.GONE, gone_at=now)


def _fill(ask: Ask) -> None:
    """Findings put on record without their numbers (the sample insurer's): looked for again as of the day they were found."""
    for row in Finding.objects.filter(lake=0):
        seen = {one.key: one for one in find(ask, row.seen_at)}
        one = seen.get((row.code, row.subject, row.branch))
        if one is not None:
            row.evidence, row.severity, row.since_on = one.evidence, one.severity, one.since_on
        row.lake = ask.version
        row.save(update_fields=["evidence", "severity", "since_on", "lake"])


def move_on(*, now: datetime) -> None:
    """Planned actions whose day has come are running."""
    for row in Improvement.objects.filter(state=State.PLANNED, starts_on__lte=timezone.localdate(now)):
        with transaction.atomic():
            if Improvement.objects.filter(pk=row.pk, state=State.PLANNED).update(state=State.RUNNING):
                Step.objects.create(improvement=row, what=State.RUNNING, at=now)


def measure_all(ask: Ask, *, until: datetime, now: datetime) -> int:
    """Every action under way; returns how many were measured. One that gets a verdict for the first time is measured."""
    done = 0
    begun = list(Improvement.objects.exclude(state=State.PLANNED).prefetch_related("places"))
    for row in begun:
        if row.state not in MEASURED_WHILE:
            continue
        # Where the same indicator was worked on by another action, nothing says what would have happened without one.
        others = {code for one in begun if one.pk != row.pk and one.indicator == row.indicator for code in one.branches}
        found = measure(
            ask, indicator=row.indicator, starts_on=row.starts_on, branches=row.branches, expected=row.expected,
            left_out=others,
        )  # fmt: skip
        with transaction.atomic():
            Measurement.objects.update_or_create(
                improvement=row, lake=ask.version, edit=row.edit,
                defaults={
                    "until": until, "made_at": now, "method": found.method, "word": found.word, "reason": found.reason,
                    "estimate": found.estimate, "low": found.low, "high": found.high, "body": found.body,
                },
            )  # fmt: skip
            is_new = row.state == State.RUNNING and found.word != Word.TOO_EARLY
            if is_new and Improvement.objects.filter(pk=row.pk, state=State.RUNNING).update(state=State.MEASURED):
                Step.objects.create(improvement=row, what=State.MEASURED, at=now, data={"word": found.word})
        done += 1
    return done

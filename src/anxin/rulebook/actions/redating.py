"""A later rule or calendar dates running promises anew — only here, only by an event each, and never into the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.journal import activities
from anxin.journal.models import Case, Promise
from anxin.journal.promises import fold
from anxin.journal.promises.source import Editions, source
from anxin.journal.writing import on_case
from anxin.rulebook.permissions import REDATE_PROMISES

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Redating:
    """What a re-dating did (or would do). `too_late`: left alone, because the new day had passed already."""

    looked_at: int = 0
    earlier: int = 0
    later: int = 0
    same_day: int = 0
    unchanged: int = 0
    too_late: int = 0

    @property
    def redated(self) -> int:
        return self.earlier + self.later + self.same_day


def redating_outlook(*, rule_id: str | None = None, actor: Actor, now: datetime) -> Redating:
    """What `redate_open_promises` would do now, without doing it."""
    actor.must(REDATE_PROMISES)
    result = Redating()
    for promise in _open(rule_id, actor).iterator():
        result = _count(result, _verdict(promise, source().current(), now))
    return result


def redate_open_promises(
    *, rule_id: str | None = None, actor: Actor, now: datetime, progress: Progress | None = None
) -> Redating:
    """Date open promises (of one rule, or all) by the rules and calendar in force: a `promise.redated` event each.

    One transaction a case, so that it may be stopped and called again. A promise whose new day has already passed stays
    as it was: a decision of ours must not turn what was in time into a breach. `progress(done, total)` counts cases.
    """
    actor.must(REDATE_PROMISES)
    if rule_id is not None:
        rules = source().rules(source().current().rules)
        if rule_id not in rules:
            raise Missing(_("There is no such rule."))
    cases = list(
        Case.objects.filter(pk__in=_open(rule_id, actor).values("case_id"))
        .order_by("pk")
        .values_list("public_id", flat=True)
    )
    result = Redating()
    for done, public_id in enumerate(cases, 1):
        for verdict in _redate_case(public_id, rule_id, actor, now):
            result = _count(result, verdict)
        if progress is not None:
            progress(done, len(cases))
    return result


def _open(rule_id: str | None, actor: Actor) -> Any:
    rows = Promise.objects.filter(
        settled_at=None, broken_at=None, state__in=(fold.RUNNING, fold.PAUSED),
        case_id__in=Case.objects.visible_to(actor).values("pk"),
    ).order_by("pk")  # fmt: skip
    return rows.filter(rule=rule_id) if rule_id is not None else rows


def _redate_case(public_id: str, rule_id: str | None, actor: Actor, now: datetime) -> Iterator[str]:
    verdicts = []
    with on_case(public_id, actor=actor, now=now) as work:
        editions = source().current()
        for promise in work.clocks:
            if promise.settled_at or promise.broken_at or (rule_id is not None and promise.rule != rule_id):
                continue
            verdict = _verdict(promise, editions, now)
            verdicts.append(verdict)
            if verdict in ("earlier", "later", "same_day"):
                work.record(activities.PROMISE_REDATED, _data(promise, editions))
    yield from verdicts


def _data(promise: Promise, editions: Editions) -> dict[str, Any]:
    return {
        "rule": promise.rule, "key": promise.key, "serial": promise.serial,
        "rules": editions.rules, "calendar": editions.calendar,
    }  # fmt: skip


def _verdict(promise: Promise, editions: Editions, now: datetime) -> str:
    """What the new editions would make of a promise: worked out on a copy by the fold itself."""
    rules = source().rules(editions.rules)
    if (promise.rules_edition, promise.calendar_edition) == editions or promise.rule not in rules:
        return "unchanged"
    rule = rules[promise.rule]
    if not rule.enabled or not rule.has_clock:
        return "unchanged"  # switched off means: no new ones; what was promised stays promised
    if promise.state == fold.PAUSED:
        # What is left is counted in the old unit; a stopped clock keeps its length and takes the new calendar only.
        same_length = promise.extended or (promise.unit, promise.amount) == (rule.unit, rule.amount)
        calendars = (source().calendar(promise.calendar_edition), source().calendar(editions.calendar))
        return "same_day" if same_length and calendars[0] != calendars[1] else "unchanged"
    after = fold.Clock(**{name: getattr(promise, name) for name in fold.FIELDS})
    happening = fold.Happening(
        0, activities.PROMISE_REDATED, now, _data(promise, editions), editions.rules, editions.calendar
    )
    fold.apply(happening, [after], source())
    assert after.due_at is not None
    assert promise.due_at is not None
    if after.due_at == promise.due_at:
        same = (after.rolled_at, after.provisional) == (promise.rolled_at, promise.provisional)
        return "unchanged" if same else "same_day"
    if after.due_at <= now:
        return "too_late"
    return "earlier" if after.due_at < promise.due_at else "later"


def _count(result: Redating, verdict: str) -> Redating:
    return replace(result, looked_at=result.looked_at + 1, **{verdict: getattr(result, verdict) + 1})

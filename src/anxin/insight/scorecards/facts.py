"""What happened in a period, as rows to be judged: who, on which case, for which indicator, which number.

Which cases, and how many of their events count, the lake says; what they held, the journal. A card of one version of the lake is
the same whenever it is computed: later events are passed over.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from anxin.access.models import Branch, User
from anxin.engines.mining import Store, WorkingTime
from anxin.insight.scorecards.holding import Holding, Moment, opened_with
from anxin.insight.scorecards.periods import span
from anxin.journal import activities
from anxin.journal.models import Case, Event, Promise
from anxin.journal.promises.source import source
from anxin.journeys.claims import activities as done
from anxin.registers.policies.models import Policy
from anxin.voice.campaigns.models import Campaign
from anxin.voice.reports.campaigns import study_of_campaign

_CHUNK = 500
STEPS = frozenset({
    done.CONTACTED, done.SURVEYED, done.OPENED, done.ASSESSMENT_ISSUED, done.LINE_REVIEWED, done.DECIDED, done.REFUSED,
    done.DECISION_PROPOSED, done.DECISION_APPROVED, done.PAYMENT_INSTRUCTED, done.OBJECTION_ANSWERED,
})  # fmt: skip
"""Steps whose time is looked at: those that move a case on."""
_OURS = ("promise.", "text.", "event.", "case.noted")


Staff = dict[int, tuple[str, int | None]]
"""Department and branch of everybody who works here."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`value`: 1 or 0 of a share, events of a rate (a row a case held), hours, stars, points, fen. `about`: a case's, a policy's
    or an answer's public id. `detail`: of a promise its duty."""

    indicator: str
    about: str
    value: float
    branch: int | None
    department: str = ""
    person: int | None = None
    detail: str = ""


def facts_of(period: str, store: Store) -> list[Fact]:
    begin, end, _months = span(period)
    staff: Staff = {
        pk: (department or "", branch)
        for pk, department, branch in User.objects.filter(kind=User.Kind.STAFF).values_list(
            "pk", "department", "branch"
        )
    }
    found: list[Fact] = []
    waits: list[tuple[str, int, int, int, int]] = []
    for case, moments, promises, holding in _told(store, begin, end):
        _judge(case, moments, promises, holding, begin, end, staff, found, waits)
    found += _hours(waits, staff)
    found += _sold(begin, end, staff)
    found += _wave(end)
    return found


def _told(store: Store, begin: datetime, end: datetime) -> Iterator[tuple[Case, list[Moment], list[Promise], Holding]]:
    """The cases with anything in the period, each with its events, settled promises and holders, as far as the lake goes."""
    low, high = _micros(begin), _micros(end)
    for log in store.chunks("time", "count", "id"):
        wanted = (log.begins() < high) & (log.ends() >= low)
        counts = log.case_attributes["count"].values
        ids = {str(log.case_ids[int(place)]): int(counts[place]) for place in np.flatnonzero(wanted)}
        names = list(ids)
        for start in range(0, len(names), _CHUNK):
            rows = {row.pk: row for row in Case.objects.filter(public_id__in=names[start : start + _CHUNK])}
            events: dict[int, list[Moment]] = defaultdict(list)
            passed_on: dict[int, list[Moment]] = defaultdict(list)
            handed: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for pk, seq, activity, actor, at, data in (
                Event.objects.filter(case_id__in=list(rows)).order_by("case_id", "seq")
                .values_list("case_id", "seq", "activity", "actor_id", "occurred_at", "data")
            ):  # fmt: skip
                if activity == activities.CASE_HANDED_OVER:
                    handed[pk].append(json.loads(data))
                if seq > ids[rows[pk].public_id]:
                    continue
                if activity == activities.PROMISE_HANDED_OVER:
                    passed_on[pk].append(Moment(seq, activity, actor, at, json.loads(data)))
                elif not activity.startswith(_OURS):
                    events[pk].append(Moment(seq, activity, actor, at, json.loads(data)))
            promises: dict[int, list[Promise]] = defaultdict(list)
            for promise in Promise.objects.filter(case_id__in=list(rows), state__in=("kept", "broken")):
                if promise.end_seq is None or promise.end_seq <= ids[rows[promise.case_id].public_id]:
                    promises[promise.case_id].append(promise)
            for pk, row in sorted(rows.items()):
                holding = Holding(opened_with(row.person_id, handed[pk]), [*events[pk], *passed_on[pk]])
                yield row, events[pk], promises[pk], holding


def _judge(
    case: Case, moments: list[Moment], promises: Iterable[Promise], holding: Holding, begin: datetime, end: datetime,
    staff: Staff, found: list[Fact], waits: list[tuple[str, int, int, int, int]],
) -> None:  # fmt: skip
    branch = case.branch_id

    def inside(at: datetime) -> bool:
        return begin <= at < end

    def add(indicator: str, value: float, person: int | None, department: str = "", detail: str = "") -> None:
        own = department or (staff[person][0] if person in staff else "")
        found.append(Fact(indicator, case.public_id, value, branch, own, person if person in staff else None, detail))

    worked: dict[int, float] = {}
    steps: set[int] = set()
    returned: dict[tuple[str, str], int] = defaultdict(int)
    assessor = proposer = None
    disputed: dict[str, bool] = {}
    assessed: list[tuple[int, str]] = []
    notices = 0
    for place, one in enumerate(moments):
        if one.activity == activities.CASE_HANDED_OVER:
            continue
        if one.actor in staff and one.actor is not None:
            if inside(one.at):
                worked.setdefault(one.actor, 0.0)
            if one.activity in STEPS:
                steps.add(one.actor)
                before = next((m for m in reversed(moments[:place]) if m.actor != one.actor), None)
                if before is not None and inside(one.at) and one.at > before.at:
                    waits.append((case.public_id, branch, one.actor, _micros(before.at), _micros(one.at)))
        if one.activity == done.PAPER_RETURNED and one.actor is not None:
            which = (one.data.get("paper", ""), one.data.get("party", ""))
            returned[which] += 1
            if returned[which] > 1 and inside(one.at):
                worked[one.actor] = 1.0
        elif one.activity == done.SUPPLEMENT_NOTICED and one.actor is not None:
            notices += 1
            if notices > 1 and inside(one.at):
                worked[one.actor] = 1.0
        elif one.activity == done.ASSESSMENT_ISSUED:
            assessor = one.data.get("assessor") or one.actor
            if assessor is not None and inside(one.at):
                assessed.append((assessor, one.data.get("assessment", "")))
        elif one.activity == done.LINE_REVIEWED:
            disputed["changed"] = disputed.get("changed", False) or one.data.get("before") != one.data.get("amount")
        elif one.activity == done.DECISION_PROPOSED:
            proposer = one.actor
            if inside(one.at):
                came_back = next(
                    (m for m in moments[place + 1 :] if m.activity in (done.DECISION_RETURNED, done.DECIDED)), None
                )
                add("returned", float(came_back is not None and came_back.activity == done.DECISION_RETURNED), proposer)
        elif one.activity == done.RATED and inside(one.at):
            for person in sorted(steps):
                add("rating", float(one.data["score"]), person)
            if not steps:
                add("rating", float(one.data["score"]), None)
    for person, department in ((person, staff[person][0]) for person in sorted(worked) if person in staff):
        if department in ("survey", "assessment", "adjudication"):
            add("rework", worked[person], person, department)
    for person, _assessment in assessed[-1:]:
        add("disputes", float(disputed.get("changed", False)), person)
    _promises(promises, holding, inside, staff, worked, add)


def _promises(
    promises: Iterable[Promise], holding: Holding, inside: Any, staff: Staff,
    worked: dict[int, float], add: Any,
) -> None:  # fmt: skip
    broken: dict[int, float] = {person: 0.0 for person in worked if person in staff}
    for promise in promises:
        at = promise.broken_at if promise.state == "broken" else promise.settled_at
        if at is None or not inside(at):
            continue
        holder = holding.answers_for(promise)
        # A promise of another department is not the holder's to keep.
        if holder is not None and promise.department and staff.get(holder, ("", None))[0] != promise.department:
            holder = None
        add("kept", float(promise.state == "kept"), holder, promise.department, promise.rule)
        if holder is not None and holder in staff:
            broken[holder] = broken.get(holder, 0.0) + (promise.state == "broken")
    for person, count in sorted(broken.items()):
        add("broken", count, person)


def _hours(waits: list[tuple[str, int, int, int, int]], staff: Staff) -> list[Fact]:
    """Office hours of the steps; a minute at least, for the logarithm's sake."""
    if not waits:
        return []
    begins, ends = (np.array([row[place] for row in waits], np.int64) for place in (3, 4))
    edition = source().current().calendar
    if edition:
        working = WorkingTime.of(source().calendar(edition), int(begins.min()), int(ends.max()))
        hours = working.between(begins, ends) / 3.6e9
    else:
        hours = (ends - begins) / 3.6e9
    return [
        Fact("hours", case, max(float(hour), 1 / 60), branch, staff[person][0], person)
        for (case, branch, person, _b, _e), hour in zip(waits, hours, strict=True)
    ]


def _sold(begin: datetime, end: datetime, staff: Staff) -> list[Fact]:
    rows = Policy.objects.filter(issued_at__gte=begin, issued_at__lt=end).order_by("pk")
    return [
        Fact("premium", policy, float(fen), branch, staff[seller][0] if seller in staff else "", seller if seller in staff else None)
        for policy, fen, branch, seller in rows.values_list("public_id", "premium_fen", "branch_id", "seller_id")
    ]  # fmt: skip


def _wave(end: datetime) -> list[Fact]:
    """The newest wave that had begun by then, one row a respondent: the mean of its dimensions' means, 0 to 100.

    Dimensions weigh alike, however many items each has; items of none are one dimension."""
    campaign = Campaign.objects.exclude(wave="").filter(starts_at__lt=end).order_by("-starts_at", "-pk").first()
    if campaign is None:
        return []
    study = study_of_campaign(campaign)
    items = [
        one
        for one in study.of_role("perception")
        if one.low is not None and one.high is not None and one.high > one.low
    ]
    if not items:
        return []
    parts: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        share = (item.values - item.low) / (item.high - item.low)  # type: ignore[operator]
        parts[item.dimension].append(100 * (1 - share if item.reversed else share))
    values = mean_of([mean_of(part) for part in parts.values()])
    of = dict(campaign.responses.values_list("public_id", "branch_id"))
    known = set(Branch.objects.values_list("pk", flat=True))
    return [
        Fact("servperf", str(key), float(value), of[key])
        for key, value in zip(study.keys, values, strict=True) if np.isfinite(value) and of.get(key) in known
    ]  # fmt: skip


def mean_of(columns: list[Any]) -> Any:
    """Row by row, of what was answered; where nothing was, not a number."""
    table = np.stack(columns)
    answered = np.isfinite(table).sum(0)
    return np.where(answered > 0, np.nansum(table, 0) / np.maximum(answered, 1), np.nan)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond

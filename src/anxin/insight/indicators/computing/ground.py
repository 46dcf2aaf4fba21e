"""What the formulas look at: the claims of the lake and the facts in the reader's scope, of one line or of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.calendar import Calendar
from anxin.engines.mining import Log
from anxin.insight.indicators.computing.facts import NAT, branch_places
from anxin.insight.indicators.computing.sums import LINES, Told, rows_of, sums_of
from anxin.insight.indicators.definitions import LIFE_LINES
from anxin.insight.indicators.models import Fact
from anxin.insight.indicators.periods import Period
from anxin.insight.results.asking import Ask, among
from anxin.journal.promises.source import source
from anxin.journeys.claims.models import Claim
from anxin.registers.policies.models import Policy

_NEVER = -(2**40)
"""A day before all others, and its opposite after them."""


def days_within(period: Period) -> tuple[int, int]:
    """First day and the first one after, since 1970."""
    return (period.first - _EPOCH).days, (period.after - _EPOCH).days


_EPOCH = date(1970, 1, 1)


class Ground:
    """`business`: pc, life, or "" for both. Facts that name no line belong to either. `by_row`: facts one by one, for the rows
    behind a number; else as sums of those that are alike, which give the same number."""

    def __init__(self, ask: Ask, business: str, *, by_row: bool = False):
        self.ask, self.business, self.by_row = ask, business, by_row
        self.codes, self._place = branch_places(ask.chosen_branches)
        self._code_place = {code: place for place, code in enumerate(self.codes)}
        self._first: dict[str, NDArray[np.int64]] = {}
        self._last: dict[str, NDArray[np.int64]] = {}
        self._told: dict[str, Told] = {}
        self._has: dict[str, bool] = {}

    @property
    def now(self) -> datetime:
        return self.ask.now

    @cached_property
    def today(self) -> int:
        """Days since 1970 on the insurer's clock."""
        return int(np.datetime64(timezone.localdate(self.now), "D").astype(np.int64))

    # -- claims ---------------------------------------------------------------------------------------------------

    @cached_property
    def log(self) -> Log | None:
        """Claims of the chosen branches, of this line."""
        found = self.ask.log_of_all_months
        if found is None:
            return None
        wanted = among(found, "kind", {"claim"})
        if self.business:
            life = among(found, "line", LIFE_LINES)
            wanted &= life if self.business == "life" else ~life
        return found if wanted.all() else found.select_cases(wanted) if wanted.any() else None

    @property
    def cases(self) -> int:
        return self.log.cases if self.log is not None else 0

    @cached_property
    def case_branch(self) -> NDArray[np.int64]:
        """Each case's place in `codes`."""
        if self.log is None:
            return np.zeros(0, np.int64)
        column = self.log.case_attributes["branch"]
        assert column.names is not None
        places = np.array([self._code_place.get(name, -1) for name in column.names] or [-1], np.int64)
        return np.where(column.values >= 0, places[column.values], -1)

    def first(self, activity: str) -> NDArray[np.int64]:
        """Each case's first moment of an activity (NAT: none)."""
        if activity not in self._first:
            self._first[activity] = self._moment(activity, first=True)
        return self._first[activity]

    def last(self, activity: str) -> NDArray[np.int64]:
        if activity not in self._last:
            self._last[activity] = self._moment(activity, first=False)
        return self._last[activity]

    def _moment(self, activity: str, *, first: bool) -> NDArray[np.int64]:
        found = np.full(self.cases, NAT)
        case, time = self.events(activity)
        if first:
            case, time = case[::-1], time[::-1]
        found[case] = time  # events of a case stand in order: the one written last stays
        return found

    def events(self, activity: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(case, moment) of every event of an activity, by case and moment."""
        if self.log is None or (code := self.log.activities.code(activity)) < 0:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        places = np.flatnonzero(self.log.activity == code)
        return self._case_of_event[places].astype(np.int64), np.asarray(self.log.time)[places]

    @cached_property
    def _case_of_event(self) -> NDArray[np.int32]:
        assert self.log is not None
        return self.log.case_of_event()

    def having(self, attribute: str, *values: str) -> NDArray[np.bool_]:
        return np.zeros(0, bool) if self.log is None else among(self.log, attribute, values)

    @cached_property
    def loss(self) -> NDArray[np.int64]:
        """When the insured event happened, by case: the claim's own record, which no event tells."""
        found = np.full(self.cases, NAT)
        if self.log is None:
            return found
        told = dict(Claim.objects.values_list("case__public_id", "loss_at"))
        for place, public_id in enumerate(self.log.case_ids):
            if (at := told.get(public_id)) is not None:
                found[place] = round(at.timestamp() * 1_000_000)
        return found

    # -- facts ----------------------------------------------------------------------------------------------------

    def told(self, measure: str, period: Period | None = None, *, over: bool = False) -> Told:
        """What the facts of the reader's branches and this line say to a number; those without a branch only for readers of the
        whole insurer. `over`: only days before today. `branch` is a place in `codes`, -1 for none."""
        first, after = days_within(period) if period is not None else (_NEVER, -_NEVER)
        if over:
            after = min(after, self.today)
        if not self.by_row or period is None:
            return self._sums(measure).within(first, after)
        branches = None if self.ask.chosen_branches is None else list(self._place)
        return self._cut(rows_of(measure, self.calendar, branches=branches, first=first, after=after))

    def _sums(self, measure: str) -> Told:
        if measure not in self._told:
            self._told[measure] = self._cut(sums_of(measure, self.calendar, source().current().calendar))
        return self._told[measure]

    def _cut(self, whole: Told) -> Told:
        wanted = np.ones(len(whole), bool)
        if self.ask.chosen_branches is not None:
            wanted &= np.isin(whole.branch, list(self._place))
        if self.business:
            wanted &= np.isin(whole.line, (0, LINES.index(self.business)))
        found = whole.where(wanted)
        return replace(found, branch=self.place_of(found.branch))

    def has(self, kind: str) -> bool:
        """Whether there is any such fact in the reader's scope."""
        if kind not in self._has:
            rows = Fact.objects.filter(kind=kind)
            if self.ask.chosen_branches is not None:
                rows = rows.filter(branch_id__in=list(self._place))
            if self.business:
                rows = rows.filter(Q(data__line=self.business) | Q(data__line="") | Q(data__line__isnull=True))
            self._has[kind] = rows.exists()
        return self._has[kind]

    def place_of(self, branch: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places in `codes` of branches by primary key; -1 for no branch."""
        known = np.unique(branch)
        return np.array([self._place.get(int(pk), -1) for pk in known], np.int64)[np.searchsorted(known, branch)] if len(branch) else branch  # fmt: skip

    @cached_property
    def calendar(self) -> Calendar | None:
        editions = source().current()
        return source().calendar(editions.calendar) if editions.calendar else None

    # -- policies -------------------------------------------------------------------------------------------------

    @cached_property
    def policies(self) -> dict[str, NDArray[Any]]:
        """The register as arrays: branch (place), issued (moment), starts, ends, ended (days), surrendered, premium in yuan."""
        rows = Policy.objects.all()
        if self.ask.chosen_branches is not None:
            rows = rows.filter(branch_id__in=list(self._place))
        if self.business:
            life = rows.filter(product__line__in=LIFE_LINES)
            rows = life if self.business == "life" else rows.exclude(product__line__in=LIFE_LINES)
        told = list(
            rows.values_list(
                "branch_id", "issued_at", "starts_on", "ends_on", "terminated_on", "status", "premium_fen", "pk"
            )
        )

        def days(place: int) -> NDArray[np.int64]:
            return np.array([row[place] or "NaT" for row in told], "datetime64[D]").astype(np.int64)

        return {
            "branch": self.place_of(np.array([row[0] for row in told], np.int64)),
            "issued": np.array([round(row[1].timestamp() * 1_000_000) for row in told], np.int64),
            "starts": days(2), "ends": days(3), "ended": days(4),
            "surrendered": np.array([row[5] == "surrendered" for row in told], bool),
            "pk": np.array([row[7] for row in told], np.int64),
            "premium": np.array([row[6] / 100 for row in told], np.float64),
        }  # fmt: skip

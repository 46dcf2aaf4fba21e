"""What can be judged: each indicator's family, direction, levels, and whom it counts for. A plan gives weight, target and floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERSON, TEAM, BRANCH = "person", "team", "branch"
SERVICE, PREMIUM = "service", "premium"
SHARE, RATE, MEAN, TIME, AMOUNT = "share", "rate", "mean", "time", "amount"


@dataclass(frozen=True, slots=True)
class Kind:
    """`family` says how it is shrunk (`amount`: a sum, not shrunk). `departments` empty: everybody's. The last four are what a
    plan begins with: `of_level` floor and target of levels that have others than the rest."""

    code: str
    name: str | Promise
    about: str | Promise
    family: str
    block: str
    levels: tuple[str, ...]
    departments: tuple[str, ...]
    weight: int
    floor: float
    target: float
    of_level: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def up(self) -> bool:
        return self.target > self.floor

    @property
    def limits(self) -> dict[str, dict[str, float]]:
        """Floor and target by level: what a person writes in a month is not what a branch does."""
        found = {level: self.of_level.get(level, (self.floor, self.target)) for level in self.levels}
        return {level: {"floor": floor, "target": target} for level, (floor, target) in found.items()}


_ALL = (PERSON, TEAM, BRANCH)
KINDS: tuple[Kind, ...] = (
    Kind(
        "kept", _("Promises kept"), _("Share kept of their own department's promises that were in their hands when they were kept or broken"),
        SHARE, SERVICE, _ALL, (), 20, 0.75, 0.97,
    ),
    Kind(
        "broken", _("Promises broken in own hands"), _("Promises of their department that broke in their hands, per case they worked on"),
        RATE, SERVICE, (PERSON, TEAM), (), 10, 0.6, 0.05,
    ),
    Kind(
        "hours", _("Usual time of own steps"),
        _("Office hours (geometric mean) from when a step became theirs to take until they took it"),
        TIME, SERVICE, _ALL, (), 15, 24.0, 4.0,
    ),
    Kind(
        "rework", _("Cases with rework caused"), _("Cases in which a paper was returned twice or papers asked for twice"),
        SHARE, SERVICE, _ALL, ("survey", "assessment", "adjudication"), 10, 0.2, 0.02,
    ),
    Kind(
        "returned", _("Decisions returned"), _("Of the decisions proposed for approval, those that came back"),
        SHARE, SERVICE, _ALL, ("adjudication",), 5, 0.2, 0.02,
    ),
    Kind(
        "disputes", _("Disputes the customer won"), _("Of the assessments, those disputed and changed by the second assessor"),
        SHARE, SERVICE, _ALL, ("assessment",), 5, 0.2, 0.02,
    ),
    Kind(
        "rating", _("Customers' rating"), _("Stars from 1 to 5 for cases in which they took a step"),
        MEAN, SERVICE, _ALL, (), 10, 3.0, 4.6,
    ),
    Kind(
        "servperf", _("SERVPERF of the newest wave"), _("Mean of the dimensions of performance, each weighing alike, brought to 0 to 100"),
        MEAN, SERVICE, (BRANCH,), (), 10, 50.0, 85.0,
    ),
    Kind(
        "premium", _("Premium written"), _("Yuan a month of policies issued in the period, by seller and branch"),
        AMOUNT, PREMIUM, (PERSON, BRANCH), ("call_centre",), 15, 0.0, 100_000.0, {BRANCH: (0.0, 200_000.0)},
    ),
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}
FEWEST = 5
"""Nobody is judged on fewer cases than this; a plan may ask for more."""


def counts_for(kind: Kind, level: str, department: str) -> bool:
    """Whether an indicator is one of a unit's. A branch has all of its departments."""
    return level in kind.levels and (level == BRANCH or not kind.departments or department in kind.departments)

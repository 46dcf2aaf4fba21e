"""Whom a campaign asks, as conditions. Pure: JSON in, conditions out, and whether one person fulfils them.

| kind | who | fields |
|---|---|---|
| segment | customers with a policy in force that fulfils all conditions | branches, lines, policy_days, regions |
| claims | everyone whose claim was closed or paid in the last `days` days | happened, days, branches, lines |
| upload | the lines of a list | – |

An empty condition asks for nothing. `branches` are codes, `lines` those of the products, `regions` words of an address,
`policy_days` [least, most] the days since the policy began (null for no bound).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("segment", "claims", "upload")
HAPPENED = ("closed", "paid")
MOST_DAYS = 3_660


class BadAudience(ValueError):
    """Conditions that cannot be used: `field` and a code for a face to put into words."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class Audience:
    kind: str = "segment"
    branches: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    least_days: int | None = None
    most_days: int | None = None
    happened: str = "closed"
    days: int = 7

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": self.kind}
        if self.kind == "upload":
            return data
        data |= {name: list(value) for name in ("branches", "lines") if (value := getattr(self, name))}
        if self.kind == "claims":
            return {**data, "happened": self.happened, "days": self.days}
        if self.regions:
            data["regions"] = list(self.regions)
        if self.least_days is not None or self.most_days is not None:
            data["policy_days"] = [self.least_days, self.most_days]
        return data

    @property
    def asks_policies(self) -> bool:
        return bool(self.lines) or self.least_days is not None or self.most_days is not None

    def holds_policy(self, line: str, days: int) -> bool:
        """Whether one policy in force, of this line and begun so many days ago, fulfils the conditions on policies."""
        if self.lines and line not in self.lines:
            return False
        if self.least_days is not None and days < self.least_days:
            return False
        return self.most_days is None or days <= self.most_days

    def holds(self, *, branch: str, addresses: Collection[str], policies: Collection[tuple[str, int]]) -> bool:
        """Whether a customer is of the segment; `policies` are (line, days since it began) of those in force."""
        if self.branches and branch not in self.branches:
            return False
        if self.regions and not any(region in address for region in self.regions for address in addresses):
            return False
        return not self.asks_policies or any(self.holds_policy(*one) for one in policies)


def read_audience(data: Mapping[str, Any]) -> Audience:
    """From what a campaign holds. Raises `BadAudience` for the first thing that will not do."""
    kind = data.get("kind", "segment")
    if kind not in KINDS:
        raise BadAudience("audience", "kind")
    if kind == "upload":
        return Audience("upload")
    branches, lines = _words(data, "branches"), _words(data, "lines")
    if kind == "claims":
        happened, days = data.get("happened", "closed"), data.get("days", 7)
        if happened not in HAPPENED:
            raise BadAudience("happened", "choice")
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
            raise BadAudience("days", "days")
        return Audience("claims", branches, lines, happened=happened, days=days)
    bounds = data.get("policy_days") or [None, None]
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise BadAudience("policy_days", "days")
    for bound in bounds:
        if bound is not None and (not isinstance(bound, int) or isinstance(bound, bool) or not 0 <= bound <= 36_600):
            raise BadAudience("policy_days", "days")
    least, most = bounds
    if least is not None and most is not None and least > most:
        raise BadAudience("policy_days", "order")
    return Audience("segment", branches, lines, _words(data, "regions"), least, most)


def _words(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = data.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise BadAudience(name, "words")
    return tuple(dict.fromkeys(one.strip() for one in found))

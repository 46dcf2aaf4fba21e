"""What a promise rule is: data that a person may read, edit and publish, and that the fold executes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from django.utils.translation import get_language

Unit = Literal["minutes", "hours", "office_minutes", "calendar_days", "working_days", "years"]
DAY_UNITS: frozenset[str] = frozenset({"calendar_days", "working_days", "years"})
UNITS: frozenset[str] = frozenset({"minutes", "hours", "office_minutes"}) | DAY_UNITS
Klass = Literal["deadline", "count", "consequence", "indicator", "limitation", "modifier"]
Force = Literal["statutory", "advisory", "company"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty.

    `klass`: a *deadline* has a clock; a *count* allows its starting event `limit` times; a *limitation* is a clock that
    runs against the customer (Insurance Law art. 26) and only warns; *consequence* (recorded when a rule named in
    `follows` breaks), *indicator* (measured, not promised) and *modifier* (how another rule's clock is computed) start
    no clock and are kept so that every row of the table is accounted for.
    """

    id: str
    klass: Klass
    what_zh: str
    what_en: str
    source_zh: str
    source_en: str
    text_zh: str = ""
    text_en: str = ""
    force: Force = "statutory"
    confidence: str = "V"
    enabled: bool = True
    amount: int = 0
    unit: Unit = "calendar_days"
    limit: int = 1
    starts_on: tuple[str, ...] = ()
    kept_by: tuple[str, ...] = ()
    voided_by: tuple[str, ...] = ()
    paused_by: tuple[str, ...] = ()
    resumed_by: tuple[str, ...] = ()
    restarted_by: tuple[str, ...] = ()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Fields of the starting event's data and the values they may have; all must match."""
    key: str = ""
    """A data field that keeps several clocks of this rule apart in one case (an injured person, a disputed line)."""
    start_field: str = ""
    """A data field holding the ISO date the clock goes by, instead of the event's own moment (limitation)."""
    department: str = ""
    person_field: str = ""
    """A data field holding the user id of the person who holds this promise, where that is not the case's holder."""
    audience: Literal["customer", "staff"] = "customer"
    extended_amount: int = 0
    extended_unit: Unit = "calendar_days"
    extension_permission: str = ""
    """Who may extend to `extended_amount` counted from the start (a registered permission); empty: nobody."""
    follows: tuple[str, ...] = ()
    on_breach: str = ""
    """For a consequence: the activity recorded when a rule in `follows` breaks."""

    @property
    def what(self) -> str:
        return _spoken(self.what_zh, self.what_en)

    @property
    def source(self) -> str:
        return _spoken(self.source_zh, self.source_en)

    @property
    def text(self) -> str:
        return _spoken(self.text_zh, self.text_en)

    @property
    def has_clock(self) -> bool:
        return self.klass in ("deadline", "limitation")

    def covers(self, data: Mapping[str, Any]) -> bool:
        return all(data.get(name) in allowed for name, allowed in self.where.items())

    @property
    def activities(self) -> frozenset[str]:
        return frozenset(
            self.starts_on + self.kept_by + self.voided_by + self.paused_by + self.resumed_by + self.restarted_by
        )

    def to_data(self) -> dict[str, Any]:
        """Canonical JSON-able form; defaults are left out, so that a diff shows what an administrator changed."""
        full = asdict(self)
        plain = {item.name: item.default for item in fields(self)}
        full["where"] = {name: list(values) for name, values in self.where.items()}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in full.items()
            if not (value == plain.get(name) or (name == "where" and not value))
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rule:
        """The rule that `to_data` wrote. Raises ValueError naming the field that is wrong."""
        known = {item.name for item in fields(cls)}
        unknown = data.keys() - known
        if unknown:
            raise ValueError(f"unknown field {sorted(unknown)[0]!r} in rule {data.get('id', '?')!r}")
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        values["where"] = {name: tuple(allowed) for name, allowed in data.get("where", {}).items()}
        rule = cls(**values)
        if rule.unit not in UNITS:
            raise ValueError(f"unit of {rule.id} must be one of {', '.join(sorted(UNITS))}")
        if rule.has_clock and rule.amount < 1:
            raise ValueError(f"amount of {rule.id} must be a whole number from 1")
        if rule.has_clock and not rule.starts_on:
            raise ValueError(f"starts_on of {rule.id} names no activity")
        return rule


class RuleSet:
    """The rules of one edition, indexed by the activities they listen to. Immutable."""

    def __init__(self, rules: Mapping[str, Rule]):
        self._rules = dict(rules)
        self.activities: frozenset[str] = frozenset().union(*(rule.activities for rule in self._rules.values()))
        self._starting: dict[str, list[Rule]] = {}
        for rule in self._rules.values():
            if rule.enabled and (rule.has_clock or rule.klass == "count"):
                for name in rule.starts_on:
                    self._starting.setdefault(name, []).append(rule)

    def __getitem__(self, rule_id: str) -> Rule:
        return self._rules[rule_id]

    def __contains__(self, rule_id: str) -> bool:
        return rule_id in self._rules

    def __iter__(self) -> Any:
        return iter(self._rules.values())

    def starting(self, activity: str) -> list[Rule]:
        return self._starting.get(activity, [])

    def consequences(self, rule_id: str) -> list[Rule]:
        """What the breach of a rule brings with it (CL-08: liability for the customer's loss, art. 23(2))."""
        return [
            rule for rule in self._rules.values()
            if rule.klass == "consequence" and rule.enabled and rule.on_breach and rule_id in rule.follows
        ]  # fmt: skip


def _spoken(zh: str, en: str) -> str:
    return en if en and (get_language() or "").startswith("en") else zh

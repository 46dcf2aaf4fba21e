"""The registry of activities: what can happen to a case, in which version of its data.

An activity that nobody registered raises, so a typing error can never become a fact. When the shape of an activity's
data changes, its version goes up and an *upcaster* turns the older data into the newer on reading; stored events never
change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]


@dataclass(frozen=True, slots=True)
class Activity:
    name: str
    title: str | StrPromise
    """What happened, in words for people (a lazy translation); may hold %(field)s of the data."""
    version: int = 1
    fields: frozenset[str] | None = None
    """The data's allowed fields; None allows any (imported logs)."""
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)

    def check(self, data: Data) -> None:
        if self.fields is not None and not data.keys() <= self.fields:
            extra = ", ".join(sorted(data.keys() - self.fields))
            raise ValueError(f"activity {self.name} has no data field {extra}; register it with the activity")

    def current(self, data: Data, version: int) -> Data:
        """The data as today's version has it."""
        while version < self.version:
            data = self.upcasters[version](data)
            version += 1
        return data


_registry: dict[str, Activity] = {}


def register(
    name: str, title: str | StrPromise, *, version: int = 1, fields: tuple[str, ...] | None = (),
    upcasters: Mapping[int, Upcaster] | None = None,
) -> str:  # fmt: skip
    """Add an activity and return its name. `fields=None` allows any data."""
    missing = [number for number in range(1, version) if number not in (upcasters or {})]
    if missing:
        raise ValueError(f"activity {name} version {version} lacks an upcaster from version {missing[0]}")
    _registry[name] = Activity(
        name, title, version, None if fields is None else frozenset(fields), dict(upcasters or {})
    )
    return name


def activity(name: str) -> Activity:
    try:
        return _registry[name]
    except KeyError:
        raise LookupError(f"activity {name!r} is not registered: register it in its room's activities.py") from None


def all_activities() -> tuple[Activity, ...]:
    return tuple(_registry[name] for name in sorted(_registry))


CASE_HANDED_OVER = "case.handed_over"
CASE_NOTED = "case.noted"
EVENT_CORRECTED = "event.corrected"
TEXT_ERASED = "text.erased"
PROMISE_NEAR = "promise.near"
PROMISE_ESCALATED = "promise.escalated"
PROMISE_BROKEN = "promise.broken"
PROMISE_EXTENDED = "promise.extended"
PROMISE_REDATED = "promise.redated"
PROMISE_VOIDED = "promise.voided"
PROMISE_HANDED_OVER = "promise.handed_over"


def register_own() -> None:
    promise = ("rule", "key", "serial")
    register(CASE_HANDED_OVER, _("Handed over"), fields=("from", "to", "from_person", "to_person", "reason"))
    register(CASE_NOTED, _("A note was written"), fields=("text", "digest"))
    register(EVENT_CORRECTED, _("Correction of an earlier entry"), fields=("seq", "text", "digest"))
    register(TEXT_ERASED, _("The words of an entry were erased"), fields=("text",))
    register(PROMISE_NEAR, _("A promise is nearly due"), fields=promise)
    register(PROMISE_ESCALATED, _("A promise about to break went to the supervisor"), fields=promise)
    register(PROMISE_BROKEN, _("A promise was broken"), fields=(*promise, "count"))
    register(PROMISE_EXTENDED, _("A time limit was extended"), fields=(*promise, "amount", "unit", "text", "digest"))
    register(PROMISE_REDATED, _("A time limit was dated anew"), fields=(*promise, "rules", "calendar"))
    register(PROMISE_VOIDED, _("A promise no longer applies"), fields=(*promise, "text", "digest"))
    register(PROMISE_HANDED_OVER, _("A promise was given to another person"), fields=(*promise, "person"))

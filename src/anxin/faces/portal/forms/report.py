"""The one form for reporting a claim: what it asks, and how what was typed becomes a report."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.faces.portal.forms.amounts import fen_of
from anxin.journeys.claims.models import Claim
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import standing_on
from anxin.registers.products.models import MOTOR_LINES, Line

FIELDS = (
    "subject",
    "cause",
    "loss_on",
    "loss_time",
    "loss_place",
    "account",
    "injury",
    "third_party",
    "claimed",
    "once",
)

Cause = Claim.Cause
_CAUSES = {
    Claim.Type.MOTOR: (
        Cause.COLLISION, Cause.GLASS, Cause.WATER, Cause.STORM, Cause.THEFT, Cause.FIRE, Cause.INJURY, Cause.OTHER,
    ),
    Claim.Type.HOME: (Cause.FIRE, Cause.WATER, Cause.STORM, Cause.THEFT, Cause.GLASS, Cause.OTHER),
    Claim.Type.OTHER: (
        Cause.ILLNESS, Cause.INJURY, Cause.DEATH, Cause.FIRE, Cause.WATER, Cause.STORM, Cause.THEFT, Cause.OTHER,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """Something of mine a loss can happen to: a car with its policies, a home, one other policy."""

    key: str
    type: str
    label: str
    policies: tuple[Policy, ...]

    def on(self, day: date) -> list[Policy]:
        """Of each line the policy in force on the day of the loss; else the latest: whether it holds is checked later."""
        chosen: dict[str, Policy] = {}
        for policy in sorted(self.policies, key=lambda item: item.starts_on):
            line = policy.product.line
            if line not in chosen or standing_on(chosen[line], day) != "in_force":
                chosen[line] = policy
        return list(chosen.values())


def subjects_of(policies: Iterable[Policy]) -> list[Subject]:
    """What a customer's policies are about, one entry per car, home or other policy; those in force first."""
    groups: dict[str, list[Policy]] = {}
    words: dict[str, tuple[str, str]] = {}
    for policy in policies:
        line = policy.product.line
        car = next(iter(policy.vehicles.all()), None)
        home = next(iter(policy.homes.all()), None)
        if line in MOTOR_LINES and car is not None:
            key = f"car-{car.plate_key or car.vin}"
            words.setdefault(key, (Claim.Type.MOTOR, _("Car %(plate)s") % {"plate": car.plate or car.make_and_model}))
        elif line == Line.HOME and home is not None:
            key = f"home-{home.address}"
            words.setdefault(key, (Claim.Type.HOME, _("Home %(address)s") % {"address": home.address}))
        else:
            key = f"policy-{policy.product.code}"
            kind = Claim.Type.MOTOR if line in MOTOR_LINES else Claim.Type.OTHER
            words.setdefault(key, (kind, policy.product.name))
        groups.setdefault(key, []).append(policy)
    today = timezone.localdate()
    found = [Subject(key, words[key][0], words[key][1], tuple(rows)) for key, rows in groups.items()]
    return sorted(found, key=lambda item: not any(standing_on(row, today) == "in_force" for row in item.policies))


def causes_for(subjects: Iterable[Subject]) -> list[tuple[str, str]]:
    """The causes that can befall any of these, each once: (value, words)."""
    kinds = dict.fromkeys(subject.type for subject in subjects)
    found = dict.fromkeys(cause for kind in kinds for cause in _CAUSES[Claim.Type(kind)])
    # “Something else” belongs at the end, whichever kinds come together.
    ordered = [cause for cause in found if cause != Cause.OTHER] + [Cause.OTHER]
    return [(cause.value, str(cause.label)) for cause in ordered]


def new_once() -> str:
    """A name for one sending of the form: pressed twice, reported once."""
    return secrets.token_hex(12)


def typed_of(post: QueryDict | Mapping[str, Any]) -> dict[str, str]:
    return {name: str(post.get(name, ""))[:5_000] for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Report:
    """A form that is complete: the arguments of `notify_claim`."""

    subject: Subject
    arguments: dict[str, Any]


def read_report(
    typed: Mapping[str, str], subjects: list[Subject], *, actor: Actor, now: datetime
) -> tuple[Report | None, dict[str, str]]:
    """(the report, nothing wrong) or (None, what is wrong by field)."""
    wrong: dict[str, str] = {}
    subject = next((item for item in subjects if item.key == typed["subject"]), None)
    if subject is None:
        wrong["subject"] = _("Choose what it is about.")
    if typed["cause"] not in Claim.Cause.values:
        wrong["cause"] = _("Choose what happened.")
    loss_at = _moment(typed, wrong)
    if loss_at is not None and loss_at > now:
        wrong["loss_on"] = _("This lies in the future: check day and time.")
    if not typed["loss_place"].strip():
        wrong["loss_place"] = _("Say where it happened: a road, a crossing, an address.")
    elif len(typed["loss_place"].strip()) > 160:
        wrong["loss_place"] = _("At most %(many)d characters.") % {"many": 160}
    if not typed["account"].strip():
        wrong["account"] = _("Tell us in a few words what happened.")
    elif len(typed["account"].strip()) > 4_000:
        wrong["account"] = _("At most %(many)d characters.") % {"many": 4_000}
    for name in ("injury", "third_party"):
        if typed[name] not in ("yes", "no"):
            wrong[name] = _("Choose yes or no.")
    claimed = None
    try:
        claimed = fen_of(typed["claimed"])
    except ValueError as bad:
        wrong["claimed"] = str(bad)
    if wrong or subject is None or loss_at is None:
        return None, wrong
    once = typed["once"] if typed["once"].isalnum() and len(typed["once"]) <= 40 else new_once()
    return Report(
        subject,
        {
            "type": subject.type, "policies": subject.on(timezone.localdate(loss_at)), "cause": typed["cause"],
            "loss_at": loss_at, "loss_place": typed["loss_place"], "account": typed["account"],
            "has_injury": typed["injury"] == "yes", "has_third_party": typed["third_party"] == "yes",
            "claimed_fen": claimed, "reporter_name": actor.name[:60], "external_id": f"portal-{once}",
        },
    ), {}  # fmt: skip


def _moment(typed: Mapping[str, str], wrong: dict[str, str]) -> datetime | None:
    """Day and time on the insurer's clock."""
    try:
        on = date.fromisoformat(typed["loss_on"].strip())
    except ValueError:
        wrong["loss_on"] = _("Choose the day it happened.")
        return None
    try:
        at = time.fromisoformat(typed["loss_time"].strip())
    except ValueError:
        wrong["loss_time"] = _("Enter the time it happened; roughly is enough.")
        return None
    return datetime.combine(on, at.replace(tzinfo=None), timezone.get_default_timezone())

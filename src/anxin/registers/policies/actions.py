"""The only writers of policies, besides imports: endorsements. A change is a row that keeps what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actions import record_unmasking
from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.registers.customers import identity
from anxin.registers.customers.masking import plate_text
from anxin.registers.customers.permissions import REVEAL
from anxin.registers.policies.models import Endorsement, Policy, PolicyCoverage, Suspension, Vehicle
from anxin.registers.policies.permissions import ENDORSE
from anxin.registers.policies.queries import is_in_force


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """A coverage's terms from the effective day on. `limit_fen` None: no limit but the loss."""

    limit_fen: int | None = None
    deductible_fen: int = 0
    deductible_permille: int = 0


@transaction.atomic
def change_terms(
    *, public_id: str, effective_on: date, coverages: Mapping[str, CoverageChange | None] | None = None,
    premium_fen: int | None = None, sum_insured_fen: int | None = None, plates: Mapping[str, str] | None = None,
    text: str = "", actor: Actor, now: datetime,
) -> Endorsement:  # fmt: skip
    """Change coverages (by code; None takes one out), money, or plates (by VIN) from `effective_on`.

    Raises `Invalid` naming the field, `IllegalMove` where the policy does not cover that day.
    """
    policy = _locked(public_id, actor)
    if not is_in_force(policy, effective_on):
        raise IllegalMove(_("The policy is not in force on that day, so its terms cannot change then."))
    changes: dict[str, Any] = {}
    covers = _change_coverages(policy, coverages or {})
    if covers:
        changes["coverages"] = covers
    money = {
        field: {"from": getattr(policy, field), "to": value}
        for field, value in (("premium_fen", premium_fen), ("sum_insured_fen", sum_insured_fen))
        if value is not None and value != getattr(policy, field)
    }
    for field, change in money.items():
        if change["to"] < 0:
            raise Invalid(_("An amount is not negative."), fields={field: _("An amount is not negative.")})
        setattr(policy, field, change["to"])
    if money:
        changes["policy"] = money
    vehicles = _change_plates(policy, plates or {})
    if vehicles:
        changes["vehicles"] = vehicles
    if not changes:
        raise Invalid(_("Nothing would change."))
    return _endorse(policy, Endorsement.Kind.CHANGE, effective_on, changes, text, actor, now)


@transaction.atomic
def extend(
    *, public_id: str, until: date, effective_on: date, text: str = "", actor: Actor, now: datetime
) -> Endorsement:
    """Lengthen the term; shortening it is `terminate`."""
    policy = _locked(public_id, actor)
    if policy.status != Policy.Status.ACTIVE or policy.ends_on is None:
        raise IllegalMove(_("Only an active policy with a last day can be extended."))
    if until <= policy.ends_on:
        wrong = _("The new last day is not after the present one.")
        raise Invalid(wrong, fields={"until": wrong})
    changes = {"policy": {"ends_on": {"from": policy.ends_on.isoformat(), "to": until.isoformat()}}}
    policy.ends_on = until
    return _endorse(policy, Endorsement.Kind.EXTEND, effective_on, changes, text, actor, now)


@transaction.atomic
def suspend(*, public_id: str, from_on: date, text: str = "", actor: Actor, now: datetime) -> Endorsement:
    """Stop cover from 00:00 of `from_on` (Insurance Law, art. 36: a renewal premium unpaid after the grace period)."""
    policy = _locked(public_id, actor)
    if policy.status != Policy.Status.ACTIVE:
        raise IllegalMove(_("Only an active policy can be suspended."))
    _within_term(policy, from_on)
    Suspension.objects.create(policy=policy, from_on=from_on)
    policy.status = Policy.Status.SUSPENDED
    return _endorse(policy, Endorsement.Kind.SUSPEND, from_on, _status("active", "suspended"), text, actor, now)


@transaction.atomic
def resume(*, public_id: str, on: date, text: str = "", actor: Actor, now: datetime) -> Endorsement:
    """Cover again from 00:00 of `on` (art. 37: by agreement and payment, within two years)."""
    policy = _locked(public_id, actor)
    stop = policy.suspensions.filter(until_on=None).first()
    if policy.status != Policy.Status.SUSPENDED or stop is None:
        raise IllegalMove(_("Only a suspended policy can be reinstated."))
    if on <= stop.from_on:
        wrong = _("Reinstatement comes after the day cover stopped.")
        raise Invalid(wrong, fields={"on": wrong})
    stop.until_on = on - timedelta(days=1)
    stop.save(update_fields=["until_on"])
    policy.status = Policy.Status.ACTIVE
    return _endorse(policy, Endorsement.Kind.RESUME, on, _status("suspended", "active"), text, actor, now)


@transaction.atomic
def terminate(*, public_id: str, on: date, how: str, text: str = "", actor: Actor, now: datetime) -> Endorsement:
    """End the policy: no cover from 00:00 of `on`. `how` is lapsed, surrendered, cancelled or completed."""
    policy = _locked(public_id, actor)
    if policy.status in Policy.ENDED:
        raise IllegalMove(_("The policy has already ended."))
    if how not in Policy.ENDED:
        raise Invalid(
            _("Say how the policy ends."), fields={"how": _("Choose lapsed, surrendered, cancelled or ended.")}
        )
    _within_term(policy, on)
    changes = _status(policy.status, str(how))
    changes["policy"]["terminated_on"] = {"from": None, "to": on.isoformat()}
    policy.status, policy.terminated_on = str(how), on
    return _endorse(policy, Endorsement.Kind.TERMINATE, on, changes, text, actor, now)


@transaction.atomic
def reveal_vehicle(*, vehicle: Vehicle, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """A plate or VIN in full, on record; customers see their own without."""
    if not Policy.objects.visible_to(actor).filter(pk=vehicle.policy_id).exists():
        raise Missing(_("There is no such policy."))
    if field not in {"plate", "vin"}:
        raise Invalid(_("This value is not masked."), fields={"field": _("Choose one of the masked values.")})
    if not actor.is_customer:
        actor.must(REVEAL)
        why = reason.strip()
        if not 2 <= len(why) <= 200:
            raise Invalid(
                _("Say why you need to see this."), fields={"reason": _("Enter a reason of 2 to 200 characters.")}
            )
        record_unmasking(subject=("policy", vehicle.policy.public_id), field=field, reason=why, actor=actor, now=now)
    return str(getattr(vehicle, field))


def _locked(public_id: str, actor: Actor) -> Policy:
    policy = (
        Policy.objects.visible_to(actor).select_for_update(of=("self",)).filter(public_id=public_id)
        .select_related("product").first()
    )  # fmt: skip
    if policy is None:
        raise Missing(_("There is no such policy."))
    actor.must(ENDORSE)
    return policy


def _within_term(policy: Policy, on: date) -> None:
    if on < policy.starts_on or (policy.ends_on is not None and on > policy.ends_on):
        raise Invalid(_("That day is outside the policy's term."), fields={"on": _("Choose a day within the term.")})


def _status(before: str, after: str) -> dict[str, Any]:
    return {"policy": {"status": {"from": str(before), "to": after}}}


def _change_coverages(policy: Policy, wanted: Mapping[str, CoverageChange | None]) -> dict[str, Any]:
    offered = {item.code: item for item in policy.product.coverages.all()}
    held = {row.coverage_id: row for row in policy.coverages.all()}
    changes: dict[str, Any] = {}
    for code, new in wanted.items():
        coverage = offered.get(code)
        if coverage is None:
            wrong = _("The product has no coverage %(code)s.") % {"code": code}
            raise Invalid(wrong, fields={"coverages": wrong})
        row = held.get(coverage.pk)
        before = None if row is None else asdict(
            CoverageChange(row.limit_fen, row.deductible_fen, row.deductible_permille)
        )  # fmt: skip
        after = None if new is None else asdict(new)
        if before == after:
            continue
        if new is None and row is not None:
            row.delete()
        elif new is not None:
            _check_amounts(new)
            PolicyCoverage.objects.update_or_create(policy=policy, coverage=coverage, defaults=asdict(new))
        changes[code] = {"from": before, "to": after}
    return changes


def _check_amounts(new: CoverageChange) -> None:
    if new.limit_fen is not None and new.limit_fen <= 0:
        raise Invalid(_("A limit is more than nothing."), fields={"coverages": _("A limit is more than nothing.")})
    if new.deductible_fen < 0 or not 0 <= new.deductible_permille <= 1000:
        wrong = _("A deductible is not negative and not more than the whole loss.")
        raise Invalid(wrong, fields={"coverages": wrong})


def _change_plates(policy: Policy, plates: Mapping[str, str]) -> dict[str, Any]:
    vehicles = {vehicle.vin: vehicle for vehicle in policy.vehicles.all()}
    changes: dict[str, Any] = {}
    for vin, plate in plates.items():
        vehicle = vehicles.get(vin)
        if vehicle is None:
            raise Invalid(_("The policy has no such vehicle."), fields={"plates": _("The policy has no such vehicle.")})
        try:
            key = identity.plate(plate)
        except identity.BadNumber as bad:
            raise Invalid(str(bad), fields={"plates": str(bad)}) from None
        if key == vehicle.plate_key:
            continue
        changes[vin] = {"plate": {"from": vehicle.plate, "to": plate_text(key)}}
        vehicle.plate, vehicle.plate_key = plate_text(key), key
        vehicle.save(update_fields=["plate", "plate_key"])
    return changes


def _endorse(
    policy: Policy, kind: str, effective_on: date, changes: dict[str, Any], text: str, actor: Actor, now: datetime
) -> Endorsement:
    last = policy.endorsements.order_by("-serial").first()
    if last is not None and effective_on < last.effective_on:
        # Terms of a past day are found by undoing later endorsements one after another; that needs days in order.
        wrong = _("An earlier endorsement takes effect on %(day)s: choose that day or a later one.") % {
            "day": last.effective_on
        }
        raise Invalid(wrong, fields={"effective_on": wrong})
    serial = last.serial + 1 if last else 1
    policy.save()
    return Endorsement.objects.create(
        policy=policy, serial=serial, number=f"{policy.number}-E{serial:02d}", kind=kind, effective_on=effective_on,
        changes=changes, text=text, made_by_id=actor.user_id, made_at=now,
    )  # fmt: skip

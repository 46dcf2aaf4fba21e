"""Which policies a loss falls under, and whether they were in force on its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.access.prepared import Prepared
from anxin.journeys.claims.models import Claim
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Insured, Policy, PolicyQuerySet, Suspension, Vehicle
from anxin.registers.products.models import MOTOR_LINES, Line

# Property losses are looked at and assessed item by item; benefits of persons are worked out from papers.
ASSESSED_LINES = frozenset({*MOTOR_LINES, Line.HOME, Line.ENTERPRISE_PROPERTY, Line.ENGINEERING, Line.CARGO})

IN_FORCE, NOT_IN_FORCE, DOUBTFUL = "in_force", "not_in_force", "doubtful"


@dataclass(frozen=True, slots=True)
class Cover:
    """A policy and what the check says of it. `reason` is empty when it was in force, else one of: before_start,
    after_end, suspended, lapsed, surrendered, cancelled, completed."""

    policy: Policy
    reason: str

    @property
    def in_force(self) -> bool:
        return not self.reason


def result_of(covers: Sequence[Cover]) -> str:
    """One word for all policies together: a person looks when they differ."""
    standing = {cover.in_force for cover in covers}
    return IN_FORCE if standing == {True} else NOT_IN_FORCE if standing == {False} else DOUBTFUL


def fits(claim_type: str, line: str) -> bool:
    if claim_type == Claim.Type.MOTOR:
        return line in MOTOR_LINES
    if claim_type == Claim.Type.HOME:
        return line == Line.HOME
    return line not in MOTOR_LINES and line != Line.HOME


def check(
    *, customer: Customer, policies: Iterable[Policy] | None, claim_type: str, plate: str, on: date, actor: Actor
) -> list[Cover]:
    """The policies a loss on day `on` is claimed under, in the order in which they pay (compulsory first), checked.

    `policies` None: all of the customer's for that kind of loss — for a car, its compulsory and its commercial one.
    Raises `Invalid` when none fits or it is not clear which, `Missing` for policies that are not the customer's or not
    the actor's to see.
    """
    if policies is None:
        covers = [_judge(policy, on) for policy in _candidates(customer, claim_type)]
        chosen = _choose(covers, claim_type, plate)
    else:
        wanted = {policy.pk for policy in policies}
        found = [_of_customer.first(policy=pk, customer=customer.pk) for pk in sorted(wanted)]
        chosen = [_judge(policy, on) for policy in found if policy is not None]
        if not wanted or len(chosen) != len(wanted):
            raise Missing(_("There is no such policy."))
        if not all(fits(claim_type, cover.policy.product.line) for cover in chosen):
            message = _("This policy does not cover that kind of loss.")
            raise Invalid(message, fields={"policies": message})
    branches = actor.branch_ids if actor.is_staff else None
    if branches is not None and not all(cover.policy.branch_id in branches for cover in chosen):
        raise Missing(_("There is no such policy."))
    return sorted(chosen, key=lambda cover: (cover.policy.product.line != Line.MOTOR_COMPULSORY, cover.policy.pk))


def main_line(covers: Sequence[Cover]) -> str:
    """The line the claim is counted under: the voluntary cover where there is one."""
    lines = [cover.policy.product.line for cover in covers]
    return str(next((line for line in lines if line != Line.MOTOR_COMPULSORY), lines[0]))


def _theirs(customer: int) -> PolicyQuerySet:
    """Policies a customer (id) holds or is insured under."""
    insured = Exists(Insured.objects.filter(policy=OuterRef("pk"), customer_id=customer))
    return (
        Policy.objects.filter(Q(policyholder_id=customer) | insured)
        .select_related("product", "branch", "policyholder")
        .annotate(was_suspended=Exists(Suspension.objects.filter(policy=OuterRef("pk"))))
        .order_by()
    )


# A report asks for these by id, and reports come by the thousand.
_of_customer = Prepared(lambda policy, customer: _theirs(customer).filter(pk=policy), policy=int, customer=int)


def _candidates(customer: Customer, claim_type: str) -> list[Policy]:
    return [policy for policy in _theirs(customer.pk) if fits(claim_type, policy.product.line)]


def _judge(policy: Policy, on: date) -> Cover:
    if on < policy.starts_on:
        return Cover(policy, "before_start")
    if policy.terminated_on is not None and policy.terminated_on <= on:
        return Cover(policy, policy.status)
    if policy.ends_on is not None and policy.ends_on < on:
        return Cover(policy, "after_end")
    return Cover(policy, "suspended" if _is_suspended(policy, on) else "")


def _is_suspended(policy: Policy, on: date) -> bool:
    if not policy.was_suspended:  # type: ignore[attr-defined]
        return False
    stopped = Suspension.objects.filter(Q(until_on=None) | Q(until_on__gte=on), policy=policy, from_on__lte=on)
    return stopped.exists()


def _choose(covers: list[Cover], claim_type: str, plate: str) -> list[Cover]:
    if not covers:
        message = _("There is no policy for that kind of loss. Look up the policy, or choose another kind.")
        raise Invalid(message, fields={"policies": message})
    if claim_type == Claim.Type.MOTOR:
        covers = _of_one_vehicle(covers, plate)
    standing = [cover for cover in covers if cover.in_force]
    if claim_type == Claim.Type.MOTOR:
        return [_latest(standing or covers, line) for line in {c.policy.product.line for c in standing or covers}]
    if len(standing) > 1:
        message = _("There are several policies for that kind of loss: choose one.")
        raise Invalid(message, fields={"policies": message})
    return standing or [max(covers, key=lambda cover: cover.policy.starts_on)]


def _latest(covers: list[Cover], line: str) -> Cover:
    return max((c for c in covers if c.policy.product.line == line), key=lambda cover: cover.policy.starts_on)


def _of_one_vehicle(covers: list[Cover], plate: str) -> list[Cover]:
    cars: dict[int, str] = {}
    for policy_id, key, vin in Vehicle.objects.filter(policy__in=[c.policy.pk for c in covers]).values_list(
        "policy_id", "plate_key", "vin"
    ):
        cars[policy_id] = key or vin
    if plate:
        from anxin.registers.customers.masking import plate_key

        wanted = plate_key(plate)
        found = [cover for cover in covers if cars.get(cover.policy.pk) == wanted]
        if not found:
            message = _("None of the customer's policies is for this number plate.")
            raise Invalid(message, fields={"plate": message})
        return found
    standing = {cars.get(cover.policy.pk, "") for cover in covers if cover.in_force}
    choice = standing or {cars.get(cover.policy.pk, "") for cover in covers}
    if len(choice) > 1:
        message = _("The customer has several vehicles: choose the policy or give the number plate.")
        raise Invalid(message, fields={"policies": message})
    (only,) = choice
    return [cover for cover in covers if cars.get(cover.policy.pk, "") == only]

"""A customer's own policies, for lists and for one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.registers.policies.document import standing_text
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import number_key, standing_on
from anxin.registers.products.models import MOTOR_LINES, Line

_ORDER = {"in_force": 0, "suspended": 1, "not_begun": 2}


@dataclass(frozen=True, slots=True)
class MyPolicy:
    policy: Policy
    thing: str
    """What is insured: a plate, an address; empty for a person."""
    standing: str
    icon: str

    @property
    def standing_words(self) -> str:
        return standing_text(self.standing)


def my_policies(actor: Actor, on: date, *, text: str = "") -> list[MyPolicy]:
    """The customer's policies — those in force first — that `text` may mean: number, product, plate, address, status.

    Five queries, however many policies. A customer has few: they are all read, and searched as they are shown.
    """
    rows = (
        Policy.objects.visible_to(actor)
        .select_related("product", "branch")
        .prefetch_related("vehicles", "homes", "suspensions")
    )
    found = [_mine(policy, on) for policy in rows]
    if text.strip():
        found = [row for row in found if _means(row, text)]
    return sorted(found, key=lambda row: (_ORDER.get(row.standing, 3), -row.policy.starts_on.toordinal()))


def thing_of(policy: Policy) -> str:
    car = next(iter(policy.vehicles.all()), None)
    home = next(iter(policy.homes.all()), None)
    if car is not None:
        return car.plate or car.make_and_model
    return home.address if home is not None else ""


def _mine(policy: Policy, on: date) -> MyPolicy:
    line = policy.product.line
    icon = "car" if line in MOTOR_LINES else "home" if line == Line.HOME else "shield"
    return MyPolicy(policy, thing_of(policy), standing_on(policy, on), icon)


def _means(row: MyPolicy, text: str) -> bool:
    words = text.strip().lower()
    plain = number_key(text)
    policy = row.policy
    texts = (
        policy.product.name_zh, policy.product.name_en, str(policy.product.get_line_display()), row.thing,
        row.standing_words, policy.number, _("policy"),
    )  # fmt: skip
    if any(words in item.lower() for item in texts):
        return True
    return bool(plain) and (plain in policy.number_key or plain in number_key(row.thing))

"""A small insurer for the benchmark, from a seed of its own: `python -m benchmarks.claims.world SEED CUSTOMERS`.

One branch with three people per role, customers with a car each, insured twice (compulsory and commercial) and paid to an account
of the register. Prints what the driver needs as JSON: a token per person, and each customer's id with their policies'.
Writes into ANXIN_HOME, or into the database of ANXIN_DATABASE_URL.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, timedelta
from typing import Any

ROLES = {
    "call_taker": "call_centre", "assessor": "assessment", "adjudicator": "adjudication", "finance": "finance",
    "supervisor": "administration",
}  # fmt: skip
PEOPLE = 3
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def build(seed: int, customers: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    from anxin.access import clock
    from anxin.access.actions import issue_token, lay_departments
    from anxin.access.actors import system
    from anxin.access.models import Branch, Department, RoleGrant, User
    from anxin.access.permissions import Role, permissions_of
    from anxin.registers.products.catalogue import install_catalogue

    call_command("migrate", verbosity=0)
    now, chance = clock.now(), random.Random(seed)
    with transaction.atomic():
        lay_departments()
        branch = Branch.objects.create(
            code="3205", name_zh="苏州分公司", name_en="Suzhou Branch", short_zh="苏州", short_en="Suzhou"
        )
        tokens: dict[str, list[str]] = {}
        for role, department in ROLES.items():
            for number in range(PEOPLE):
                name = f"{role}{number + 1}"
                user = User(
                    username=name, display_name=name, branch=branch, authority_level=4,
                    department=Department.objects.get(pk=department),
                )  # fmt: skip
                user.set_unusable_password()
                user.save()
                RoleGrant.objects.create(user=user, role=role, branch=branch)
                scopes = permissions_of([Role(role)])
                _token, secret = issue_token(
                    user=user, name="benchmark", scopes=scopes, expires_at=None, actor=system(), now=now
                )
                tokens.setdefault(role, []).append(secret)
        products = {product.line: product for product in install_catalogue(actor=system(), now=now)}
        people = _customers(chance, customers, branch, products, now)
    with_price = _price_item()
    return {"tokens": tokens, "customers": people, "item": with_price}


def _customers(chance: random.Random, count: int, branch: Any, products: Any, now: Any) -> list[dict[str, Any]]:
    from anxin.registers.customers.models import ContactPoint, Customer, PaymentAccount
    from anxin.registers.policies.models import Policy, PolicyCoverage, Vehicle

    today = now.date()
    rows = Customer.objects.bulk_create(
        Customer(
            name=chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2))), branch=branch,
            source="bench", external_id=f"C{number:06d}", created_at=now,
        )
        for number in range(count)
    )  # fmt: skip
    contacts, accounts, policies = [], [], []
    for number, row in enumerate(rows):
        mobile = f"+86138{number:08d}"
        contacts.append(
            ContactPoint(
                customer=row, kind="mobile", value=mobile, normalised=mobile, tail=mobile[-4:], is_primary=True,
                created_at=now,
            )
        )  # fmt: skip
        accounts.append(
            PaymentAccount(
                customer=row, holder=row.name, bank="示例银行", number=f"62220000{number:08d}7", created_at=now
            )
        )
        starts = today - timedelta(days=chance.randint(30, 300))
        for line in ("motor_compulsory", "motor_commercial"):
            key = f"{products[line].code}2024{number:06d}"
            policies.append(
                Policy(
                    number=key, number_key=key, product=products[line], branch=branch, policyholder=row,
                    starts_on=starts, ends_on=starts + timedelta(days=364), premium_fen=chance.randint(60, 500) * 1_000,
                    sum_insured_fen=20_000_000, issued_at=now, source="bench", external_id=key,
                )
            )  # fmt: skip
    ContactPoint.objects.bulk_create(contacts)
    PaymentAccount.objects.bulk_create(accounts)
    policies = Policy.objects.bulk_create(policies)
    offered = {line: list(products[line].coverages.all()) for line in ("motor_compulsory", "motor_commercial")}
    PolicyCoverage.objects.bulk_create(
        PolicyCoverage(
            policy=policy, coverage=coverage, limit_fen=coverage.default_limit_fen or 20_000_000,
            deductible_fen=coverage.deductible_fen, deductible_permille=coverage.deductible_permille,
        )
        for policy in policies
        for coverage in offered[policy.product.line]
    )  # fmt: skip
    Vehicle.objects.bulk_create(
        Vehicle(
            policy=policy, plate=f"苏E·{policy.policyholder_id:05d}", plate_key=f"苏E{policy.policyholder_id:05d}",
            vin="".join(chance.choices(VIN, k=17)), make_zh="大众", make_en="Volkswagen", first_registered_on=date(2021, 5, 1),
            value_fen=12_000_000,
        )
        for policy in policies
    )  # fmt: skip
    return [
        {"id": row.public_id, "policies": [policy.public_id for policy in policies[2 * place : 2 * place + 2]]}
        for place, row in enumerate(rows)
    ]


def _price_item() -> dict[str, Any]:
    """An item of the price standard that suits a car, so that the assessment's prices come from the standard."""
    from django.utils import timezone

    from anxin.rulebook import queries as rulebook

    item = rulebook.price_list("保险杠", on=timezone.localdate())[0]
    return {"item": item.code, "method": item.method}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
    import django

    django.setup()
    json.dump(build(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)

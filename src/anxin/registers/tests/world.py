"""The standing cast of the registers' tests: two branches, staff of each role, Mr Li and Mr Zhang with their policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from anxin.access.actors import Actor, actor_of, forget_actors, system
from anxin.access.models import Branch, RoleGrant, User
from anxin.access.permissions import Role
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.policies.models import Home, Insured, Policy, PolicyCoverage, Vehicle
from anxin.registers.policies.queries import number_key
from anxin.registers.products.catalogue import install_catalogue
from anxin.registers.products.models import Product

NOW = datetime(2025, 3, 17, 2, 20, tzinfo=UTC)
LI_ID = "320501198503120018"
ZHANG_ID = "32010219790608201X"


@dataclass
class World:
    suzhou: Branch
    nanjing: Branch
    li: Customer
    zhang: Customer
    motor: Policy
    home: Policy

    def staff(self, role: Role, branch: Branch | None = None) -> Actor:
        """Someone of `role` in `branch`; without one, everywhere."""
        user = User.objects.create_user(
            f"{role}-{branch.code if branch else 'all'}-{User.objects.count()}", display_name=role.value, branch=branch
        )
        RoleGrant.objects.create(user=user, role=role.value, branch=branch)
        return actor_of(user)

    def sign_in(self, customer: Customer) -> Actor:
        user = User.objects.create_user(
            f"customer-{User.objects.count()}", kind=User.Kind.CUSTOMER, display_name=customer.name,
            customer_public_id=customer.public_id,
        )  # fmt: skip
        return actor_of(user, channel="portal")

    @property
    def administrator(self) -> Actor:
        return self.staff(Role.ADMINISTRATOR)

    @property
    def supervisor(self) -> Actor:
        return self.staff(Role.SUPERVISOR, self.suzhou)


def make_world() -> World:
    forget_actors()
    suzhou = Branch.objects.create(
        code="3205", name_zh="苏州分公司", name_en="Suzhou branch", short_zh="苏州", short_en="Suzhou"
    )
    nanjing = Branch.objects.create(
        code="3201", name_zh="南京分公司", name_en="Nanjing branch", short_zh="南京", short_en="Nanjing"
    )
    install_catalogue(actor=system(), now=NOW)
    li = make_customer("李明", suzhou, id_number=LI_ID, external_id="C1", mobile="13812346207", name_en="Li Ming")
    zhang = make_customer("张建国", nanjing, id_number=ZHANG_ID, external_id="C2", mobile="13900008888")
    motor = make_policy("PDAA 2024-3205-018846", "PDAA", li, date(2024, 10, 18), date(2025, 10, 17))
    Vehicle.objects.create(
        policy=motor, plate="苏E·7K38Q", plate_key="苏E7K38Q", vin="LSVAM414R21844617", make_zh="大众", make_en="Volkswagen",
        model_zh="朗逸", model_en="Lavida", value_fen=12_860_000,
    )  # fmt: skip
    home = make_policy("PEHA 2025-3201-000512", "PEHA", zhang, date(2025, 2, 1), date(2026, 1, 31))
    Home.objects.create(policy=home, address="南京市鼓楼区中山北路8号", area_m2="89.50", value_fen=300_000_000)
    return World(suzhou, nanjing, li, zhang, motor, home)


def make_customer(
    name: str, branch: Branch, *, id_number: str = "", external_id: str = "", mobile: str = "", name_en: str = ""
) -> Customer:
    customer = Customer.objects.create(
        name=name, name_en=name_en, branch=branch, created_at=NOW, id_kind="resident_id" if id_number else "",
        id_number=id_number, source="core" if external_id else "", external_id=external_id,
    )  # fmt: skip
    if mobile:
        ContactPoint.objects.create(
            customer=customer, kind="mobile", value=mobile, normalised=f"+86{mobile}", tail=mobile[-4:],
            is_primary=True, created_at=NOW,
        )  # fmt: skip
    return customer


def make_policy(number: str, code: str, holder: Customer, starts_on: date, ends_on: date | None) -> Policy:
    product = Product.objects.get(code=code, is_current=True)
    policy = Policy.objects.create(
        number=number, number_key=number_key(number), product=product, branch=holder.branch, policyholder=holder,
        starts_on=starts_on, ends_on=ends_on, premium_fen=412_345, sum_insured_fen=12_860_000, issued_at=NOW,
    )  # fmt: skip
    Insured.objects.create(policy=policy, customer=holder)
    PolicyCoverage.objects.bulk_create(
        PolicyCoverage(
            policy=policy, coverage=coverage, limit_fen=coverage.default_limit_fen or 12_860_000,
            deductible_fen=coverage.deductible_fen, deductible_permille=coverage.deductible_permille,
        )
        for coverage in product.coverages.filter(is_optional=False)
    )  # fmt: skip
    return policy

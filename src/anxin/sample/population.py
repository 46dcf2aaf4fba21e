"""Two thousand customers and three and a half thousand policies over every line of business."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils import timezone

from anxin.access.models import Branch
from anxin.registers.customers.models import Consent, ContactPoint, Customer, PaymentAccount
from anxin.registers.policies.models import Home, Insured, Policy, PolicyCoverage, Vehicle
from anxin.registers.products.models import Coverage, Line, Product
from anxin.sample import names
from anxin.sample.insurer import Insurer

CUSTOMERS = 2_000
POLICIES = 3_500
ORGANISATIONS = 0.08

# How many of a hundred cars, homes and people-lines are sold; motor comes in pairs (compulsory and commercial).
_PEOPLE_LINES = (
    (Line.TERM_LIFE, 8), (Line.WHOLE_LIFE, 6), (Line.ENDOWMENT_LIFE, 6), (Line.PARTICIPATING_LIFE, 9),
    (Line.UNIVERSAL_LIFE, 5), (Line.MEDICAL, 26), (Line.DISEASE, 14), (Line.NURSING, 4), (Line.ACCIDENT, 22),
)  # fmt: skip
_ORGANISATION_LINES = ((Line.ENTERPRISE_PROPERTY, 45), (Line.ENGINEERING, 20), (Line.CARGO, 35))
_YEARLY = frozenset(
    {Line.MOTOR_COMPULSORY, Line.MOTOR_COMMERCIAL, Line.HOME, Line.ENTERPRISE_PROPERTY, Line.CARGO, Line.MEDICAL,
     Line.ACCIDENT}
)  # fmt: skip
# yuan: premium from, premium to
_PREMIUMS = {
    Line.MOTOR_COMPULSORY: (665, 1_100), Line.MOTOR_COMMERCIAL: (2_400, 7_800), Line.HOME: (180, 1_600),
    Line.ENTERPRISE_PROPERTY: (6_000, 90_000), Line.ENGINEERING: (12_000, 160_000), Line.CARGO: (1_500, 40_000),
    Line.TERM_LIFE: (900, 4_800), Line.WHOLE_LIFE: (5_000, 20_000), Line.ENDOWMENT_LIFE: (6_000, 24_000),
    Line.PARTICIPATING_LIFE: (8_000, 50_000), Line.UNIVERSAL_LIFE: (6_000, 40_000), Line.MEDICAL: (280, 2_600),
    Line.DISEASE: (2_200, 9_800), Line.NURSING: (1_800, 7_200), Line.ACCIDENT: (98, 680),
}  # fmt: skip
_CARS = (
    ("大众", "Volkswagen", "朗逸 1.5L", "Lavida 1.5L"), ("丰田", "Toyota", "卡罗拉 1.2T", "Corolla 1.2T"),
    ("比亚迪", "BYD", "秦PLUS DM-i", "Qin PLUS DM-i"), ("吉利", "Geely", "星瑞 2.0T", "Preface 2.0T"),
    ("本田", "Honda", "思域 1.5T", "Civic 1.5T"), ("长安", "Changan", "CS75 1.5T", "CS75 1.5T"),
    ("日产", "Nissan", "轩逸 1.6L", "Sylphy 1.6L"), ("哈弗", "Haval", "H6 1.5T", "H6 1.5T"),
)  # fmt: skip


@dataclass(slots=True)
class Population:
    customers: list[Customer] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    by_customer: dict[int, list[Policy]] = field(default_factory=dict)


@dataclass(slots=True)
class _Rows:
    contacts: list[ContactPoint] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    accounts: list[PaymentAccount] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    insured: list[Insured] = field(default_factory=list)
    coverages: list[PolicyCoverage] = field(default_factory=list)
    vehicles: list[Vehicle] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)


def build_population(rng: random.Random, insurer: Insurer, *, now: datetime) -> Population:
    """Customers and policies of the ordinary branches, as they stand at `now`. Needs the catalogue to be installed."""
    seller = Seller(rng, insurer, now)
    places = [branch for code, branch in insurer.branches.items() if code != "1100"]
    weights = [3 if branch.code == "3205" else 2 if branch.code in ("3100", "3301", "4201") else 1 for branch in places]
    population, rows = Population(), _Rows()
    for serial in range(CUSTOMERS):
        branch = rng.choices(places, weights)[0]
        population.customers.append(
            organisation(rng, branch, serial, now) if rng.random() < ORGANISATIONS else person(rng, branch, serial, now)
        )
    _create(Customer, population.customers)
    for serial, customer in enumerate(population.customers):
        _add_contacts(rng, rows, customer, serial, now)
    _sell(rng, seller, population, rows)
    save(rows)
    for policy in rows.policies:
        population.policies.append(policy)
        population.by_customer.setdefault(policy.policyholder_id, []).append(policy)
    return population


def _sell(rng: random.Random, seller: Seller, population: Population, rows: _Rows) -> None:
    people = [customer for customer in population.customers if not customer.is_organisation]
    firms = [customer for customer in population.customers if customer.is_organisation]
    for customer in firms:
        for line in sorted({_draw(rng, _ORGANISATION_LINES) for _ in range(2)}):
            seller.sell(rows, customer, line)
    for customer in people:
        if rng.random() < 0.52:
            seller.sell_car(rows, customer)
        if rng.random() < 0.24:
            seller.sell(rows, customer, Line.HOME)
    while len(rows.policies) < POLICIES:
        seller.sell(rows, rng.choice(people), _draw(rng, _PEOPLE_LINES))


def _draw(rng: random.Random, shares: tuple[tuple[Line, int], ...]) -> Line:
    return rng.choices([line for line, _ in shares], [share for _, share in shares])[0]


def person(rng: random.Random, branch: Branch, serial: int, now: datetime) -> Customer:
    born, male = names.born_on(rng, timezone.localdate(now)), rng.random() < 0.55
    return Customer(
        name=names.person_name(rng), id_kind=Customer.IdKind.RESIDENT_ID,
        id_number=names.resident_id(rng, born, male, serial), born_on=born,
        sex=Customer.Sex.MALE if male else Customer.Sex.FEMALE, branch=branch,
        source="core", external_id=f"C{serial:07d}", created_at=now - timedelta(days=rng.randint(740, 2_400)),
    )  # fmt: skip


def organisation(rng: random.Random, branch: Branch, serial: int, now: datetime) -> Customer:
    return Customer(
        kind=Customer.Kind.ORGANISATION, name=names.organisation_name(rng, branch.short_zh),
        id_kind=Customer.IdKind.USCC, id_number=names.credit_code(serial), branch=branch,
        source="core", external_id=f"C{serial:07d}", created_at=now - timedelta(days=rng.randint(740, 2_400)),
    )  # fmt: skip


def _add_contacts(rng: random.Random, rows: _Rows, customer: Customer, serial: int, now: datetime) -> None:
    number = names.mobile(serial)
    rows.contacts.append(
        ContactPoint(
            customer=customer,
            kind="mobile",
            value=number,
            normalised=f"+86{number}",
            tail=number[-4:],
            is_primary=True,
            created_at=customer.created_at,
        )
    )
    place = names.address(rng, customer.branch.short_zh)
    rows.contacts.append(
        ContactPoint(
            customer=customer,
            kind="address",
            value=place,
            normalised=place,
            is_primary=True,
            created_at=customer.created_at,
        )
    )
    rows.consents.append(
        Consent(customer=customer, purpose="service", wording_version="2024-01", given_at=customer.created_at)
    )
    if rng.random() < 0.6:
        rows.accounts.append(
            PaymentAccount(
                customer=customer,
                holder=customer.name,
                bank=names.bank(rng),
                number=names.account_number(rng),
                created_at=customer.created_at,
            )
        )


class Seller:
    """Sells policies of the catalogue: dates, premium, coverages, insured objects, seller and channel."""

    def __init__(self, rng: random.Random, insurer: Insurer, now: datetime):
        self.rng, self.insurer, self.now = rng, insurer, now
        self.today = timezone.localdate(now)
        self.products: dict[str, list[Product]] = {}
        for product in Product.objects.current():
            self.products.setdefault(product.line, []).append(product)
        self.coverages: dict[int, list[Coverage]] = {}
        for coverage in Coverage.objects.all():
            self.coverages.setdefault(coverage.product_id, []).append(coverage)
        self.serial = 0

    def sell_car(self, rows: _Rows, customer: Customer) -> tuple[Policy, Policy]:
        """A car: the compulsory and the commercial policy of the same days."""
        starts_on = self._start(yearly=True)
        self.serial += 1
        plate = names.plate(self.rng, self.insurer.plates[customer.branch.code], self.serial)
        vin, car = names.vin(self.rng, self.serial), self.rng.choice(_CARS)
        value = self.rng.randrange(60_000, 320_000, 1_000) * 100
        pair = []
        for line in (Line.MOTOR_COMPULSORY, Line.MOTOR_COMMERCIAL):
            policy = self.sell(rows, customer, line, starts_on=starts_on, value_fen=value)
            rows.vehicles.append(
                Vehicle(
                    policy=policy,
                    plate=plate,
                    plate_key=plate.replace("·", ""),
                    vin=vin,
                    make_zh=car[0],
                    make_en=car[1],
                    model_zh=car[2],
                    model_en=car[3],
                    value_fen=value,
                    first_registered_on=self.today - timedelta(days=self.rng.randint(200, 3_600)),
                )
            )
            pair.append(policy)
        return pair[0], pair[1]

    def sell(
        self, rows: _Rows, customer: Customer, line: str, *, starts_on: date | None = None, value_fen: int = 0
    ) -> Policy:
        rng = self.rng
        self.serial += 1
        product = rng.choice(self.products[line])
        starts_on = starts_on or self._start(yearly=line in _YEARLY)
        low, high = _PREMIUMS[Line(line)]
        agents = self.insurer.crew(customer.branch, "call_centre")
        policy = Policy(
            number=f"{_PREFIX[Line(line)]} {starts_on.year}-{customer.branch.code}-{self.serial:06d}",
            number_key=f"{_PREFIX[Line(line)]}{starts_on.year}{customer.branch.code}{self.serial:06d}",
            product=product, branch=customer.branch, policyholder=customer,
            starts_on=starts_on, ends_on=self._end(line, starts_on), premium_fen=rng.randrange(low, high) * 100,
            seller=rng.choice(agents), channel=rng.choice(Policy.Channel.values),
            issued_at=datetime.combine(starts_on - timedelta(days=rng.randint(1, 12)), time(3), UTC),
            source="core", external_id=f"P{self.serial:07d}",
        )  # fmt: skip
        rows.policies.append(policy)
        rows.insured.append(Insured(policy=policy, customer=customer))
        home = self._home(rows, policy, customer) if line == Line.HOME else None
        total = 0
        for coverage in self.coverages.get(product.pk, ()):
            if coverage.is_optional and rng.random() < 0.5:
                continue
            limit = coverage.default_limit_fen or self._limit(coverage, value_fen or (home.value_fen if home else 0))
            total += limit
            rows.coverages.append(
                PolicyCoverage(
                    policy=policy,
                    coverage=coverage,
                    limit_fen=limit,
                    deductible_fen=coverage.deductible_fen,
                    deductible_permille=coverage.deductible_permille,
                )
            )
        policy.sum_insured_fen = total
        return policy

    def _home(self, rows: _Rows, policy: Policy, customer: Customer) -> Home:
        area = Decimal(self.rng.randint(48, 190))
        home = Home(
            policy=policy, address=names.home_address(self.rng, customer.branch.short_zh), area_m2=area,
            structure=Home.Structure.CONCRETE, built_in=self.rng.randint(1996, 2023), value_fen=int(area) * 12_000_00,
        )  # fmt: skip
        rows.homes.append(home)
        return home

    def _limit(self, coverage: Coverage, value_fen: int) -> int:
        if coverage.kind in (Coverage.Kind.VEHICLE_DAMAGE, Coverage.Kind.HOME_BUILDING) and value_fen:
            return value_fen
        if coverage.kind == Coverage.Kind.THIRD_PARTY:
            return self.rng.choice((1_000_000, 2_000_000, 3_000_000)) * 100
        return self.rng.choice((50_000, 100_000, 200_000, 500_000)) * 100

    def _start(self, *, yearly: bool) -> date:
        """Yearly policies began within the last two years and a bit; long ones up to six years ago."""
        if yearly and self.rng.random() < 0.55:
            return self.today - timedelta(days=self.rng.randint(5, 360))
        return self.today - timedelta(days=self.rng.randint(5, 800 if yearly else 2_200))

    def _end(self, line: str, starts_on: date) -> date | None:
        if line == Line.WHOLE_LIFE:
            return None
        years = 1 if line in _YEARLY else 2 if line == Line.ENGINEERING else 20
        try:
            return starts_on.replace(year=starts_on.year + years) - timedelta(days=1)
        except ValueError:  # 29 February
            return date(starts_on.year + years, 2, 28)


_PREFIX = {
    Line.MOTOR_COMPULSORY: "PDZA", Line.MOTOR_COMMERCIAL: "PDAA", Line.HOME: "PHAA", Line.ENTERPRISE_PROPERTY: "PQAA",
    Line.ENGINEERING: "PGAA", Line.CARGO: "PCAA", Line.TERM_LIFE: "LTAA", Line.WHOLE_LIFE: "LWAA",
    Line.ENDOWMENT_LIFE: "LEAA", Line.PARTICIPATING_LIFE: "LPAA", Line.UNIVERSAL_LIFE: "LUAA", Line.MEDICAL: "HMAA",
    Line.DISEASE: "HDAA", Line.NURSING: "HNAA", Line.ACCIDENT: "AAAA",
}  # fmt: skip


def save(rows: _Rows) -> None:
    """Write what was gathered, parents first."""
    _create(ContactPoint, rows.contacts)
    _create(Consent, rows.consents)
    _create(PaymentAccount, rows.accounts)
    _create(Policy, rows.policies)
    for children in (rows.insured, rows.coverages, rows.vehicles, rows.homes):
        for child in children:
            child.policy = child.policy  # takes over the primary key its parent just got
    _create(Insured, rows.insured)
    _create(PolicyCoverage, rows.coverages)
    _create(Vehicle, rows.vehicles)
    _create(Home, rows.homes)


def new_rows() -> _Rows:
    return _Rows()


def _create(model: Any, rows: list[Any]) -> None:
    source = iter(rows)
    while chunk := list(islice(source, 1_000)):
        model.objects.bulk_create(chunk)

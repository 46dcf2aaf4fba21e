"""Time importing 100,000 policies into an empty SQLite home, beside saving them one by one. See README.md."""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

HOME = Path(tempfile.mkdtemp(prefix="anxin-bench-"))
os.environ["ANXIN_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("ANXIN_BENCH_SETTINGS", "anxin.site.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from stdnum.cn import ric  # noqa: E402

from anxin.access.actors import Actor, system  # noqa: E402
from anxin.access.clock import now as clock  # noqa: E402
from anxin.access.models import Branch  # noqa: E402
from anxin.registers.customers.models import Customer  # noqa: E402
from anxin.registers.importing import Report, import_table  # noqa: E402
from anxin.registers.policies.models import Insured, Policy, PolicyCoverage, Vehicle  # noqa: E402
from anxin.registers.policies.queries import search_everything  # noqa: E402
from anxin.registers.products.catalogue import install_catalogue  # noqa: E402
from anxin.registers.products.models import Product  # noqa: E402

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def write_customers(path: Path, count: int, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["客户编号", "姓名", "证件号码", "机构", "手机", "地址"])
        for number in range(count):
            born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
            front = f"320501{born:%Y%m%d}{number % 1000:03d}"
            # The serial repeats after a thousand; the region moves on with it, so every number is its own.
            # calc_check_digit wants the place of the check digit filled.
            front = f"32{number // 1000 % 100:02d}{number // 100_000:02d}{front[6:]}"
            name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
            out.writerow(
                [f"C{number:07d}", name, front + ric.calc_check_digit(front + "0"), "3205", f"138{number:08d}", f"苏州市吴中区东吴北路{number}号"]
            )  # fmt: skip


def write_policies(path: Path, count: int, customers: int, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(
            ["保单号", "产品代码", "投保人编号", "起保日期", "终保日期", "保费（元）", "签单日期", "业务员姓名", "渠道",
             "车牌号", "车架号", "品牌", "车型", "初登日期", "车辆价值（元）", "第三者责任险限额", "机动车损失险限额"]
        )  # fmt: skip
        for number in range(count):
            starts = date(2023, 1, 1) + timedelta(days=chance.randrange(900))
            value = chance.randrange(50_000, 400_000)
            vin = "L" + "".join(chance.choices(VIN_LETTERS, k=10)) + f"{number:06d}"
            out.writerow(
                [f"PDAA 2024-3205-{number:07d}", "PDAA", f"C{chance.randrange(customers):07d}", starts.isoformat(),
                 (starts + timedelta(days=364)).isoformat(), f"{chance.randrange(200_000, 900_000) / 100:.2f}", starts.isoformat(),
                 "周岚", "代理人", f"苏E{number % 100_000:05d}", vin, "大众", "朗逸", "2021-05-01", value, "1000000", value]
            )  # fmt: skip


def one_by_one(path: Path, count: int) -> float:
    """Seconds for `count` rows saved as a first draft would: look up, create, next row. Rolled back."""
    from django.db import transaction

    with path.open(encoding="utf-8", newline="") as handle:
        rows = [row for row, _place in zip(csv.DictReader(handle), range(count), strict=False)]
    start = perf_counter()
    with transaction.atomic():
        for row in rows:
            product = Product.objects.get(code=row["产品代码"], is_current=True)
            holder = Customer.objects.get(external_id=row["投保人编号"], source="core")
            policy = Policy.objects.create(
                number=f"ONE-{row['保单号']}", number_key=f"ONE{row['保单号']}", product=product, branch=holder.branch,
                policyholder=holder, starts_on=date.fromisoformat(row["起保日期"]), ends_on=date.fromisoformat(row["终保日期"]),
                premium_fen=round(float(row["保费（元）"]) * 100), issued_at=clock(), seller_name=row["业务员姓名"],
            )  # fmt: skip
            Vehicle.objects.create(
                policy=policy, plate=row["车牌号"], plate_key=row["车牌号"], vin=row["车架号"], make_zh=row["品牌"],
                model_zh=row["车型"], value_fen=int(row["车辆价值（元）"]) * 100,
            )  # fmt: skip
            for code in ("vehicle_damage", "third_party"):
                PolicyCoverage.objects.create(policy=policy, coverage=product.coverages.get(code=code), limit_fen=100)
            Insured.objects.create(policy=policy, customer=holder)
        taken = perf_counter() - start
        transaction.set_rollback(True)
    return taken


def search(actor: Actor) -> None:
    """Milliseconds, the median of five, for the texts staff type."""
    holder = Customer.objects.order_by("pk")[1234]
    for what, text in (
        ("full name", holder.name), ("surname", holder.name[:1]), ("phone, last four", "1234"), ("whole phone", "13800001234"),
        ("identity number", holder.id_number), ("policy number", "PDAA 2024-3205-0001234"), ("its last seven", "0001234"),
        ("plate", "苏E01234"), ("plate, beginning", "苏E012"),
    ):  # fmt: skip
        times = []
        for _round in range(5):
            start = perf_counter()
            found = search_everything(text, actor)
            times.append(perf_counter() - start)
        print(
            f"search by {what:<17} {sorted(times)[2] * 1000:7.1f} ms  {len(found.customers)}+{len(found.policies)} found"
        )


def timed(kind: str, path: Path) -> tuple[Report, float]:
    start = perf_counter()
    report = import_table(kind, path, actor=system(), now=clock())
    taken = perf_counter() - start
    if not report.ok:
        sys.exit(f"{kind}: {report.bad[:3]}")
    return report, taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=100_000)
    parser.add_argument("--customers", type=int, default=60_000)
    parser.add_argument("--sample", type=int, default=2_000, help="rows saved one by one")
    parser.add_argument("--seed", type=int, default=20260101)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    call_command("migrate", verbosity=0)
    Branch.objects.create(
        code="3205", name_zh="苏州分公司", name_en="Suzhou branch", short_zh="苏州", short_en="Suzhou"
    )
    install_catalogue(actor=system(), now=clock())
    customers, policies = HOME / "customers.csv", HOME / "policies.csv"
    write_customers(customers, given.customers, chance)
    write_policies(policies, given.policies, given.customers, chance)

    _report, taken = timed("customers", customers)
    print(f"customers  {given.customers:>8,} new        {taken:6.1f} s  {given.customers / taken:>8,.0f} a second")
    report, taken = timed("policies", policies)
    assert report.created == given.policies, report
    each = taken / given.policies
    print(f"policies   {given.policies:>8,} new        {taken:6.1f} s  {given.policies / taken:>8,.0f} a second")
    report, again = timed("policies", policies)
    assert report.unchanged == given.policies, report
    print(f"policies   {given.policies:>8,} unchanged  {again:6.1f} s  {given.policies / again:>8,.0f} a second")
    search(system())
    naive = one_by_one(policies, min(given.sample, given.policies)) / min(given.sample, given.policies)
    print(f"one by one {given.sample:>8,} new        {naive * given.sample:6.1f} s  {1 / naive:>8,.0f} a second")
    print(f"the import takes 1/{naive / each:.1f} of the time of saving row by row")
    tables = (Policy, PolicyCoverage, Vehicle, Insured)
    print("rows written:", ", ".join(f"{table.__name__} {table.objects.count():,}" for table in tables))
    return 0


if __name__ == "__main__":
    try:
        code = main()
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
    sys.exit(code)

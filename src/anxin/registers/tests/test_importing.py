from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anxin.access.errors import Invalid, NotAllowed
from anxin.access.permissions import Role
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.importing import import_rows, import_table
from anxin.registers.policies import actions, queries
from anxin.registers.policies.models import Home, ImportBatch, Insured, Policy, PolicyCoverage, Vehicle
from anxin.registers.products.models import Product
from anxin.registers.tests.world import LI_ID, NOW

CUSTOMERS = """客户编号,姓名,证件类型,证件号码,机构,手机,邮箱
C1,李明,身份证,320501198503120018,3205,138 1234 6207,li@example.com
C9,王芳,身份证,320501199001010024,苏州分公司,13700001111,
O1,苏州恒源纺织有限公司,统一社会信用代码,91110000600037341L,3205,0512-65221234,
"""
POLICIES = """保单号,产品代码,投保人编号,起保日期,终保日期,保费（元）,第三者责任险限额,机动车损失险限额,车牌号,车架号,品牌,渠道
PDAA-1,PDAA,C1,2025-01-01,2025-12-31,"4,123.45",1000000,128600,苏E·7K38Q,LSVAM414R21844617,大众,代理人
PDAA-2,PDAA,C2,2025/1/1,2025年12月31日,3000,0,98000.5,苏ED12345,LSVAM414R21844618,比亚迪,网销
"""


class Importer:
    def __init__(self, world):
        self.actor = world.administrator

    def __call__(self, kind, content, **options):
        source = io.BytesIO(content.encode() if isinstance(content, str) else content)
        return import_table(kind, source, actor=self.actor, now=NOW, **options)

    def rows(self, kind, rows, **options):
        return import_rows(kind, rows, actor=self.actor, now=NOW, **options)


@pytest.fixture
def load(world) -> Importer:
    return Importer(world)


def counts(report):
    return report.created, report.updated, report.unchanged


def bad(report):
    return {(cell.line, cell.column) for cell in report.bad}


# Customers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_customers_in_any_encoding(load, encoding) -> None:
    report = load("customers", CUSTOMERS.encode(encoding))
    assert report.ok, report.bad
    assert counts(report) == (2, 1, 0)  # Mr Li was there, without e-mail
    wang = Customer.objects.get(external_id="C9")
    assert (wang.name, wang.born_on, wang.sex, wang.branch.code) == ("王芳", date(1990, 1, 1), "female", "3205")
    firm = Customer.objects.get(external_id="O1")
    assert (firm.kind, firm.id_kind) == ("organisation", "uscc")
    assert ContactPoint.objects.get(customer=firm).normalised == "+8651265221234"


def test_again_is_harmless(load) -> None:
    load("customers", CUSTOMERS)
    before = list(Customer.objects.values()), list(ContactPoint.objects.values())
    report = load("customers", CUSTOMERS)
    assert counts(report) == (0, 0, 3)
    assert (list(Customer.objects.values()), list(ContactPoint.objects.values())) == before


def test_a_new_number_becomes_the_first_and_the_old_one_stays(load, world) -> None:
    load("customers", "客户编号,姓名,手机\nC1,李明,13911112222\n")
    assert [(point.tail, point.is_primary) for point in world.li.contacts.order_by("pk")] == [
        ("6207", False), ("2222", True),
    ]  # fmt: skip
    load("customers", "客户编号,姓名,手机\nC1,李明,13812346207\n")
    assert [(point.tail, point.is_primary) for point in world.li.contacts.order_by("pk")] == [
        ("6207", True), ("2222", False),
    ]  # fmt: skip


def test_an_empty_cell_leaves_what_is_known(load, world) -> None:
    report = load("customers", "客户编号,姓名,证件号码,英文名\nC1,李明,,\n")
    assert counts(report) == (0, 0, 1)
    world.li.refresh_from_db()
    assert (world.li.id_number, world.li.name_en) == (LI_ID, "Li Ming")


def test_all_or_nothing_with_every_bad_cell_named_and_masked(load) -> None:
    report = load(
        "customers",
        "客户编号,姓名,证件号码,机构,手机,出生日期\n"
        "N1,赵一,,3205,13700001111,\n"
        "N2,钱二,320501199001010025,9999,1370000,\n"  # check digit, branch, phone
        'N3,"孙\n三",,3205,,1990-02-30\n'  # a line break in a name, no such day
        "N1,李四,,3205,,\n"  # twice
        ",周五,,3205,,\n"
        "N6,,,3205,,\n"
        "N7,吴七,320501199001010024,3205,,1991-01-01\n",
    )
    assert not report.ok
    assert bad(report) == {
        (3, "证件号码"), (3, "机构"), (3, "手机"), (4, "姓名"), (4, "出生日期"), (6, "客户编号"), (7, "客户编号"),
        (8, "姓名"), (9, "出生日期"),
    }  # fmt: skip
    shown = {(cell.line, cell.column): cell.value for cell in report.bad}
    assert shown[3, "证件号码"] == "3205 **** **** 25"
    assert shown[3, "手机"] == "****"
    assert Customer.objects.count() == 2
    assert not ImportBatch.objects.exists()
    assert counts(report) == (0, 0, 0)


def test_numbers_of_other_customers_are_refused(load) -> None:
    report = load("customers", f"客户编号,姓名,证件号码,机构\nC2,李明,{LI_ID},3205\nC7,李明,{LI_ID},3205\n")
    assert bad(report) == {(2, "证件号码"), (3, "证件号码")}


def test_a_dry_run_counts_and_writes_nothing(load) -> None:
    report = load("customers", CUSTOMERS, dry_run=True)
    assert counts(report) == (2, 1, 0)
    assert report.batch == ""
    assert Customer.objects.count() == 2


def test_who_may_import(world) -> None:
    for role in (Role.SUPERVISOR, Role.AUDITOR, Role.CALL_TAKER):
        with pytest.raises(NotAllowed):
            import_rows("customers", [], actor=world.staff(role), now=NOW)


def test_an_administrator_of_one_branch_imports_into_it_only(world) -> None:
    actor = world.staff(Role.ADMINISTRATOR, world.suzhou)
    row = {"external_id": "X1", "name": "王芳"}
    assert not import_rows("customers", [{**row, "branch": "3201"}], actor=actor, now=NOW).ok
    assert import_rows("customers", [row], actor=actor, now=NOW).created == 1
    assert Customer.objects.get(external_id="X1").branch == world.suzhou
    theirs = import_rows("customers", [{"external_id": "C2", "name": "张三"}], actor=actor, now=NOW)
    assert bad(theirs) == {(1, "external_id")}
    row = {"product": "PEHA", "starts_on": "2025-02-01", "ends_on": "2026-01-31", "premium": 1, "policyholder": "C2"}
    theirs = import_rows(
        "policies",
        [{**row, "number": world.home.number}, {**row, "number": "N", "address": "南京市1号"}],
        actor=actor,
        now=NOW,
    )
    assert bad(theirs) == {(1, "number"), (2, "branch")}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "一,二\n1,2\n",
        "姓名,姓名\n李,李\n",
        "姓名,客户编号\n李\n",
        '姓名,客户编号\n"李,1\n',
        b"\xff\x00\x81",
        b"PAR1 no",
    ],
)
def test_what_is_no_table(load, content) -> None:
    with pytest.raises(Invalid):
        load("customers", content)


def test_every_import_is_on_record(load) -> None:
    report = load("customers", CUSTOMERS)
    batch = ImportBatch.objects.get(public_id=report.batch)
    assert (batch.kind, batch.rows, batch.created, batch.updated, batch.unchanged) == ("customers", 3, 2, 1, 0)
    assert batch.imported_by_id == load.actor.user_id
    assert len(batch.sha256) == 64


def test_unknown_columns_are_named(load) -> None:
    assert load("customers", "客户编号,姓名,机构,备注\nC9,王芳,3205,好\n").ignored_columns == ["备注"]


# Policies


def test_policies_with_vehicles_and_coverages(load, world) -> None:
    report = load("policies", POLICIES)
    assert report.ok, report.bad
    assert counts(report) == (2, 0, 0)
    one, two = Policy.objects.filter(number__startswith="PDAA-").order_by("number")
    assert (one.premium_fen, one.policyholder, one.branch, one.channel) == (412_345, world.li, world.suzhou, "agent")
    assert (two.starts_on, two.ends_on) == (date(2025, 1, 1), date(2025, 12, 31))
    limits = {row.coverage.code: row.limit_fen for row in one.coverages.all()}
    assert limits == {"vehicle_damage": 12_860_000, "third_party": 100_000_000}
    assert {row.coverage.code: row.limit_fen for row in two.coverages.all()} == {"vehicle_damage": 9_800_050}
    assert two.vehicles.get().plate == "苏E·D12345"
    assert one.insured.get().customer == world.li
    assert queries.search_everything("苏E D12345", load.actor).policies == (two,)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Policy, Vehicle, Home, PolicyCoverage, Insured)]


def test_policies_again_change_nothing(load) -> None:
    load("policies", POLICIES)
    before = everything()
    assert counts(load("policies", POLICIES)) == (0, 0, 2)
    assert everything() == before


def test_a_changed_row_changes_its_policy_alone(load) -> None:
    load("policies", POLICIES)
    report = load(
        "policies", POLICIES.replace("4,123.45", "5,000").replace("1000000", "2000000").replace("大众", "上汽大众")
    )
    assert counts(report) == (0, 1, 1)
    one = Policy.objects.get(number="PDAA-1")
    assert one.premium_fen == 500_000
    assert {row.coverage.code: row.limit_fen for row in one.coverages.all()}["third_party"] == 200_000_000
    vehicle = one.vehicles.get()
    assert (vehicle.make_zh, vehicle.plate) == ("上汽大众", "苏E·7K38Q")


def test_a_policy_endorsed_here_keeps_its_terms(load, world) -> None:
    load("policies", POLICIES)
    one = Policy.objects.get(number="PDAA-1")
    actions.change_terms(
        public_id=one.public_id, effective_on=date(2025, 2, 1), premium_fen=1, actor=world.supervisor, now=NOW
    )
    report = load("policies", POLICIES)
    assert report.ok
    assert (report.left_alone, report.unchanged, report.updated) == (1, 1, 0)
    one.refresh_from_db()
    assert one.premium_fen == 1


def test_default_coverages_are_the_products_own(load) -> None:
    report = load.rows("policies", [
        {"number": "PDZA-1", "product": "PDZA", "policyholder": "C1", "starts_on": "2025-01-01", "ends_on": "2025-12-31",
         "premium": 950, "vin": "LSVAM414R21844617"},
        {"number": "PEHA-1", "product": "PEHA", "policyholder_id_number": LI_ID, "starts_on": date(2025, 1, 1),
         "ends_on": date(2025, 12, 31), "premium_fen": 36_000, "address": "苏州市吴中区1号", "area": 89.5, "home_value": "3000000",
         "structure": "钢混", "seller_name": "周岚"},
        {"number": "LWHA-1", "product": "LWHA", "policyholder": "C1", "beneficiary": "C2", "starts_on": "2025-01-01",
         "premium": 5000, "sum_insured": 300000},
    ])  # fmt: skip
    assert report.ok, report.bad
    compulsory = {row.coverage.code: row.limit_fen for row in Policy.objects.get(number="PDZA-1").coverages.all()}
    assert compulsory["compulsory_death"] == 18_000_000
    assert compulsory["no_fault_property"] == 10_000
    home = Policy.objects.get(number="PEHA-1")
    assert {row.coverage.code: row.limit_fen for row in home.coverages.all()}["building"] == 300_000_000
    assert home.homes.get().area_m2 == Decimal("89.50")
    life = Policy.objects.get(number="LWHA-1")
    assert life.ends_on is None
    assert {(row.role, row.customer.external_id) for row in life.insured.all()} == {
        ("insured", "C1"), ("beneficiary", "C2"),
    }  # fmt: skip
    assert life.coverages.get().limit_fen == 30_000_000


def test_coverages_in_one_cell_or_as_objects(load) -> None:
    row = {"product": "PEHA", "policyholder": "C1", "starts_on": "2025-01-01", "ends_on": "2025-12-31", "premium": 1,
           "address": "苏州市吴中区1号"}  # fmt: skip
    report = load.rows("policies", [
        {**row, "number": "A", "coverages": "contents=100000/200/10%; 房屋主体=2000000"},
        {**row, "number": "B", "coverages": [
            {"code": "contents", "limit_fen": 10_000_000, "deductible_fen": 20_000, "deductible_permille": 100},
            {"code": "building", "limit": "2000000"},
        ]},
    ])  # fmt: skip
    assert report.ok, report.bad
    terms = [
        {
            row.coverage.code: (row.limit_fen, row.deductible_fen, row.deductible_permille)
            for row in policy.coverages.all()
        }
        for policy in Policy.objects.filter(number__in=["A", "B"])
    ]
    assert terms[0] == terms[1] == {"contents": (10_000_000, 20_000, 100), "building": (200_000_000, 0, 0)}


def test_bad_policies_are_all_named(load) -> None:
    start = {"number": "A", "product": "PDAA", "policyholder": "C1", "starts_on": "2025-01-01", "ends_on": "2025-12-31",
             "premium": 1, "vin": "LSVAM414R21844617"}  # fmt: skip
    changes = [
        ({"product": "NONE"}, "product"), ({"policyholder": "C404"}, "policyholder"), ({"ends_on": "2024-12-31"}, "ends_on"),
        ({"ends_on": ""}, "ends_on"), ({"premium": "1.234"}, "premium"), ({"premium": "-1"}, "premium"),
        ({"premium": float("nan")}, "premium"), ({"vin": "LSV"}, "vin"), ({"vin": ""}, "vin"), ({"plate": "X"}, "plate"),
        ({"status": "surrendered"}, "terminated_on"), ({"terminated_on": "2025-03-01"}, "terminated_on"),
        ({"seller": "nobody"}, "seller"), ({"limit:none": "1"}, "limit:none"), ({"limit:third_party": "x"}, "limit:third_party"),
        ({"coverages": "???=="}, "coverages"), ({"starts_on": "soon"}, "starts_on"), ({"branch": "9999"}, "branch"),
        ({"number": " "}, "number"), ({"number": "---"}, "number"),
    ]  # fmt: skip
    rows = [{**start, "number": f"N{place}", **change} for place, (change, _column) in enumerate(changes)]
    report = load.rows("policies", rows)
    assert {(line, column) for line, (_change, column) in enumerate(changes, 1)} <= bad(report)
    assert not Policy.objects.filter(number__startswith="N").exists()
    assert json.dumps(report.as_dict(), ensure_ascii=False)


def test_the_same_number_in_other_signs_is_refused(load) -> None:
    report = load("policies", POLICIES.replace("PDAA-2", "PDAA 1"))
    assert bad(report) == {(3, "保单号")}
    load("policies", POLICIES)
    report = load("policies", POLICIES.replace("PDAA-1", "PDAA.1"))
    assert bad(report) == {(2, "保单号")}


def test_parquet_with_typed_columns(load) -> None:
    table = pa.table(
        {
            "number": ["P-1", "P-2"], "product": ["PDAA", "PDAA"], "customer_id": ["C1", "C2"],
            "starts_on": [date(2025, 1, 1)] * 2, "ends_on": [date(2025, 12, 31)] * 2,
            "premium": pa.array([Decimal("4123.45"), Decimal("3000.00")], pa.decimal128(12, 2)),
            "vin": ["LSVAM414R21844617", "LSVAM414R21844618"], "vehicle_value": [128_600.0, None],
            "limit:third_party": [1_000_000, 500_000],
        }
    )  # fmt: skip
    out = io.BytesIO()
    pq.write_table(table, out)
    report = load("policies", out.getvalue())
    assert report.ok, report.bad
    assert [policy.premium_fen for policy in Policy.objects.filter(number__startswith="P-").order_by("number")] == [
        412_345, 300_000,
    ]  # fmt: skip


def test_a_failure_while_writing_leaves_nothing(load, monkeypatch) -> None:
    def broken(*_args, **_kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(Insured.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        load("policies", POLICIES)
    assert not Policy.objects.filter(number__startswith="PDAA-").exists()


def queries_for(count, load, django_capture) -> int:
    rows = [
        {"number": f"Q{count}-{place}", "product": "PDAA", "policyholder": "C1", "starts_on": "2025-01-01",
         "ends_on": "2025-12-31", "premium": 1, "vin": "LSVAM414R21844617"}
        for place in range(count)
    ]  # fmt: skip
    with django_capture() as captured:
        assert load.rows("policies", rows).ok
    return sum(not query["sql"].startswith("INSERT") for query in captured.captured_queries)


def test_lookups_do_not_grow_with_rows(load, django_assert_max_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def capture():
        return CaptureQueriesContext(connection)

    assert queries_for(2, load, capture) == queries_for(60, load, capture)


# Products

PRODUCTS = """产品代码,险类,产品名称,英文名称,开售日期,保障代码,保障类别,保障名称,保障英文名称,限额（元）,条号,条款类别,条款标题,条款英文标题,条款内容,条款英文内容
TRIP,意外险,旅行意外险,Travel accident,2025-01-01,death,death,意外身故,Accidental death,500000,,,,,,
TRIP,,,,,medical,medical,意外医疗,Medical costs,20000,,,,,,
TRIP,,,,,death,,,,,第一条,cover,意外身故,Accidental death,意外身故给付。,Death is paid.
"""


def test_products_in_long_form(load) -> None:
    assert counts(load("products", PRODUCTS)) == (1, 0, 0)
    product = Product.objects.get(code="TRIP")
    assert [(item.code, item.default_limit_fen) for item in product.coverages.all()] == [
        ("death", 50_000_000), ("medical", 2_000_000),
    ]  # fmt: skip
    assert product.clauses.get().coverage.code == "death"
    assert counts(load("products", PRODUCTS)) == (0, 0, 1)
    assert counts(load("products", PRODUCTS.replace("20000", "30000"))) == (0, 1, 0)
    assert Product.objects.get(code="TRIP").version == 1


def test_a_sold_product_gets_a_new_version(load, world) -> None:
    report = load.rows("products", [{"code": "PDAA", "name_zh": "安行机动车商业保险（2025）"}])
    assert counts(report) == (0, 1, 0)
    assert Product.objects.get(code="PDAA", is_current=True).version == 2
    world.motor.refresh_from_db()
    assert world.motor.product.version == 1
    # The policy's row names no version: it keeps its own.
    report = load.rows(
        "policies",
        [{"number": world.motor.number, "product": "PDAA", "starts_on": "2024-10-18", "ends_on": "2025-10-17"}],
    )
    assert counts(report) == (0, 0, 1)


def test_products_as_json(load) -> None:
    row = {
        "code": "TRIP", "line": "accident", "name_zh": "旅行意外险", "name_en": "Travel accident", "sold_from": "2025-01-01",
        "coverages": [{"code": "death", "kind": "death", "name_zh": "意外身故", "name_en": "Accidental death", "limit_fen": 5}],
        "clauses": [{"number": "第一条", "kind": "cover", "coverage": "death", "title_zh": "身故", "title_en": "Death",
                     "text_zh": "给付。", "text_en": "Paid."}],
    }  # fmt: skip
    report = load.rows("products", [row])
    assert report.ok, report.bad
    product = Product.objects.get(code="TRIP")
    assert product.coverages.get().default_limit_fen == 5
    assert product.clauses.get().coverage.code == "death"


def test_incomplete_products_are_refused(load) -> None:
    report = load.rows("products", [{"code": "TRIP", "line": "accident"}, {"code": "T2", "line": "boats"}])
    assert {(1, "name_zh"), (1, "coverages"), (2, "line")} <= bad(report)
    assert not Product.objects.filter(code="TRIP").exists()

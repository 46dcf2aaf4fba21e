"""Policies from rows: found again by number. An empty cell leaves what is known.

A policy that was endorsed here since keeps its terms: the row is counted as left alone. Its way on is another
endorsement, or else a file exported before it would quietly undo it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.models import User
from anxin.registers.customers import identity
from anxin.registers.customers.masking import mask_id_number, mask_name, mask_plate, mask_vin, plate_text
from anxin.registers.customers.models import Customer
from anxin.registers.importing.cells import area, choice, choices_of, day, fen, moment, text, whole, yuan
from anxin.registers.importing.columns import Sheet, column, shown
from anxin.registers.importing.covers import Cover, Covers, coverages_cell
from anxin.registers.importing.lookups import CHUNK, Branches, among, by_key, chunks
from anxin.registers.importing.report import Report
from anxin.registers.policies.models import Endorsement, Home, Insured, Policy, PolicyCoverage, Vehicle
from anxin.registers.policies.queries import number_key
from anxin.registers.products.models import MOTOR_LINES, Line, Product
from anxin.registers.products.queries import with_terms

_STATUSES = {
    "有效": "active", "生效": "active", "中止": "suspended", "失效": "lapsed", "退保": "surrendered", "注销": "cancelled",
    "撤销": "cancelled", "终止": "completed",
}  # fmt: skip
_CHANNELS = {
    "代理人": "agent", "个人代理": "agent", "直销": "direct", "柜面": "direct", "网销": "online", "线上": "online", "互联网": "online",
    "电销": "phone", "经纪": "broker", "经纪人": "broker", "银保": "bank", "银行": "bank", "合作伙伴": "partner",
}  # fmt: skip
_USES = {
    "家庭自用": "private", "非营业": "private", "家庭自用汽车": "private", "企业非营业": "company", "单位非营业": "company",
    "营业": "hire", "出租租赁": "hire", "网约车": "hire", "货运": "freight", "营业货车": "freight",
}  # fmt: skip
_STRUCTURES = {
    "钢筋混凝土": "concrete",
    "钢混": "concrete",
    "砖混": "brick_concrete",
    "钢结构": "steel",
    "砖木": "brick_timber",
    "其他": "other",
}

SHEET = Sheet(
    (
        column("number|policy_number|policy_no|保单号|保单号码", text(40), required=True),
        column("product|product_code|产品代码|险种代码", text(24), required=True),
        column("product_version|产品版本|条款版本", whole(1, 9999)),
        column("external_id|policy_id|外部编号", text(60)),
        column("branch|branch_code|机构|机构代码|分公司|出单机构", text(80)),
        column(
            "policyholder|policyholder_external_id|customer_external_id|customer_id|投保人编号|客户编号|客户号",
            text(60),
        ),
        column("policyholder_id_number|投保人证件号|投保人证件号码|证件号码", text(40), mask=mask_id_number),
        column("insured|insured_external_id|被保险人编号", text(60)),
        column("insured_id_number|被保险人证件号|被保险人证件号码", text(40), mask=mask_id_number),
        column("beneficiary|beneficiary_external_id|受益人编号", text(60)),
        column("starts_on|start_date|起保日期|保险起期|生效日期|起期", day, required=True),
        column("ends_on|end_date|终保日期|保险止期|满期日期|止期", day),
        column("status|状态|保单状态", choice({k: v for k, v in Policy.Status.choices if k != "suspended"}, _STATUSES)),
        column("terminated_on|终止日期|退保日期", day),
        column("premium|保费|保险费", yuan),
        column("premium_fen|保费_fen", fen),
        column("sum_insured|保额|保险金额", yuan),
        column("sum_insured_fen|保额_fen|保险金额_fen", fen),
        column("seller|seller_username|销售人员账号|业务员账号", text(60)),
        column("seller_name|销售人员|业务员|业务员姓名", text(60), mask=mask_name),
        column("channel|渠道|销售渠道", choice(choices_of(Policy.Channel), _CHANNELS)),
        column("issued_at|issued_on|issue_date|签单日期|出单日期|出单时间|承保日期", moment),
        column("coverages|保障", coverages_cell),
        column("plate|plate_number|车牌|车牌号|号牌号码", identity.plate, mask=mask_plate),
        column("vin|车架号|车辆识别代号|车辆识别代码", identity.vin, mask=mask_vin),
        column("make|make_zh|brand|品牌|厂牌", text(40)),
        column("make_en|品牌英文", text(40)),
        column("model|model_zh|车型|型号", text(60)),
        column("model_en|车型英文", text(60)),
        column("use|使用性质", choice(choices_of(Vehicle.Use), _USES)),
        column("first_registered_on|初登日期|初次登记日期", day),
        column("vehicle_value|车辆价值|新车购置价|车辆实际价值", yuan),
        column("vehicle_value_fen|车辆价值_fen", fen),
        column("address|房屋地址|保险地址|标的地址", text(200)),
        column("area|area_m2|面积|建筑面积", area),
        column("structure|结构|房屋结构", choice(choices_of(Home.Structure), _STRUCTURES)),
        column("built_in|建成年份", whole(1800, 2200)),
        column("home_value|房屋价值", yuan),
        column("home_value_fen|房屋价值_fen", fen),
    ),
    coverages=True,
)

# Cover that need not have a last day.
_FOR_LIFE = frozenset({Line.WHOLE_LIFE, Line.UNIVERSAL_LIFE, Line.DISEASE, Line.NURSING})
_POLICY = (
    "number_key", "product_id", "branch_id", "policyholder_id", "starts_on", "ends_on", "status", "terminated_on",
    "premium_fen", "sum_insured_fen", "seller_id", "seller_name", "channel", "issued_at", "source", "external_id",
)  # fmt: skip
_VEHICLE = (
    "plate", "plate_key", "vin", "make_zh", "make_en", "model_zh", "model_en", "use", "first_registered_on", "value_fen",
)  # fmt: skip
_HOME = ("address", "area_m2", "structure", "built_in", "value_fen")


@dataclass(slots=True)
class _Draft:
    """A row, resolved: keys instead of words, and what belongs to the policy."""

    line: int
    policy: dict[str, Any]
    covers: dict[int, Cover] | None = None  # by coverage key; None: the row says nothing of them
    vehicle: dict[str, Any] = field(default_factory=dict)
    home: dict[str, Any] = field(default_factory=dict)
    insured: tuple[tuple[int, str], ...] = ()  # (customer key, role)


def write(
    rows: list[tuple[int, dict[str, Any]]], headings: dict[str, str], report: Report, *,
    system: str, actor: Actor, now: datetime, tell: Callable[[str, int, int], None],
) -> None:  # fmt: skip
    """Check `rows` against the registers and one another, then write them, unless the report has bad cells by then."""
    existing = by_key(Policy.objects.all(), "number", (values.get("number") for _line, values in rows))
    finder = _Finder(rows, headings, report, system, actor, existing)
    drafts = []
    for done, (line, values) in enumerate(rows, 1):
        if done % CHUNK == 0:
            tell("check", done, len(rows))
        draft = finder.draft(line, values)
        if draft is not None:
            drafts.append(draft)
    if not report.ok:
        return
    new = [draft for draft in drafts if draft.policy["number"] not in existing]
    changed = _changed([draft for draft in drafts if draft.policy["number"] in existing], existing, report)
    report.created, report.updated = len(new), len(changed)
    total = len(new) + len(changed) + 1
    done = 0
    for some in chunks(changed, 1000):
        _update(some, existing)
        done += len(some)
        tell("write", done, total)
    for some in chunks(new):
        _create(some)
        done += len(some)
        tell("write", done, total)
    tell("write", total, total)


class _Finder:
    """Resolves what rows refer to, from lookups made once."""

    def __init__(
        self, rows: list[tuple[int, dict[str, Any]]], headings: dict[str, str], report: Report, system: str, actor: Actor,
        existing: dict[str, Policy],
    ):  # fmt: skip
        self._headings, self._report, self._system, self._existing = headings, report, system, existing
        self._branches = Branches(actor)
        self._seen: dict[str, int] = {}
        self._zone = timezone.get_default_timezone()
        wanted = {values.get("product") for _line, values in rows} - {None}
        self._products: dict[tuple[str, int], Product] = {}
        self._current: dict[str, Product] = {}
        for product in with_terms(Product.objects.filter(code__in=list(wanted))):
            self._products[product.code, product.version] = product
            if product.is_current:
                self._current[product.code] = product
        self._product_by_key = {product.pk: product for product in self._products.values()}
        self._covers: dict[int, Covers] = {}
        self._customer_columns = {
            name: {values.get(name) for _line, values in rows} - {None}
            for name in ("policyholder", "insured", "beneficiary", "policyholder_id_number", "insured_id_number")
        }
        customers = Customer.objects.only("id", "external_id", "id_number", "branch_id")
        outside = {
            part for name in ("policyholder", "insured", "beneficiary") for part in _parts(self._customer_columns[name])
        }
        self._by_external = by_key(customers.filter(source=system), "external_id", outside)
        numbers = {
            identity.compact(part)
            for name in ("policyholder_id_number", "insured_id_number")
            for part in _parts(self._customer_columns[name])
        }
        self._by_number: dict[str, list[Customer]] = defaultdict(list)
        for customer in among(customers, "id_number", numbers):
            self._by_number[customer.id_number].append(customer)
        staff = User.objects.filter(kind=User.Kind.STAFF).only("id", "username")
        self._sellers = by_key(staff, "username", (values.get("seller") for _line, values in rows))
        keys = (number_key(values["number"]) for _line, values in rows if "number" in values)
        self._keys = {
            row.number_key: row.number for row in among(Policy.objects.only("number", "number_key"), "number_key", keys)
        }
        self._key_seen: dict[str, str] = {}
        outside_ids = (values.get("external_id") for _line, values in rows)
        in_system = Policy.objects.filter(source=system).only("number", "external_id")
        self._external_ids = {row.external_id: row.number for row in among(in_system, "external_id", outside_ids)}

    def _refuse(self, line: int, name: str, cell: Any, reason: str) -> None:
        known = SHEET.columns.get(name)
        self._report.refuse(line, self._headings.get(name, name), shown(cell, known.mask if known else None), reason)

    def draft(self, line: int, values: dict[str, Any]) -> _Draft | None:
        number = values.get("number")
        if number is None or not self._first_of_its_number(line, number, values.get("external_id")):
            return None
        before = self._existing.get(number)
        if before is not None and not self._branches.allows(before.branch_id):
            self._refuse(line, "number", number, _("This record belongs to a branch that is not one of yours."))
            return None
        product = self._product(line, values, before)
        if product is None:
            return None
        policy: dict[str, Any] = {"number": number, "number_key": number_key(number), "product_id": product.pk}
        holder = self._policyholder(line, values, before)
        if holder is not None:
            policy["policyholder_id"] = holder.pk
        self._dates(line, values, product, policy, before)
        self._money_and_people(line, values, policy, holder, before)
        draft = _Draft(line, policy)
        self._objects(line, values, product, draft, before)
        covers = self._covers.setdefault(product.pk, Covers(product))
        try:
            draft.covers = covers.read(
                values, new=before is None, sum_insured_fen=policy.get("sum_insured_fen", 0),
                value_fen=draft.vehicle.get("value_fen", 0) or draft.home.get("value_fen", 0),
            )  # fmt: skip
        except ValueError as bad:
            name, cell = covers.culprit
            self._refuse(line, name, cell, str(bad))
        draft.insured = self._people(line, values, holder)
        return draft

    def _first_of_its_number(self, line: int, number: str, external_id: str | None) -> bool:
        first = self._seen.setdefault(number, line)
        if first != line:
            self._refuse(line, "number", number, _("Line %(line)s has the same.") % {"line": first})
            return False
        key = number_key(number)
        if not key:
            self._refuse(line, "number", number, _("A policy number has letters or digits."))
            return False
        other = self._keys.get(key) or self._key_seen.setdefault(key, number)
        if other != number:
            self._refuse(line, "number", number, _("Policy %(number)s differs by signs alone.") % {"number": other})
            return False
        if external_id and self._external_ids.setdefault(external_id, number) != number:
            other = self._external_ids[external_id]
            self._refuse(line, "external_id", external_id, _("Policy %(number)s has the same.") % {"number": other})
            return False
        return True

    def _product(self, line: int, values: dict[str, Any], before: Policy | None) -> Product | None:
        code, version = values.get("product"), values.get("product_version")
        if code is None:
            return None  # refused already
        if version is not None:
            product = self._products.get((code, version))
        else:
            # A policy keeps the version it was sold under when the row names none.
            held = self._product_by_key.get(before.product_id) if before else None
            product = held if held is not None and held.code == code else self._current.get(code)
        if product is None:
            self._refuse(line, "product", code, _("There is no such product, or not in this version."))
        return product

    def _policyholder(self, line: int, values: dict[str, Any], before: Policy | None) -> Customer | None:
        if "policyholder" in values:
            return self._customer(line, "policyholder", values["policyholder"])
        if "policyholder_id_number" in values:
            return self._customer(line, "policyholder_id_number", values["policyholder_id_number"])
        if before is None:
            self._refuse(
                line, "policyholder", "", _("A policy needs its policyholder: a customer number or a document's.")
            )
        return None

    def _customer(self, line: int, name: str, word: str) -> Customer | None:
        if name.endswith("id_number"):
            found = self._by_number.get(identity.compact(word), [])
            if len(found) > 1:
                self._refuse(line, name, word, _("Several customers have a document of this number."))
                return None
            customer = found[0] if found else None
        else:
            customer = self._by_external.get(word)
        if customer is None:
            self._refuse(line, name, word, _("There is no such customer: import customers first."))
        return customer

    def _dates(
        self, line: int, values: dict[str, Any], product: Product, policy: dict[str, Any], before: Policy | None
    ) -> None:
        starts = values.get("starts_on")
        ends = values.get("ends_on", before.ends_on if before else None)
        status = values.get("status", before.status if before else Policy.Status.ACTIVE)
        terminated = values.get("terminated_on", before.terminated_on if before else None)
        if starts is None:
            return  # refused already
        if ends is None and product.line not in _FOR_LIFE:
            self._refuse(line, "ends_on", "", _("A policy of this line needs its last day."))
        if ends is not None and ends < starts:
            self._refuse(line, "ends_on", ends, _("The last day is before the first."))
        if status in Policy.ENDED and terminated is None:
            self._refuse(line, "terminated_on", "", _("A policy that has ended needs the first day without cover."))
        if status not in Policy.ENDED and terminated is not None:
            if "terminated_on" in values:
                self._refuse(line, "terminated_on", terminated, _("The status does not say that the policy has ended."))
            terminated = None
        if terminated is not None and terminated < starts:
            self._refuse(line, "terminated_on", terminated, _("This is before the first day."))
        policy.update(starts_on=starts, ends_on=ends, status=str(status), terminated_on=terminated)
        if "issued_at" in values:
            policy["issued_at"] = values["issued_at"]
        elif before is None:
            policy["issued_at"] = datetime.combine(starts, time(), self._zone)

    def _money_and_people(
        self, line: int, values: dict[str, Any], policy: dict[str, Any], holder: Customer | None, before: Policy | None
    ) -> None:
        for name in ("premium", "sum_insured"):
            amount = values.get(f"{name}_fen", values.get(name))
            if amount is not None:
                policy[f"{name}_fen"] = amount
        if before is None and "premium_fen" not in policy:
            self._refuse(line, "premium", "", _("This is required."))
        if "branch" in values:
            try:
                policy["branch_id"] = self._branches.find(values["branch"])
            except ValueError as bad:
                self._refuse(line, "branch", values["branch"], str(bad))
        elif before is None and holder is not None:
            policy["branch_id"] = holder.branch_id
            if not self._branches.allows(holder.branch_id):
                self._refuse(line, "branch", "", _("This branch is not one of yours."))
        if "seller" in values:
            seller = self._sellers.get(values["seller"])
            if seller is None:
                self._refuse(line, "seller", values["seller"], _("There is no member of staff with this user name."))
            else:
                policy["seller_id"] = seller.pk
        for name in ("seller_name", "channel"):
            if name in values:
                policy[name] = values[name]
        if "external_id" in values:
            policy.update(external_id=values["external_id"], source=self._system)

    def _objects(
        self, line: int, values: dict[str, Any], product: Product, draft: _Draft, before: Policy | None
    ) -> None:
        if product.line in MOTOR_LINES:
            if "vin" in values:
                for name in ("vin", "make_en", "model_en", "use", "first_registered_on"):
                    if name in values:
                        draft.vehicle[name] = values[name]
                if "plate" in values:
                    draft.vehicle.update(plate_key=values["plate"], plate=plate_text(values["plate"]))
                for name in ("make", "model"):
                    if name in values:
                        draft.vehicle[f"{name}_zh"] = values[name]
                value = values.get("vehicle_value_fen", values.get("vehicle_value"))
                if value is not None:
                    draft.vehicle["value_fen"] = value
            elif before is None:
                self._refuse(line, "vin", "", _("A motor policy needs the vehicle's identification number."))
        elif product.line == Line.HOME:
            if "address" in values:
                draft.home["address"] = values["address"]
                for name, into in (("area", "area_m2"), ("structure", "structure"), ("built_in", "built_in")):
                    if name in values:
                        draft.home[into] = values[name]
                value = values.get("home_value_fen", values.get("home_value"))
                if value is not None:
                    draft.home["value_fen"] = value
            elif before is None:
                self._refuse(line, "address", "", _("A home policy needs the address that is insured."))

    def _people(self, line: int, values: dict[str, Any], holder: Customer | None) -> tuple[tuple[int, str], ...]:
        """Who is insured (the policyholder where the row names nobody) and who is to be paid; several by ;."""
        found = []
        for name, role in (("insured", "insured"), ("insured_id_number", "insured"), ("beneficiary", "beneficiary")):
            for word in _parts([values[name]]) if name in values else ():
                customer = self._customer(line, name, word)
                if customer is not None:
                    found.append((customer.pk, role))
        if holder is not None and not any(role == "insured" for _pk, role in found):
            found.append((holder.pk, "insured"))
        return tuple(sorted(set(found)))


def _parts(words: Any) -> list[str]:
    return [part.strip() for word in words for part in word.replace("；", ";").split(";") if part.strip()]


def _changed(drafts: list[_Draft], existing: dict[str, Policy], report: Report) -> list[_Draft]:
    """Those that differ from the register; counts the others."""
    ids = [existing[draft.policy["number"]].pk for draft in drafts]
    covers: dict[int, dict[int, Cover]] = defaultdict(dict)
    vehicles: dict[int, dict[str, Vehicle]] = defaultdict(dict)
    homes: dict[int, dict[str, Home]] = defaultdict(dict)
    people: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for row in among(PolicyCoverage.objects.order_by(), "policy_id", ids):
        covers[row.policy_id][row.coverage_id] = Cover(row.limit_fen, row.deductible_fen, row.deductible_permille)
    for vehicle in among(Vehicle.objects.all(), "policy_id", ids):
        vehicles[vehicle.policy_id][vehicle.vin] = vehicle
    for home in among(Home.objects.all(), "policy_id", ids):
        homes[home.policy_id][home.address] = home
    for person in among(Insured.objects.order_by(), "policy_id", ids):
        people[person.policy_id].add((person.customer_id, person.role))
    endorsed = {row.policy_id for row in among(Endorsement.objects.only("policy_id").order_by(), "policy_id", ids)}
    changed = []
    for draft in drafts:
        policy = existing[draft.policy["number"]]
        _keep_only_differences(draft, covers[policy.pk], vehicles[policy.pk], homes[policy.pk], people[policy.pk])
        if _agrees(policy, draft.policy) and not (draft.covers or draft.vehicle or draft.home or draft.insured):
            report.unchanged += 1
        elif policy.pk in endorsed:
            report.left_alone += 1
        else:
            changed.append(draft)
    return changed


def _keep_only_differences(
    draft: _Draft, covers: dict[int, Cover], vehicles: dict[str, Vehicle], homes: dict[str, Home],
    people: set[tuple[int, str]],
) -> None:  # fmt: skip
    """Empty the parts that the register already has; complete the others by what it knows and the row leaves out."""
    if draft.covers == covers:
        draft.covers = None
    if set(draft.insured) == people:
        draft.insured = ()
    if draft.vehicle:
        draft.vehicle = _completed(draft.vehicle, vehicles.get(draft.vehicle["vin"]), _VEHICLE)
    if draft.home:
        draft.home = _completed(draft.home, homes.get(draft.home["address"]), _HOME)


def _completed(values: dict[str, Any], known: models.Model | None, names: tuple[str, ...]) -> dict[str, Any]:
    if known is None:
        return values
    return {} if _agrees(known, values) else {name: getattr(known, name) for name in names} | values


def _agrees(row: models.Model | None, values: dict[str, Any]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in values.items())


def _update(drafts: Any, existing: dict[str, Policy]) -> None:
    policies = []
    for draft in drafts:
        policy = existing[draft.policy["number"]]
        for name, value in draft.policy.items():
            setattr(policy, name, value)
        policies.append(policy)
    for some in chunks(policies, 200):
        Policy.objects.bulk_update(
            some, [name.removesuffix("_id") if name != "external_id" else name for name in _POLICY]
        )
    ids = {existing[draft.policy["number"]].pk: draft for draft in drafts}
    for model, has in (
        (PolicyCoverage, "covers"), (Vehicle, "vehicle"), (Home, "home"), (Insured, "insured"),
    ):  # fmt: skip
        gone = [pk for pk, draft in ids.items() if getattr(draft, has)]
        model.objects.filter(policy_id__in=gone).delete()
    _add_parts(list(ids.items()))


def _create(drafts: Any) -> None:
    policies = Policy.objects.bulk_create([Policy(**draft.policy) for draft in drafts])
    _add_parts([(policy.pk, draft) for policy, draft in zip(policies, drafts, strict=True)])


def _add_parts(drafts: list[tuple[int, _Draft]]) -> None:
    PolicyCoverage.objects.bulk_create(
        PolicyCoverage(
            policy_id=pk, coverage_id=coverage, limit_fen=cover.limit_fen, deductible_fen=cover.deductible_fen,
            deductible_permille=cover.deductible_permille,
        )
        for pk, draft in drafts
        for coverage, cover in (draft.covers or {}).items()
    )  # fmt: skip
    Vehicle.objects.bulk_create(Vehicle(policy_id=pk, **draft.vehicle) for pk, draft in drafts if draft.vehicle)
    Home.objects.bulk_create(Home(policy_id=pk, **draft.home) for pk, draft in drafts if draft.home)
    Insured.objects.bulk_create(
        Insured(policy_id=pk, customer_id=customer, role=role)
        for pk, draft in drafts
        for customer, role in draft.insured
    )

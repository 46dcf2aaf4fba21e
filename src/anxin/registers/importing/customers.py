"""Customers from rows: found again by the outside system's id, else by the number of their document.

An empty cell leaves what is known. A new contact becomes the first to use; older ones stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.registers.customers import identity
from anxin.registers.customers.masking import mask_contact, mask_id_number, mask_name
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.importing.cells import choice, choices_of, day, text
from anxin.registers.importing.columns import Sheet, column, shown
from anxin.registers.importing.lookups import CHUNK, Branches, among, by_key, chunks
from anxin.registers.importing.report import Report

_KINDS = {
    "个人": "person", "自然人": "person", "individual": "person",
    "组织": "organisation", "单位": "organisation", "企业": "organisation", "机构": "organisation", "团体": "organisation",
    "organization": "organisation", "company": "organisation",
}  # fmt: skip
_ID_KINDS = {
    "身份证": "resident_id", "居民身份证": "resident_id", "护照": "passport", "港澳居民来往内地通行证": "hk_macau_permit",
    "台湾居民来往大陆通行证": "taiwan_permit", "外国人永久居留身份证": "foreign_resident", "统一社会信用代码": "uscc", "其他": "other",
}  # fmt: skip
_SEXES = {"男": "male", "女": "female", "m": "male", "f": "female"}
_CONTACTS = {
    "手机": "mobile",
    "电话": "mobile",
    "短信": "mobile",
    "邮箱": "email",
    "电子邮件": "email",
    "微信": "wechat",
    "信函": "address",
}


def _contact(kind: str) -> Callable[[Any], tuple[str, str]]:
    as_text = text(200)

    def parse(value: Any) -> tuple[str, str]:
        words = as_text(value)
        return words, identity.contact(kind, words)

    return parse


def _masked_contact(kind: str) -> Callable[[str], str]:
    return lambda value: mask_contact(kind, value)


SHEET = Sheet(
    (
        column("external_id|customer_external_id|customer_id|id|客户编号|客户号|外部编号", text(60)),
        column("kind|客户类型|类型", choice(choices_of(Customer.Kind), _KINDS)),
        column("name|name_zh|姓名|名称|客户姓名|客户名称", text(80), required=True, mask=mask_name),
        column("name_en|英文名|英文姓名|英文名称", text(120), mask=mask_name),
        column("id_kind|id_type|证件类型", choice(choices_of(Customer.IdKind), _ID_KINDS)),
        column("id_number|id_no|证件号码|证件号|身份证号", text(40), mask=mask_id_number),
        column("born_on|date_of_birth|birth_date|birthday|出生日期|生日", day),
        column("sex|gender|性别", choice(choices_of(Customer.Sex), _SEXES)),
        column("branch|branch_code|机构|机构代码|分公司|管理机构", text(80)),
        column("preferred_contact|联系偏好|首选联系方式", choice(choices_of(Customer.Contact), _CONTACTS)),
        column("mobile|phone|手机|手机号|手机号码|电话", _contact("mobile"), mask=_masked_contact("mobile")),
        column("email|e_mail|邮箱|电子邮箱|电子邮件", _contact("email"), mask=_masked_contact("email")),
        column("address|地址|联系地址|通讯地址", _contact("address"), mask=_masked_contact("address")),
        column("wechat|微信|微信号", _contact("wechat"), mask=_masked_contact("wechat")),
    )
)

_FIELDS = (
    "kind", "name", "name_en", "id_kind", "id_number", "born_on", "sex", "branch_id", "preferred_contact", "source",
    "external_id",
)  # fmt: skip
_CONTACT_KINDS = ("mobile", "email", "address", "wechat")


def write(
    rows: list[tuple[int, dict[str, Any]]], headings: dict[str, str], report: Report, *,
    system: str, actor: Actor, now: datetime, tell: Callable[[str, int, int], None],
) -> None:  # fmt: skip
    """Check `rows` against the register and one another, then write them, unless the report has bad cells by then."""
    branches = Branches(actor)
    today = timezone.localdate(now)
    for line, values in rows:
        _complete(line, values, headings, report, branches, today)
    in_system = Customer.objects.filter(source=system)
    by_external = by_key(in_system, "external_id", (values.get("external_id") for _line, values in rows))
    by_external_pk = {customer.pk: customer for customer in by_external.values()}
    by_number = {
        (customer.id_kind, customer.id_number): by_external_pk.get(customer.pk, customer)
        for customer in among(Customer.objects.all(), "id_number", (values.get("id_number") for _line, values in rows))
    }
    known_contacts = _contacts_of({item.pk for item in (*by_external.values(), *by_number.values())})

    new: list[tuple[Customer, dict[str, Any]]] = []
    changed: list[Customer] = []
    contacts: list[ContactPoint] = []
    demoted: list[ContactPoint] = []
    promoted: list[ContactPoint] = []
    seen: dict[tuple[str, ...], int] = {}
    for done, (line, values) in enumerate(rows, 1):
        if done % CHUNK == 0:
            tell("check", done, len(rows))
        if _repeats(line, values, headings, report, seen):
            continue
        existing = _existing(line, values, headings, report, by_external, by_number, branches.own() is not None)
        if existing is not None and not branches.allows(existing.branch_id):
            name = "external_id" if "external_id" in values else "id_number"
            report.refuse(
                line, headings.get(name, name), shown(values[name], SHEET.columns[name].mask),
                _("This record belongs to a branch that is not one of yours."),
            )  # fmt: skip
        if not report.ok:
            continue  # nothing will be written: from here on only mistakes are looked for
        fields = {name: values[name] for name in _FIELDS if name in values}
        if values.get("external_id"):
            fields["source"] = system
        if existing is None:
            fields.setdefault("branch_id", branches.own())
            new.append((Customer(created_at=now, **fields), values))
            continue
        differs = any(getattr(existing, name) != value for name, value in fields.items())
        for name, value in fields.items():
            setattr(existing, name, value)
        touched = _merge_contacts(existing, values, known_contacts[existing.pk], contacts, demoted, promoted, now)
        if differs:
            changed.append(existing)
        if differs or touched:
            report.updated += 1
        else:
            report.unchanged += 1
    if not report.ok:
        return
    report.created = len(new)
    done, total = 0, len(new) + len(changed) + 1
    for some in chunks(new):
        Customer.objects.bulk_create([customer for customer, _values in some])
        for customer, values in some:
            _merge_contacts(customer, values, [], contacts, demoted, promoted, now)
        done += len(some)
        tell("write", done, total)
    for part in chunks(changed, 500):
        Customer.objects.bulk_update(
            part, [name.removesuffix("_id") if name == "branch_id" else name for name in _FIELDS]
        )
        done += len(part)
        tell("write", done, total)
    # Old firsts step down before new ones step up: a customer has one first contact of each kind.
    for points, first in ((demoted, False), (promoted, True)):
        for some_points in chunks(points):
            ContactPoint.objects.filter(pk__in=[point.pk for point in some_points]).update(is_primary=first)
    for some_contacts in chunks(contacts):
        ContactPoint.objects.bulk_create(some_contacts)
    tell("write", total, total)


def _complete(
    line: int, values: dict[str, Any], headings: dict[str, str], report: Report, branches: Branches, today: date
) -> None:
    """Fill in what follows from other cells; check the number of the document and the branch."""

    def refuse(name: str, cell: Any, reason: str) -> None:
        report.refuse(line, headings.get(name, name), shown(cell, SHEET.columns[name].mask), reason)

    if not values.get("external_id") and not values.get("id_number"):
        refuse("external_id", "", _("A row needs a customer number or the number of a document."))
    number = values.get("id_number")
    if number:
        kind = values.get("id_kind")
        if not kind:
            kind = "uscc" if values.get("kind") == "organisation" else "resident_id"
            values["id_kind"] = kind
        try:
            values["id_number"] = identity.id_number(kind, number, today=today)
        except identity.BadNumber as bad:
            refuse("id_number", number, str(bad))
        else:
            if kind == "resident_id":
                card = identity.resident_id(values["id_number"], today=today)
                if values.setdefault("born_on", card.born_on) != card.born_on:
                    refuse("born_on", values["born_on"], _("This is not the date of birth in the identity number."))
                if values.setdefault("sex", card.sex) != card.sex:
                    refuse("sex", values["sex"], _("This is not the sex in the identity number."))
            elif kind == "uscc":
                values.setdefault("kind", "organisation")
    else:
        values.pop("id_kind", None)  # a kind without a number says nothing
    if values.get("born_on") and values["born_on"] > today:
        refuse("born_on", values["born_on"], _("This day is in the future."))
    word = values.pop("branch", None)
    if word:
        try:
            values["branch_id"] = branches.find(word)
        except ValueError as bad:
            refuse("branch", word, str(bad))


def _repeats(
    line: int, values: dict[str, Any], headings: dict[str, str], report: Report, seen: dict[tuple[str, ...], int]
) -> bool:
    for name, key in (
        ("external_id", ("external", values.get("external_id", ""))),
        ("id_number", ("number", values.get("id_kind", ""), values.get("id_number", ""))),
    ):
        if not key[-1]:
            continue
        first = seen.setdefault(key, line)
        if first != line:
            report.refuse(
                line, headings.get(name, name), shown(key[-1], SHEET.columns[name].mask),
                _("Line %(line)s has the same.") % {"line": first},
            )  # fmt: skip
            return True
    return False


def _existing(
    line: int, values: dict[str, Any], headings: dict[str, str], report: Report,
    by_external: dict[str, Customer], by_number: dict[tuple[str, str], Customer], has_own_branch: bool,
) -> Customer | None:  # fmt: skip
    same_id = by_external.get(values.get("external_id", ""))
    same_number = by_number.get((values.get("id_kind", ""), values.get("id_number", "")))
    if same_number is not None and (
        (same_id is not None and same_id.pk != same_number.pk)
        or (same_id is None and values.get("external_id") and same_number.external_id)
    ):
        report.refuse(
            line, headings.get("id_number", "id_number"), mask_id_number(values["id_number"]),
            _("Another customer in the register has this number."),
        )  # fmt: skip
    found = same_id or same_number
    if found is None and "branch_id" not in values and not has_own_branch:
        report.refuse(line, headings.get("branch", "branch"), "", _("A new customer needs a branch."))
    return found


def _contacts_of(customer_ids: set[int]) -> dict[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for some in chunks(sorted(customer_ids)):
        for point in ContactPoint.objects.filter(customer_id__in=some):
            found[point.customer_id].append(point)
    return found


def _merge_contacts(
    customer: Customer, values: dict[str, Any], known: list[ContactPoint], new: list[ContactPoint],
    demoted: list[ContactPoint], promoted: list[ContactPoint], now: datetime,
) -> bool:  # fmt: skip
    """Whether the row brings a contact that was not there, or not the first of its kind."""
    touched = False
    for kind in _CONTACT_KINDS:
        if kind not in values:
            continue
        words, normalised = values[kind]
        same = next((point for point in known if point.kind == kind and point.normalised == normalised), None)
        if same is not None and same.is_primary:
            continue
        touched = True
        demoted += [point for point in known if point.kind == kind and point.is_primary]
        if same is not None:
            promoted.append(same)
        else:
            new.append(
                ContactPoint(
                    customer=customer, kind=kind, value=words, normalised=normalised, is_primary=True,
                    tail=identity.phone_tail(kind, normalised), created_at=now,
                )
            )  # fmt: skip
    return touched

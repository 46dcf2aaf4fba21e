"""What each kind of fact is made of: its fields by the regulator's names, other headings they may have, how cells are read.

A field's stored form: moments as UTC `2026-11-28T12:33:21`, days as `2026-11-28`, yes/no as true and false, amounts in fen, codes as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from anxin.insight.indicators.models import FactKind
from anxin.registers.importing.cells import Parse, choice, text, whole
from anxin.registers.importing.cells import day as read_day
from anxin.registers.importing.cells import moment as read_moment
from anxin.registers.importing.cells import yuan as read_yuan
from anxin.registers.importing.columns import Sheet, column

# What stands in a fact's own columns, whatever its kind.
OWN: Final = ("id", "branch", "case")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_YES = {"01", "1", "1.0", "true", "yes", "y", "t", "是", "已"}
_NO = {"00", "0", "0.0", "false", "no", "n", "f", "否", "未"}

PERSONAL = re.compile(
    r"姓名|名字|投保人|被保险人|联系人|投诉人|电话|手机|号码|证件|身份证|地址|住址|邮箱|微信|银行卡|账号|主叫|被叫|"
    r"(^|_)(name|phone|mobile|tel|telephone|caller|callee|caller_id|ani|id_number|id_no|id_card|address|email|e_mail|wechat|account|card)(_|$)|"
    r"customer_?name|phone_?(no|number)|text|content|内容|备注|remark|comment|note"
)
"""Headings of columns that hold names, contacts or free text: dropped, with a word."""


def yes_or_no(value: Any) -> bool:
    """01 and 00 as the regulator's lists write them; also 1/0, yes/no, 是/否."""
    words = str(value).strip().lower()
    if words in _YES:
        return True
    if words in _NO:
        return False
    raise ValueError(_("Write 01 for yes and 00 for no."))


_SLOPPY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T\s]+(\d{1,2})(:\d{2}.*)")


def moment(value: Any) -> str:
    """Also as spreadsheets write it: 2025/3/1 9:31."""
    if isinstance(value, str) and (found := _SLOPPY.fullmatch(value.strip())):
        year, month, on, hour, rest = found.groups()
        value = f"{year}-{month:0>2}-{on:0>2} {hour:0>2}{rest}"
    return read_moment(value).astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def day(value: Any) -> str:
    if isinstance(value, str) and len(value.strip()) > 11:  # a moment: its day on the insurer's clock
        from django.utils import timezone

        return timezone.localdate(read_moment(value)).isoformat()
    return read_day(value).isoformat()


def code(longest: int = 40) -> Parse:
    """A short code or category; what looks like a phone or identity number is refused."""
    as_text = text(longest)

    def parse(value: Any) -> str:
        words = str(as_text(value))
        if _MOBILE.search(words) or _CARD.search(words):
            raise ValueError(_("This looks like a phone or identity number: facts hold none. Write a code."))
        return words

    return parse


def masked(words: str) -> str:
    """A bad cell as the report may show it: no phone or identity number in full."""
    return _CARD.sub("***", _MOBILE.sub("***", words))


def _hidden(_words: str) -> str:
    return "***"  # what is no staff number may be a name


def staff_number(value: Any) -> str:
    words = str(code()(value))
    if not re.fullmatch(r"[A-Za-z0-9_.\-]+", words):
        raise ValueError(_("Write the person's staff number, not a name."))
    return words


def month_day(value: Any) -> str:
    """2026-10 or any day of the month, as its first day."""
    words = str(value).strip()
    if found := re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", words):
        try:
            return date(int(found[1]), int(found[2]), 1).isoformat()
        except ValueError:
            raise ValueError(_("There is no such month.")) from None
    return day(value)[:7] + "-01"


def score(value: Any) -> float:
    try:
        found = float(str(value).strip())
    except ValueError:
        found = -1.0
    if not 1 <= found <= 5:
        raise ValueError(_("A rating is a number from 1 to 5."))
    return found


Check = Callable[[Mapping[str, Any]], tuple[str, str] | None]
"""Looks at a whole row; answers (field, what is wrong and the fix), or None."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`when`: the field that says when it happened (a moment or a day). `fields`: those stored, by name."""

    code: FactKind
    sheet: Sheet
    when: str
    fields: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def looks_ahead(self) -> bool:
        """Whether `when` is a day that may still come: the end of a cooling-off period."""
        return self.code == FactKind.CALLBACKS

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.sheet.columns.values() if item.required)


_LINES = {
    "财产险": "pc", "财险": "pc", "产险": "pc", "p&c": "pc", "non-life": "pc", "property": "pc",
    "人身险": "life", "寿险": "life", "健康险": "life", "意外险": "life", "health": "life",
}  # fmt: skip
_AREAS = {"承保": "underwriting", "理赔": "claims", "查询": "enquiry", "inquiry": "enquiry"}
_LEVELS = {
    "01": "simple", "1": "simple", "简单": "simple", "一般": "simple", "02": "complex", "2": "complex", "复杂": "complex",
    "03": "very_complex", "3": "very_complex", "特别复杂": "very_complex", "重大复杂": "very_complex",
}  # fmt: skip
_CALLBACK_TYPES = {
    "01": "phone", "1": "phone", "电话": "phone", "02": "visit", "2": "visit", "上门": "visit", "信函": "letter",
    "网络": "online", "互联网": "online", "短信": "sms",
}  # fmt: skip


def _shared(id_names: str) -> list[Any]:
    return [
        column(f"id|external_id|{id_names}|编号|流水号", code(60), required=True),
        column("branch|branch_code|机构|机构代码|分公司|管理机构", text(80)),
        column("line|business|险类|业务线", choice({"pc": "", "life": ""}, _LINES)),
    ]


def _in_order(*names: str) -> Check:
    def check(row: Mapping[str, Any]) -> tuple[str, str] | None:
        told = [(name, row[name]) for name in names if row.get(name)]
        for (first, early), (second, late) in pairwise(told):
            if late[: len(early)] < early[: len(late)]:
                return second, _("This is earlier than %(other)s (%(value)s). Correct one of them.") % {
                    "other": first, "value": early.replace("T", " "),
                }  # fmt: skip
        return None

    return check


def _goes_with(flag: str, when: str) -> Check:
    """A yes needs its moment."""

    def check(row: Mapping[str, Any]) -> tuple[str, str] | None:
        if row.get(flag) is True and not row.get(when):
            return when, _("%(flag)s says yes: give %(when)s, or write 00.") % {"flag": flag, "when": when}
        return None

    return check


def _kind(
    what: FactKind, when: str, columns: list[Any], *checks: Check, names: str = "", case: bool = False, **example: str
) -> Kind:
    own = [*_shared(names), *([column("case|case_number|案件|赔案号|案号", text(40))] if case else [])]
    fields = ("line", *(item.name for item in columns))
    every = [replace(item, mask=_hidden if item.parse is staff_number else masked) for item in (*own, *columns)]
    return Kind(what, Sheet(every), when, fields, checks, {"branch": "3205", **example})


KINDS: Final[dict[str, Kind]] = {
    str(kind.code): kind
    for kind in (
        _kind(
            FactKind.CALLS, "calltime",
            [
                column("calltime|call_time|来电时间|呼入时间|转人工时间", moment, required=True),
                column("connectiontime|connection_time|接通时间|应答时间", moment),
                column("downtime|down_time|hang_up_time|挂断时间|挂机时间", moment),
                column("isconnected|is_connected|是否接通|人工接通", yes_or_no, required=True),
                column("asksagent|asks_agent|是否转人工|要求人工", yes_or_no),
                column("agent|座席|坐席|工号", staff_number),
                column("queue|技能组|队列", code()),
            ],
            _in_order("calltime", "connectiontime", "downtime"), _goes_with("isconnected", "connectiontime"),
            names="callid|call_id|话务编号|通话编号",
            id="C-000001", calltime="2026-10-01 09:30:00", connectiontime="2026-10-01 09:30:25", downtime="2026-10-01 09:34:10",
            isconnected="01", asksagent="01",
        ),
        _kind(
            FactKind.COMPLAINTS, "receiveddate",
            [
                column("receiveddate|received_date|receivedtime|收到日期|受理日期|投诉日期", day, required=True),
                column("decideddate|decided_date|closedate|办结日期|答复日期", day),
                column("level|complexity|复杂程度|难易程度", choice({"simple": "", "complex": "", "very_complex": ""}, _LEVELS)),
                column("isapproved|approved|是否批准延期|高管批准", yes_or_no),
                column("istold|told|是否告知延期|告知投诉人", yes_or_no),
                column("pausedays|pause_days|不计入天数|鉴定调解天数", whole(0, 3650)),
                column("iswithdrawn|withdrawn|是否撤诉|撤诉", yes_or_no),
                column("category|投诉类别|类别", code()),
                column("channel|投诉渠道|渠道", code()),
            ],
            _in_order("receiveddate", "decideddate"), names="complaintid|complaint_id|投诉编号", case=True,
            id="T-000001", receiveddate="2026-10-01", decideddate="2026-10-12", level="01", pausedays="0", category="理赔时效",
        ),
        _kind(
            FactKind.DISPUTES, "disputedate",
            [
                column("disputedate|dispute_date|异议日期|提出日期", day, required=True),
                column("area|异议类别|环节", choice({"underwriting": "", "claims": "", "enquiry": ""}, _AREAS)),
                column("ishandled|is_handled|是否处理|处理结果", yes_or_no, required=True),
                column("handleddate|handled_date|处理日期", day),
            ],
            _in_order("disputedate", "handleddate"), _goes_with("ishandled", "handleddate"), names="disputeid|dispute_id|异议编号", case=True,
            id="Y-000001", disputedate="2026-10-01", area="承保", ishandled="01", handleddate="2026-10-03",
        ),
        _kind(
            FactKind.RECEIPTS, "underdate",
            [
                column("appdate|app_date|投保日期", day),
                column("underdate|under_date|承保日期", day, required=True),
                column("isrecieptok|isreceiptok|is_receipt_ok|是否回执|回执是否合格", yes_or_no, required=True),
                column("polrecieptdate|polreceiptdate|pol_receipt_date|回执日期|签收日期", day),
            ],
            _in_order("appdate", "underdate", "polrecieptdate"), _goes_with("isrecieptok", "polrecieptdate"), names="policyno|policy_number|polno|保单号",
            id="P-000001", line="人身险", appdate="2026-10-01", underdate="2026-10-03", isrecieptok="01", polrecieptdate="2026-10-10",
        ),
        _kind(
            FactKind.CALLBACKS, "hesitateenddate",
            [
                column("underdate|under_date|承保日期", day),
                column("polrecieptdate|polreceiptdate|pol_receipt_date|回执日期|签收日期", day),
                column("hesitateenddate|hesitate_end_date|犹豫期止期|犹豫期届满日", day, required=True),
                column("isreturnvisit|is_return_visit|是否回访成功|回访成功", yes_or_no, required=True),
                column("returnvisitdate|return_visit_date|回访日期", day),
                column("returnvisittype|return_visit_type|回访方式", choice(dict.fromkeys(("phone", "visit", "letter", "online", "sms"), ""), _CALLBACK_TYPES)),
            ],
            _in_order("underdate", "polrecieptdate", "hesitateenddate"), _goes_with("isreturnvisit", "returnvisitdate"),
            names="policyno|policy_number|polno|保单号",
            id="P-000001", line="人身险", underdate="2026-10-03", polrecieptdate="2026-10-10", hesitateenddate="2026-10-25", isreturnvisit="01",
            returnvisitdate="2026-10-15", returnvisittype="01",
        ),
        _kind(
            FactKind.SERVICES, "apppoldate",
            [
                column("apppoldate|app_pol_date|申请日期|申请时间|保全申请日期", moment, required=True),
                column("isunder|is_under|是否审核通过|是否完成", yes_or_no, required=True),
                column("underdate|under_date|审核日期|审核通过时间|保全生效日期", moment),
                column("type|保全项目|项目", code()),
            ],
            _in_order("apppoldate", "underdate"), _goes_with("isunder", "underdate"), names="requestid|request_id|保全受理号|受理号",
            id="B-000001", line="人身险", apppoldate="2026-10-01 09:00", isunder="01", underdate="2026-10-03 16:20", type="联系方式变更",
        ),
        _kind(
            FactKind.RATINGS, "ratedate",
            [
                column("ratedate|rate_date|ratedat|评价时间|评价日期", moment, required=True),
                column("score|评分|满意度|分数", score, required=True),
                column("agent|座席|坐席|工号", staff_number),
            ],
            names="ratingid|rating_id|评价编号",
            id="M-000001", ratedate="2026-10-01 09:35", score="5", agent="K1024",
        ),
        _kind(
            FactKind.PREMIUMS, "month",
            [
                column("month|月份|统计月份", month_day, required=True),
                column("premium|保费|保费收入", read_yuan, required=True),
                column("policies|保单件数|保单数", whole(0, 999_999_999)),
                column("persons|人次|承保人次", whole(0, 999_999_999)),
            ],
            names="rowid|row_id",
            id="2026-10-3205-pc", line="财产险", month="2026-10", premium="12800000", policies="5200",
        ),
    )
}  # fmt: skip


def occurred(kind: Kind, values: Mapping[str, Any]) -> datetime:
    """When a row happened, in UTC: a moment as it is, a day at 00:00 of the insurer's zone."""
    told = str(values[kind.when])
    if "T" in told:
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    return read_moment(date.fromisoformat(told)).astimezone(UTC)

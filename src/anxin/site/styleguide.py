"""A living page of every component in both kits, at /styleguide/ when DEBUG is on: for developers, never for customers.

/styleguide/            the portal's kit (elder mode by its switch)
/styleguide/?kit=desk   the desk's
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anxin.access import clock
from anxin.journal.promises.line import PromiseLine

MORNING = datetime(2025, 3, 17, 2, 20, tzinfo=UTC)
RUNNING = PromiseLine(
    rule="sample", klass="deadline", unit="calendar_days", state="running", what="告诉您整案核定结果", source="保险法 第23条",
    text="收到赔偿请求后应当及时作出核定；情形复杂的，应当在三十日内作出核定。", force="statutory",
    department="核赔部", person="沈敏", since_on=date(2025, 3, 6), started_at=datetime(2025, 3, 6, 8, 5, tzinfo=UTC),
    due_on=date(2025, 4, 5), due_at=datetime(2025, 4, 5, 16, tzinfo=UTC), has_time=False,
    rolled_on=date(2025, 4, 7), roll_full_name="清明节", provisional=False, drawn=True, used_percent=25,
    x_used="23.1%", x_due="93.8%", x_roll="100.0%", x_over="", x_now="23.1%", left_kind="left", left_unit="days",
    left_number="22", units_after_pause=0, settled_at=None, extended=False, count=0, limit=1,
)  # fmt: skip
NO_ROLL: dict[str, Any] = {"rolled_on": None, "roll_full_name": "", "x_roll": "", "x_due": "100.0%"}


def _like(line: PromiseLine, **changes: Any) -> PromiseLine:
    return replace(line, **changes)


LINES = (
    RUNNING,
    _like(
        RUNNING, **NO_ROLL, state="near", what="出具核赔结论（快赔）", source="公司标准 理赔-03", x_used="71.5%", x_now="71.5%",
        left_unit="hours", left_number="13.7", since_on=date(2025, 3, 13), due_on=date(2025, 3, 17), used_percent=72,
    ),
    _like(
        RUNNING, **{**NO_ROLL, "x_due": "67.3%"}, state="broken", what="交强险责任核定", source="交强险条例 第29条", x_used="67.3%",
        x_over="100.0%", x_now="100.0%", left_kind="over", left_number="3", due_on=date(2025, 3, 14), used_percent=100,
    ),
    _like(
        RUNNING, **NO_ROLL, state="paused", what="赵*人伤部分核定", source="司法解释二 第15条", x_used="5.8%", x_now="5.8%",
        left_kind="stopped", left_number="5", due_on=None, due_at=None, units_after_pause=28, used_percent=6,
    ),
    _like(
        RUNNING, **NO_ROLL, state="kept", what="立案后定损", source="公司标准 定损-01", x_used="69.2%", x_now="69.2%",
        left_kind="early", left_number="6", used_percent=69, settled_at=datetime(2025, 3, 13, 3, 30, tzinfo=UTC),
    ),
    _like(
        RUNNING, **NO_ROLL, state="running", unit="hours", what="第一次联系客户", source="公司标准 报案-01", has_time=True,
        x_used="40.0%", x_now="40.0%", left_unit="minutes", left_number="36", started_at=datetime(2025, 3, 17, 1, 56, tzinfo=UTC),
        due_at=datetime(2025, 3, 17, 2, 56, tzinfo=UTC), used_percent=40, provisional=True,
    ),
    _like(RUNNING, **NO_ROLL, state="void", what="整案核定并通知", left_kind="none", left_number="", x_used="30.0%"),
    _like(
        RUNNING, klass="count", state="kept", what="补充材料一次告知", source="保险法 第22条", drawn=False, left_kind="none",
        left_number="", due_on=None, due_at=None, rolled_on=None, count=1, limit=1,
    ),
)  # fmt: skip
STEPS = (
    {
        "state": "done",
        "name": "报案",
        "at": datetime(2025, 3, 4, 10, 26, tzinfo=UTC),
        "who": "客服中心 何婷，5 分钟后给您回了电话",
    },
    {
        "state": "done",
        "name": "查勘",
        "at": datetime(2025, 3, 5, 1, 50, tzinfo=UTC),
        "who": "查勘部 周海峰，到现场和修理厂",
    },
    {
        "state": "now",
        "name": "定损，等您表态",
        "when": "3月13日 11:30 出单",
        "who": "现在在您手里；有疑问找定损部 吴建国",
    },
    {"state": "next", "name": "核赔、理算", "by": date(2025, 4, 5), "who": "下一步交给核赔部 沈敏"},
    {"state": "next", "name": "付清", "when": "谈妥后 10 日内", "who": "财务部，付到尾号 6621 的银行卡"},
)
PAPERS = (
    {"state": "in", "name": "索赔申请书", "on": date(2025, 3, 6), "href": "#"},
    {"state": "wait", "name": "伤者出院小结与费用明细", "note": "由伤者赵先生提供，不用您跑"},
    {"state": "missing", "name": "道路交通事故认定书", "note": "拍照即可"},
    {"state": "bad", "name": "驾驶证", "note": "照片太暗，请重拍一张"},
)
ITEMS = (
    {
        "key": "i1",
        "name": "前保险杠总成",
        "how": "更换",
        "fen": 210000,
        "parts": 186000,
        "labour": 24000,
        "chosen": "ok",
    },
    {"key": "i2", "name": "左前大灯总成", "how": "更换", "fen": 263000, "parts": 245000, "labour": 18000, "chosen": ""},
    {"key": "i3", "name": "发动机舱盖", "how": "钣金、喷漆", "fen": 86000, "parts": 0, "labour": 86000, "chosen": "no"},
)


def page(request: HttpRequest) -> HttpResponse:
    kit = "desk" if request.GET.get("kit") == "desk" else "portal"
    context: dict[str, Any] = {
        "lines": LINES,
        "steps": STEPS,
        "papers": PAPERS,
        "items": ITEMS,
        "options": (("motor", "车险"), ("home", "家财险")),
        "tones": ("info", "success", "warning", "error", "paused"),
        "sample_page": Paginator(range(38), 19).page(1),
        "nav": (
            {"href": "#", "label": "队列", "current": kit == "desk", "count": 38},
            {"href": "#", "label": "案件"},
            {"href": "#", "label": "客户"},
            {"href": "#", "label": "保单"},
            {"href": "#", "label": "规则"},
            {"href": "#", "label": "督办"},
            {"href": "#", "label": "管理"},
        ),
    }
    with clock.held_at(MORNING):
        return render(request, f"styleguide/{kit}.html", context)

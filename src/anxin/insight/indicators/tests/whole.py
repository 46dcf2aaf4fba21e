"""The indicators of imported facts the plain way: every fact in memory, a Python loop each. What sums are tested against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.models import Fact
from anxin.insight.indicators.periods import Period

LIMITS = {"simple": 15, "complex": 30, "very_complex": 60}
Row = tuple[int, int | None, float]
"""A fact's primary key, its branch's, and what it counts as."""


def day(words: str | None) -> date | None:
    """Of a day its own; of a moment that of the insurer's clock."""
    if not words:
        return None
    if "T" not in words:
        return date.fromisoformat(words)
    return timezone.localtime(datetime.fromisoformat(words).replace(tzinfo=UTC)).date()


def of_kind(ground: Ground, kind: str) -> Iterator[tuple[Fact, dict[str, Any]]]:
    chosen = ground.ask.chosen_branches
    for fact in Fact.objects.filter(kind=kind).select_related("branch").order_by("pk"):
        if chosen is not None and (fact.branch is None or fact.branch.code not in chosen):
            continue
        if ground.business and fact.data.get("line", "") not in ("", ground.business):
            continue
        yield fact, fact.data


def rows(indicator: str, ground: Ground, period: Period) -> list[Row]:
    """The main number's rows of IN-01, 02, 03, 06, 09, 10 and 12."""
    found: list[Row] = []
    today = timezone.localdate(ground.now)

    def add(fact: Fact, on: date | None, value: float, *, over: bool = False) -> None:
        if on is not None and period.first <= on < period.after and not (over and on >= today):
            found.append((fact.pk, fact.branch_id, float(value)))

    kind = {
        "IN-01": "calls", "IN-02": "receipts", "IN-03": "callbacks", "IN-06": "services", "IN-09": "ratings", "IN-10": "disputes",
        "IN-12": "complaints",
    }[indicator]  # fmt: skip
    for fact, data in of_kind(ground, kind):
        if kind == "calls" and data.get("asksagent") is not False:
            add(fact, day(data["calltime"]), data["isconnected"])
        elif kind == "receipts":
            limit = date.fromisoformat(data["underdate"]) + timedelta(days=15)
            got = day(data.get("polrecieptdate"))
            add(fact, limit, bool(data["isrecieptok"] and got and got <= limit), over=True)
        elif kind == "callbacks":
            ends, back = date.fromisoformat(data["hesitateenddate"]), day(data.get("returnvisitdate"))
            in_time = (
                data["isreturnvisit"] and data.get("returnvisittype", "phone") == "phone" and back and back <= ends
            )
            add(fact, ends, bool(in_time), over=True)
        elif kind == "services" and data["isunder"]:
            took = datetime.fromisoformat(data["underdate"]) - datetime.fromisoformat(data["apppoldate"])
            add(fact, day(data["underdate"]), took / timedelta(days=1))
        elif kind == "ratings":
            add(fact, day(data["ratedate"]), data["score"] >= 4)
        elif kind == "disputes" and not (data.get("area") == "claims" and fact.case_id):
            handled = day(data.get("handleddate"))
            add(fact, day(data["disputedate"]), bool(data["ishandled"] and handled and handled < period.after))
        elif kind == "complaints" and not data.get("iswithdrawn"):
            days = LIMITS.get(data.get("level", ""), 15)
            if days == 60 and not (data.get("isapproved") and data.get("istold")):
                days = 30
            limit = date.fromisoformat(data["receiveddate"]) + timedelta(days=days + int(data.get("pausedays") or 0))
            decided = day(data.get("decideddate"))
            add(fact, limit, bool(decided and decided <= limit), over=True)
    return found


def complaint_rate(ground: Ground, period: Period) -> tuple[int, float] | None:
    """IN-11, main: complaints of the months whose premium is known, and their premium in units of 100 million yuan."""
    told = [(day(data["receiveddate"]), data) for _fact, data in of_kind(ground, "complaints")]
    days = [on for on, _data in told if on is not None]
    premiums = [(day(data["month"]), data["premium"]) for _fact, data in of_kind(ground, "premiums")]
    inside = [(on, fen) for on, fen in premiums if on is not None and period.first <= on < period.after]
    if not days or period.first > max(days) or period.after <= min(days) or not inside:
        return None
    months = {(on.year, on.month) for on, _fen in inside}
    count = sum(period.first <= on < period.after and (on.year, on.month) in months for on in days)
    return count, sum(fen for _on, fen in inside) / 100 / 1e8

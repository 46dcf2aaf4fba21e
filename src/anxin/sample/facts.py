"""What the sample insurer's other systems tell: calls, complaints, deliveries, call-backs, policy service, ratings, premium; and what it
reported. Twelve months, simulated; the registers hold only part of its book, so premium comes from its finance system here."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.utils import timezone

from anxin.access.models import Branch, User
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.computing.values import FORMULAS
from anxin.insight.indicators.kinds import KINDS, occurred
from anxin.insight.indicators.models import Fact, FactBatch, Reported
from anxin.insight.indicators.periods import last_quarter
from anxin.insight.results.asking import Ask
from anxin.sample.calls import lived

CALLS, COMPLAINTS, RECEIPTS, SERVICES, RATINGS, DISPUTES = 20_000, 400, 2_000, 1_500, 1_800, 160
DAYS = 365
SOURCES = {
    "calls": "callcentre", "complaints": "complaints", "receipts": "policies", "callbacks": "policies", "services": "policies",
    "ratings": "callcentre", "disputes": "complaints", "premiums": "finance",
}  # fmt: skip
CATEGORIES = ("理赔时效", "理赔金额", "销售误导", "退保纠纷", "保全服务", "电话难接通", "服务态度")
SHARES = (30, 22, 16, 10, 8, 9, 5)
CHANGES = ("联系方式变更", "受益人变更", "减保", "复效", "缴费账户变更")
ROW = tuple[datetime, int, dict[str, Any]]


def add_facts(
    rng: random.Random, branches: dict[str, Branch], *, as_of: datetime, by: User | None = None, share: float = 1.0
) -> dict[str, int]:
    """All of it, in one batch a kind; returns counts. The same `rng` and day give the same facts; `share` makes them fewer."""
    places = [branch for code, branch in sorted(branches.items()) if not branch.is_head_office] or list(
        branches.values()
    )
    today = timezone.localdate(as_of)
    told: dict[str, Iterable[ROW]] = {
        "calls": _calls(rng, places, as_of, share), "complaints": _complaints(rng, places, today, share),
        "services": _services(rng, places, as_of, share), "ratings": _ratings(rng, places, as_of, share),
        "disputes": _disputes(rng, places, today, share), "premiums": _premiums(rng, places, today),
    }  # fmt: skip
    receipts, callbacks = _policies(rng, places, today, share)
    told |= {"receipts": receipts, "callbacks": callbacks}
    counts = {}
    for kind, rows in told.items():
        source = SOURCES[kind]
        batch = FactBatch.objects.create(
            kind=kind, source=source, file_name=f"{kind}-{today:%Y%m}.csv", state=FactBatch.State.DONE, asked_by=by, asked_at=as_of,
            ended_at=as_of,
        )  # fmt: skip
        made = [
            Fact(
                kind=kind, source=source, external_id=f"{kind[:2].upper()}{number:06d}", occurred_at=at, branch_id=branch,
                data=data, batch=batch,
            )
            for number, (at, branch, data) in enumerate(rows, 1)
        ]  # fmt: skip
        Fact.objects.bulk_create(made, batch_size=2_000)
        batch.rows = batch.created = counts[kind] = len(made)
        batch.save(update_fields=["rows", "created"])
    return counts


def add_reported(*, as_of: datetime, by: User | None = None) -> int:
    """What was told to the regulator for the last whole quarter: three values as recomputed, and one that is not."""
    period = last_quarter(as_of)
    ground = Ground(Ask(None, {}, as_of), "")
    rows = []
    for name in ("IN-01", "IN-02", "IN-06", "IN-12"):
        found = FORMULAS[name](ground, period)["main"]
        summary = found.summary()
        if summary is None:
            continue
        value = summary["value"] * (100 if found.kind == "share" else 1)
        # Complaints that ran out of time while "with the customer" were left out of the report.
        told = min(99.1, value + 6.4) if name == "IN-12" else value
        rows.append(
            Reported(
                indicator=name,
                part="main",
                period=period.name,
                value=round(told, 1),
                places=1,
                entered_by=by,
                entered_at=as_of,
            )
        )
    Reported.objects.bulk_create(rows)
    return len(rows)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def _picker(rng: random.Random, weights: Iterable[int]) -> Any:
    """A place by weight; quicker than `choices` one by one."""
    sums = list(accumulate(weights))
    return lambda: bisect(sums, rng.random() * sums[-1])


def _calls(rng: random.Random, places: list[Branch], as_of: datetime, share: float) -> Iterator[ROW]:
    """Every call of the line is lived through; a `share` of them is told, since a line with fewer calls would have no queue."""
    branch_of = _picker(rng, range(3, 3 + len(places)))
    begin = timezone.localtime(as_of).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    calls = lived(rng, CALLS, DAYS)
    if share < 1:
        calls = [calls[place] for place in sorted(rng.sample(range(CALLS), round(CALLS * share)))]
    for call in calls:
        at = begin + timedelta(seconds=call.at)
        data: dict[str, Any] = {"calltime": _moment(at), "isconnected": call.answered is not None, "asksagent": True}
        if call.answered is not None:
            data["connectiontime"] = _moment(begin + timedelta(seconds=call.answered))
        data["downtime"] = _moment(begin + timedelta(seconds=call.ended))
        yield at, places[branch_of()].pk, data


def _complaints(rng: random.Random, places: list[Branch], today: date, share: float) -> Iterator[ROW]:
    category_of, branch_of = _picker(rng, SHARES), _picker(rng, range(4, 4 + len(places)))
    # From the first of a month on: they are counted by month, and a piece of one would look like a month with few.
    begun = (today - timedelta(days=DAYS - 1)).replace(day=28) + timedelta(days=4)
    first = today - timedelta(days=DAYS - 1) if begun > today else begun.replace(day=1)
    for _number in range(round(COMPLAINTS * share)):
        received = today - timedelta(days=rng.randrange(DAYS))
        level = "simple" if (drawn := rng.random()) < 0.72 else "complex" if drawn < 0.94 else "very_complex"
        limit = {"simple": 15, "complex": 30, "very_complex": 60}[level]
        took = max(1, round(rng.gauss(limit * 0.62, limit * 0.24)))
        data: dict[str, Any] = {
            "receiveddate": received.isoformat(),
            "level": level,
            "category": CATEGORIES[category_of()],
        }
        data["line"] = "life" if rng.random() < 0.3 else "pc"
        if level == "very_complex":
            data |= {"isapproved": rng.random() < 0.85, "istold": rng.random() < 0.9}
        if rng.random() < 0.05:
            data["pausedays"] = rng.randrange(3, 15)
        if rng.random() < 0.03:
            data["iswithdrawn"] = True
        elif received + timedelta(days=took) < today:
            data["decideddate"] = (received + timedelta(days=took)).isoformat()
        place = places[branch_of()].pk
        if received >= first:
            yield _of("complaints", data), place, data


def _policies(rng: random.Random, places: list[Branch], today: date, share: float) -> tuple[list[ROW], list[ROW]]:
    """Deliveries and call-backs of the same life policies."""
    receipts: list[ROW] = []
    callbacks: list[ROW] = []
    for _number in range(round(RECEIPTS * share)):
        accepted = today - timedelta(days=rng.randrange(DAYS))
        branch = places[rng.randrange(len(places))].pk
        got = accepted + timedelta(days=max(1, round(rng.gauss(8, 3.6))))
        data: dict[str, Any] = {
            "line": "life", "appdate": (accepted - timedelta(days=rng.randrange(1, 9))).isoformat(),
            "underdate": accepted.isoformat(), "isrecieptok": False,
        }  # fmt: skip
        if got < today and rng.random() < 0.97:
            data |= {"isrecieptok": True, "polrecieptdate": got.isoformat()}
        receipts.append((_of("receipts", data), branch, data))
        ends = got + timedelta(days=15)
        if "polrecieptdate" not in data or ends >= today:
            continue
        call: dict[str, Any] = {
            "line": "life", "underdate": data["underdate"], "polrecieptdate": data["polrecieptdate"],
            "hesitateenddate": ends.isoformat(), "isreturnvisit": False,
        }  # fmt: skip
        called = got + timedelta(days=rng.randrange(1, 18))
        if rng.random() < 0.96 and called < today:
            call |= {"isreturnvisit": True, "returnvisitdate": called.isoformat(), "returnvisittype": "phone" if rng.random() < 0.97 else "visit"}  # fmt: skip
        callbacks.append((_of("callbacks", call), branch, call))
    return receipts, callbacks


def _services(rng: random.Random, places: list[Branch], as_of: datetime, share: float) -> Iterator[ROW]:
    for _number in range(round(SERVICES * share)):
        asked = (as_of - timedelta(days=rng.random() * DAYS)).replace(
            hour=rng.randrange(1, 9), minute=rng.randrange(60)
        )
        done = asked + timedelta(hours=rng.lognormvariate(3.4, 0.8))
        data: dict[str, Any] = {
            "line": "life",
            "apppoldate": _moment(asked),
            "isunder": False,
            "type": CHANGES[rng.randrange(len(CHANGES))],
        }
        if done < as_of and rng.random() < 0.98:
            data |= {"isunder": True, "underdate": _moment(done)}
        yield asked, places[rng.randrange(len(places))].pk, data


def _ratings(rng: random.Random, places: list[Branch], as_of: datetime, share: float) -> Iterator[ROW]:
    score_of = _picker(rng, (3, 4, 9, 30, 54))
    for _number in range(round(RATINGS * share)):
        at = as_of - timedelta(days=rng.random() * DAYS)
        data = {"ratedate": _moment(at), "score": float(score_of() + 1), "agent": f"K{1000 + rng.randrange(40)}"}
        yield at, places[rng.randrange(len(places))].pk, data


def _disputes(rng: random.Random, places: list[Branch], today: date, share: float) -> Iterator[ROW]:
    for _number in range(round(DISPUTES * share)):
        raised = today - timedelta(days=rng.randrange(DAYS))
        handled = raised + timedelta(days=1 + rng.randrange(9))
        data: dict[str, Any] = {
            "disputedate": raised.isoformat(),
            "area": "underwriting" if rng.random() < 0.45 else "enquiry",
            "ishandled": False,
        }
        if handled < today and rng.random() < 0.95:
            data |= {"ishandled": True, "handleddate": handled.isoformat()}
        yield _of("disputes", data), places[rng.randrange(len(places))].pk, data


def _premiums(rng: random.Random, places: list[Branch], today: date) -> Iterator[ROW]:
    month = today.replace(day=1)
    for _number in range(13):
        for branch in places:
            size = 0.7 + 0.6 * rng.random()
            for line, yuan, policies in (("pc", 42_000_000, 16_000), ("life", 18_000_000, 1_900)):
                data: dict[str, Any] = {
                    "line": line, "month": month.isoformat(), "premium": round(yuan * size) * 100, "policies": round(policies * size),
                }  # fmt: skip
                if line == "life":
                    data["persons"] = round(policies * size * 1.6)
                yield _of("premiums", data), branch.pk, data
        month = (month - timedelta(days=1)).replace(day=1)


def _of(kind: str, data: dict[str, Any]) -> datetime:
    return occurred(KINDS[kind], data)

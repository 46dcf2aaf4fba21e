"""The cockpit's answer put into words: each figure's title says what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.access.models import spoken
from anxin.faces.desk.boards.cockpit.figures import Cell, Figure, Row, between, days, percent, points
from anxin.faces.desk.boards.frame import HOME, month_words, months_short
from anxin.insight.cockpit.promises import FEWEST

Address = Callable[..., str]


def sort_words(sort: str) -> str:
    return {
        "small": _("Small claims"), "motor": _("Motor, no injury"), "home": _("Home claims"), "other": _("Other claims"),
        "injury": _("Persons injured"), "all": _("All claims"),
    }[sort]  # fmt: skip


def step_words(step: Mapping[str, Any], department: Callable[[str], str]) -> str:
    """Where a promise broke, to stand in a sentence."""
    giver, taker = department(step["giver"]), department(step["taker"]) if step["taker"] else ""
    if not taker:
        return _("in %(department)s, where they still lie") % {"department": giver}
    if giver == taker:
        return _("while %(department)s had the case") % {"department": giver}
    return _("on the way from %(giver)s to %(taker)s") % {"giver": giver, "taker": taker}


def headline(body: Mapping[str, Any], department: Callable[[str], str]) -> list[str]:
    """One or two lines: the rate and its distance to the target; where most of the broken ones broke."""
    kept, target = body["kept"], body["target"]
    if not kept["due"]:
        return [_("No promise fell due in %(month)s") % {"month": month_words(body["month"])}]
    values = {"rate": percent(kept["rate"]), "points": points(target - kept["rate"]), "target": percent(target, 0)}
    if kept["rate"] >= target:
        lines = [_("%(rate)s of promises kept, above the target of %(target)s") % values]
    else:
        lines = [_("%(rate)s of promises kept, %(points)s points short of the target") % values]
    steps = body["broke"]["steps"]
    if steps and kept["broken"]:
        where = {"where": step_words(steps[0], department)}
        if 2 * steps[0]["n"] > body["broke"]["of"]:
            lines.append(_("more than half of the broken ones broke %(where)s") % where)
        else:
            lines.append(_("the broken ones broke most often %(where)s") % where)
    return lines


def stages(body: Mapping[str, Any], answers: str) -> Figure:
    voice = body["voice"]
    rows = voice["stages"]
    if not rows:
        return Figure(
            "stages", _("No survey to show for these filters"), none=_("An index by stage needs a survey with at least five answers from here."),
        )  # fmt: skip
    best, last = rows[0], rows[-1]
    before_last = rows[-2] if len(rows) > 1 else None
    named = {"count": len(rows), "stage": spoken(last["zh"], last["en"])}
    if before_last is not None and last["high"] < before_last["low"]:
        title = _("Of %(count)s stages, customers rate %(stage)s clearly lowest") % named
    elif before_last is not None and last["high"] < best["low"]:
        title = _("Customers rate %(stage)s lowest of %(count)s stages") % named
    else:
        title = _("Customers rate the stages about alike")
    how = _("SERVPERF index (0 to 100) with 95%% interval: %(survey)s") % {"survey": _survey(voice["now"])}
    if voice["before"]:
        how = _("%(how)s; hollow: %(survey)s") % {"how": how, "survey": _survey(voice["before"])}
    chart = [
        {"name": spoken(row["zh"], row["en"]), "note": _("%(count)s answers") % {"count": f"{row['n']:,}"},
         "value": row["index"], "low": row["low"], "high": row["high"], "before": row["before"], "href": answers or None}
        for row in rows
    ]  # fmt: skip
    table = [
        Row(Cell(spoken(row["zh"], row["en"])), [
            Cell(f"{row['n']:,}", answers), Cell(f"{row['index']:.1f}"), Cell(f"{row['low']:.1f} – {row['high']:.1f}"),
            Cell("–" if row["before"] is None else f"{row['before']:.1f}"),
        ])
        for row in rows
    ]  # fmt: skip
    return Figure(
        "stages", title, how, "ranges", {"rows": chart, "form": "points"}, _listed((row["name"], f"{row['value']:.1f}") for row in chart),
        [_("Stage"), _("Answers"), _("Index"), _("95% interval"), _("Before")], table, more=_("See the data and the answers"),
    )  # fmt: skip


def _survey(told: Mapping[str, Any]) -> str:
    return told["wave"] or spoken(told["zh"], told["en"])


def _listed(pairs: Any) -> str:
    return _(", ").join(f"{name} {value}" for name, value in pairs)


def trend(body: Mapping[str, Any], address: Address) -> Figure:
    rows = body["trend"]
    target = body["target"]
    full = [row for row in rows if row["rate"] is not None and (row["full"] or row["month"] == body["month"])]
    if not full:
        return Figure(
            "kept",
            _("No promises fell due yet"),
            none=_("The line begins with the first month in which a promise falls due."),
        )
    here = next((row for row in full if row["month"] == body["month"]), full[-1])
    first = full[0]
    title = _trend_title(first, here, target)
    how = _("Share kept of the promises that fell due in the month, with 95% interval")
    partial = next((place for place, row in enumerate(rows) if not row["full"]), None)
    if partial is not None:
        how = _("%(how)s; %(month)s is not over") % {"how": how, "month": month_words(rows[partial]["month"])}
    chart = {
        "points": [month_words(row["month"]) for row in rows], "axis": months_short([row["month"] for row in rows]),
        "series": [{
            "name": "", "values": [row["rate"] for row in rows], "low": [row["low"] for row in rows], "high": [row["high"] for row in rows],
            "hrefs": [address("due", month=row["month"]) for row in rows],
        }],
        "form": "share", "target": {"value": target, "label": _("Target %(share)s") % {"share": percent(target, 0)}},
        "partial": partial, "partialLabel": _("not a full month"), "told": [rows.index(first), rows.index(here)],
    }  # fmt: skip
    table = [
        Row(Cell(month_words(row["month"])), [
            Cell(f"{row['due']:,}", address("due", month=row["month"])), Cell(f"{row['kept']:,}", address("kept", month=row["month"])),
            Cell(f"{row['broken']:,}", address("broken", month=row["month"])), Cell(percent(row["rate"])), Cell(between(row)),
        ], "is-here" if row["month"] == body["month"] else "")
        for row in reversed(rows)
    ]  # fmt: skip
    label = _listed((month_words(row["month"]), percent(row["rate"])) for row in (first, here))
    return Figure(
        "kept", title, how, "trend", chart, label,
        [_("Month"), _("Fell due"), _("Kept"), _("Broken"), _("Share kept"), _("95% interval")], table,
    )  # fmt: skip


def _trend_title(first: Mapping[str, Any], here: Mapping[str, Any], target: float) -> str:
    values = {
        "rate": percent(here["rate"]), "points": points(here["rate"] - first["rate"]), "month": month_words(first["month"]),
        "target": percent(target, 0),
    }  # fmt: skip
    reached = here["rate"] >= target
    if first is here:
        return (_("%(rate)s kept, the target of %(target)s is reached") if reached else _("%(rate)s kept, the target is %(target)s")) % values  # fmt: skip
    if here["low"] > first["high"]:
        return (_("%(points)s points more kept than in %(month)s, and above %(target)s") if reached else _("%(points)s points more kept than in %(month)s, not yet %(target)s")) % values  # fmt: skip
    if here["high"] < first["low"]:
        return _("%(points)s points fewer kept than in %(month)s") % values
    return (_("As many kept as in %(month)s, above %(target)s") if reached else _("No more kept than in %(month)s, still below %(target)s")) % values  # fmt: skip


def cycle(body: Mapping[str, Any], address: Address) -> Figure:
    rows: Sequence[Mapping[str, Any]] = body["cycle"]
    leader = body["leader"]
    month = month_words(body["month"])
    if not rows:
        return Figure(
            "cycle",
            _("No claim was paid in %(month)s") % {"month": month},
            none=_("Cycle times are those of claims paid in the month."),
        )
    judged = [row for row in rows if row["n"] >= FEWEST]
    if judged:
        fast, slow = judged[0], judged[-1]
        values = {
            "fast": sort_words(fast["sort"]), "days": days(fast["median"]), "leader": days(leader), "slow": sort_words(slow["sort"]),
            "slow_days": days(slow["median"]),
        }  # fmt: skip
    if len(judged) > 1:
        title = (
            _("%(fast)s: %(days)s days, where the market leader says %(leader)s; %(slow)s: %(slow_days)s days") % values
        )
    elif judged:
        title = _("%(fast)s: %(days)s days, where the market leader says %(leader)s") % values
    else:
        title = _("Too few claims were paid to judge")
    chart: dict[str, Any] = {
        "rows": [
            {"name": sort_words(row["sort"]), "note": _claims(row["n"]), "value": row["median"], "low": row["p10"], "high": row["p90"],
             "href": address(f"cycle:{row['sort']}")}
            for row in rows
        ],
        "form": "days", "log": True, "low": 0.1, "high": 100, "unit": _("days"), "unitOne": pgettext("unit", "day"),
        "target": {"value": leader, "label": _("Market leader %(days)s days") % {"days": days(leader)}},
    }  # fmt: skip
    table = [
        Row(Cell(sort_words(row["sort"])), [
            Cell(f"{row['n']:,}", address(f"cycle:{row['sort']}")), Cell(days(row["median"])), Cell(f"{days(row['p10'])} – {days(row['p90'])}"),
        ], "is-few" if row["n"] < FEWEST else "")
        for row in rows
    ]  # fmt: skip
    return Figure(
        "cycle", title, _("Days from notification to payment of claims paid in %(month)s: median, fastest to slowest tenth; logarithmic scale") % {"month": month},
        "ranges", chart, _listed((row["name"], days(row["value"])) for row in chart["rows"]),
        [_("Claims"), _("Count of claims"), _("Median days"), _("Fastest to slowest tenth")], table,
        note=_("Market leader: 0.34 days, as China Life published for 2024, counted from the application, mostly small medical claims. It is counted differently here; take it as a rough guide only."),
    )  # fmt: skip


def _claims(count: int) -> str:
    words = _("%(count)s claims") % {"count": f"{count:,}"}
    return words if count >= FEWEST else _("%(claims)s, too few") % {"claims": words}


def paid(body: Mapping[str, Any], address: Address) -> Figure:
    rows = [row for row in (body["paid"] or {}).get("sorts", ()) if row["rate"] is not None]
    month = month_words(body["month"])
    if not rows:
        return Figure(
            "paid",
            _("No claim was concluded in %(month)s") % {"month": month},
            none=_("Claims count here once they are closed as paid or refused."),
        )
    whole = rows[0]
    values = {"rate": percent(whole["rate"]), "leader": percent(body["paid"]["leader"])}
    title = _("%(rate)s of concluded claims were paid; the market leader says %(leader)s") % values
    if whole["paid"] + whole["refused"] < FEWEST:
        title = _("Too few claims were concluded to judge")
    lowest = min(row["low"] for row in rows)
    chart: dict[str, Any] = {
        "rows": [
            {"name": sort_words(row["sort"]), "note": _claims(row["paid"] + row["refused"]), "value": row["rate"], "low": row["low"],
             "high": row["high"], "href": address(f"outcome:refused:{row['sort']}")}
            for row in rows
        ],
        "form": "share", "high": 1, "low": max(0.0, int(lowest * 10) / 10), "target": {"value": body["paid"]["leader"], "label": _("Market leader %(share)s") % {"share": values["leader"]}},
    }  # fmt: skip
    table = [
        Row(Cell(sort_words(row["sort"])), [
            Cell(f"{row['paid']:,}", address(f"outcome:paid:{row['sort']}")), Cell(f"{row['refused']:,}", address(f"outcome:refused:{row['sort']}")),
            Cell(percent(row["rate"])), Cell(between(row)),
        ])
        for row in rows
    ]  # fmt: skip
    return Figure(
        "paid", title, _("Paid of those paid or refused, closed in %(month)s, with 95%% interval; withdrawn claims are neither") % {"month": month},
        "ranges", chart, _listed((row["name"], percent(row["value"])) for row in chart["rows"]),
        [_("Claims"), _("Paid"), _("Refused"), _("Share paid"), _("95% interval")], table,
        note=_("Market leader: China Life 2024, most of its claims small medical ones."),
    )  # fmt: skip


def complained(body: Mapping[str, Any], values: Mapping[str, str]) -> Figure:
    """Complaints by month; their rows are the imported facts."""
    rows: list[dict[str, Any]] | None = body["complaints"]
    if rows is None:
        return Figure(
            "complaints", _("No complaints have been imported"),
            none=_("Complaints come from another system. Take its table in, and this figure counts them by month:"),
            command="anxin import facts complaints.csv --kind complaints",
        )  # fmt: skip
    here = next((row for row in rows if row["month"] == body["month"]), None)
    if here is None or here["received"] is None:
        title = _("No complaints of %(month)s have been imported") % {"month": month_words(body["month"])}
        if all(row["received"] is None for row in rows):
            return Figure("complaints", title, none=_("Those that were imported are of other months."))
    else:
        told = {name: f"{here[name]:,}" for name in ("in_time", "due")} | {"count": f"{here['received']:,}", "month": month_words(body["month"])}  # fmt: skip
        if not here["received"]:
            title = _("No complaints in %(month)s; %(in_time)s of %(due)s decided in time") % told
        elif here["due"] and here["in_time"] == here["due"]:
            title = _("%(count)s complaints in %(month)s; all %(due)s whose limit ended were decided in time") % told
        else:
            title = (
                _("%(count)s complaints in %(month)s; %(in_time)s of %(due)s whose limit ended were decided in time")
                % told
            )
    partial = next((place for place, row in enumerate(rows) if row["month"] == body["present"]), None)
    data: dict[str, Any] = {
        "points": [month_words(row["month"]) for row in rows], "axis": months_short([row["month"] for row in rows]), "form": "count",
        "low": 0, "partial": partial, "partialLabel": _("not a full month"), "told": [rows.index(here)] if here else [],
        "series": [{"name": "", "values": [row["received"] for row in rows]}],
    }  # fmt: skip
    names = {"received": "IN-11:policies:all", "due": "IN-12:main:all", "in_time": "IN-12:main:hit"}

    def counted(row: Mapping[str, Any], name: str) -> Cell:
        if row[name] is None:
            return Cell("–")
        asked = {
            "what": f"{names[name]}@{row['month']}",
            **({"branch": values["branch"]} if values.get("branch") else {}),
        }
        return Cell(f"{row[name]:,}", f"{HOME}indicators/rows/?{urlencode(asked)}" if row[name] else "")

    data["series"][0]["hrefs"] = [counted(row, "received").href or None for row in rows]
    table = [
        Row(Cell(month_words(row["month"])), [
            counted(row, "received"), counted(row, "due"), counted(row, "in_time"),
            Cell(percent(row["in_time"] / row["due"]) if row["due"] else "–"),
        ], "is-here" if row is here else "")
        for row in reversed(rows)
    ]  # fmt: skip
    return Figure(
        "complaints", title, _("Complaints received in the month; in time by the strict limit of order 2020-3, art. 18"), "trend", data,
        _listed((month_words(row["month"]), str(row["received"])) for row in rows[-3:] if row["received"] is not None),
        [_("Month"), _("Came in"), _("Limit ended"), _("Decided in time"), _("Share in time")], table, more=_("See the data"),
        note=_("Complaints are imported without kind and line: here they are those of all.") if values.get("line") or values.get("kind") else "",
    )  # fmt: skip

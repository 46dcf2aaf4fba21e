"""Findings by rules and statistics: what has changed lately, what is too much, who is apart. All of one look are adjusted together.

`look(ask, until)` reads only what had happened by `until`, so that a past look can be done again. Evidence is numbers:

    indicator, from, to, base_from (days), now, before, n, n_before, difference, low, high, unit, p (adjusted), kind of finding's own
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.utils import timezone

from anxin.engines.effects import Comparison, dispersion, means, peers, rates, shares
from anxin.engines.measure import wilson
from anxin.engines.results import plain
from anxin.insight.improvement.indicators import Observations, edges, observed
from anxin.insight.improvement.models import Finding
from anxin.insight.results.asking import Ask

RECENT_DAYS: Final = 56
BASE_DAYS: Final = 364
TOO_OFTEN: Final = 0.15
"""Share of claims asked twice for papers, above which it is a finding even if it never was otherwise."""
LEAST: Final = 20
REWORK: Final = ("papers_returned", "lines_disputed", "decisions_returned")
COMPLAINT_MONTHS: Final = 3
LEAST_COMPLAINT_MONTHS: Final = 6
Code = Finding.Code


@dataclass(frozen=True, slots=True)
class Seen:
    code: str
    subject: str
    branch: str
    since_on: date
    severity: int
    evidence: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.code, self.subject, self.branch


@dataclass(frozen=True, slots=True)
class _Windows:
    until: datetime

    @property
    def recent(self) -> tuple[datetime, datetime]:
        return self.until - timedelta(days=RECENT_DAYS), self.until

    @property
    def base(self) -> tuple[datetime, datetime]:
        return self.until - timedelta(days=RECENT_DAYS + BASE_DAYS), self.until - timedelta(days=RECENT_DAYS)

    def days(self) -> dict[str, str]:
        return {
            "from": _day(self.recent[0]), "to": _day(self.until), "base_from": _day(self.base[0]), "base_to": _day(self.base[1]),
        }  # fmt: skip


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def look(ask: Ask, until: datetime) -> list[Seen]:
    """Everything found in the eight weeks before `until` against the year before them."""
    windows = _Windows(until)
    promises = observed("kept", ask)[1]
    hand_overs = {f"hand_over:{edge}": observed(f"hand_over:{edge}", ask)[1] for edge in edges(ask)[:12]}
    twice = observed("papers_twice", ask)[1]
    return [
        *_promises(ask, windows), *_hand_overs(hand_overs, windows), *_longest(hand_overs, windows),
        *_papers(twice, windows), *_rework(ask, windows), *_complaints(ask, windows), *_apart({"papers_twice": twice, "kept": promises}, windows), *_dimensions(until),
    ]  # fmt: skip


def _promises(ask: Ask, windows: _Windows) -> list[Seen]:
    from anxin.journal.models import Promise

    rules = sorted(set(Promise.objects.filter(state="broken").values_list("rule", flat=True)))
    rows: list[tuple[str, float, int, float, int]] = []
    for rule in rules:
        seen = observed(f"kept:{rule}", ask)[1]
        now, before = seen.between(*windows.recent), seen.between(*windows.base)
        rows.append((rule, float((now.value == 0).sum()), len(now), float((before.value == 0).sum()), len(before)))
    if not rows:
        return []
    names, *table = zip(*rows, strict=True)
    return [
        _changed(Code.PROMISE_BREAKING, f"kept:{one.name}", one, windows, "share")
        for one in shares(names, *table).found
        if one.difference > 0
    ]


def _hand_overs(seen: dict[str, Observations], windows: _Windows) -> list[Seen]:
    names = list(seen)
    now = [_moments(seen[name].between(*windows.recent)) for name in names]
    before = [_moments(seen[name].between(*windows.base)) for name in names]
    if not names:
        return []
    return [
        _changed(Code.HAND_OVER_GROWING, one.name, one, windows, "log")
        for one in means(names, now, before).found
        if one.difference > 0
    ]


def _moments(seen: Observations) -> tuple[float, float, float]:
    if len(seen) < 2:
        return 0.0, 0.0, float(len(seen))
    return float(seen.value.mean()), float(seen.value.var(ddof=1)), float(len(seen))


def _longest(seen: dict[str, Observations], windows: _Windows) -> list[Seen]:
    """The hand-over that costs customers most hours of waiting, if it costs a quarter of all."""
    hours = {name: np.exp(one.between(*windows.recent).value) for name, one in seen.items()}
    hours = {name: one for name, one in hours.items() if len(one) >= LEAST}
    whole = sum(float(one.sum()) for one in hours.values())
    if not hours or whole <= 0:
        return []
    name = max(hours, key=lambda one: float(hours[one].sum()))
    share = float(hours[name].sum()) / whole
    if share < 0.25:
        return []
    logs = np.log(hours[name])
    reach = 1.96 * float(logs.std(ddof=1)) / np.sqrt(len(logs))
    evidence = {
        **windows.days(), "indicator": name, "unit": "log", "now": float(logs.mean()), "low": float(logs.mean() - reach),
        "high": float(logs.mean() + reach), "n": len(logs), "share": share, "hours": float(hours[name].sum()),
    }  # fmt: skip
    return [Seen(Code.HAND_OVER_LONGEST, name, "", _since(windows), 2, plain(evidence))]


def _papers(seen: Observations, windows: _Windows) -> list[Seen]:
    now, before = seen.between(*windows.recent), seen.between(*windows.base)
    if len(now) < LEAST:
        return []
    found = []
    hits = float(now.value.sum())
    interval = wilson(hits, len(now))
    low, high = interval.low, interval.high
    if low > TOO_OFTEN:
        evidence = {
            **windows.days(), "indicator": "papers_twice", "unit": "share", "now": hits / len(now), "low": low, "high": high,
            "n": len(now), "hits": hits, "limit": TOO_OFTEN,
        }  # fmt: skip
        found.append(
            Seen(Code.PAPERS_TWICE, "papers_twice", "", _since(windows), 3 if low > 2 * TOO_OFTEN else 2, evidence)
        )
    compared = shares(["papers_twice"], [hits], [len(now)], [float(before.value.sum())], [len(before)])
    found += [
        _changed(Code.PAPERS_GROWING, one.name, one, windows, "share") for one in compared.found if one.difference > 0
    ]
    return found


def _rework(ask: Ask, windows: _Windows) -> list[Seen]:
    rows = []
    for name in REWORK:
        seen = observed(name, ask)[1]
        now, before = seen.between(*windows.recent), seen.between(*windows.base)
        rows.append((name, float(now.value.sum()), len(now), float(before.value.sum()), len(before)))
    names, *table = zip(*rows, strict=True)
    return [
        _changed(Code.REWORK_GROWING, one.name, one, windows, "share")
        for one in shares(names, *table).found
        if one.difference > 0
    ]


def _complaints(ask: Ask, windows: _Windows) -> list[Seen]:
    """Complaints received in the last three whole months against the year before them, of the whole insurer and of each branch."""
    from anxin.access.models import Branch
    from anxin.insight.indicators.queries import complaints_by_month, has_facts

    if not has_facts("complaints"):
        return []
    end = np.datetime64(_day(windows.until), "M")
    recent, base = end - COMPLAINT_MONTHS, end - COMPLAINT_MONTHS - 12
    rows, factors = [], []
    monthly: dict[str, list[tuple[str, int]]] = {}
    for branch in ("", *Branch.objects.order_by("code").values_list("code", flat=True)):
        found = complaints_by_month(Ask(ask.branches, {"branch": branch} if branch else {}, ask.now))
        received = {np.datetime64(month, "M"): count for month, count, *_due in found}
        # What was imported may begin in the middle of a month: the first one is whole only if another is before it.
        known = [month for month in np.arange(base, recent) if received and month > min(received)]
        if len(known) < LEAST_COMPLAINT_MONTHS:
            continue
        before = [received.get(month, 0) for month in known]
        now = sum(received.get(month, 0) for month in np.arange(recent, end))
        rows.append((branch, now, COMPLAINT_MONTHS, sum(before), len(known)))
        monthly[branch] = [(str(month), received.get(month, 0)) for month in (*known, *np.arange(recent, end))]
        factors.append(dispersion(before))
    if not rows:
        return []
    names, *table = zip(*rows, strict=True)
    return [
        Seen(
            Code.COMPLAINTS_RISING, "complaints", one.name, (recent.astype("datetime64[D]")).item(),
            3 if one.interval.low > np.log(1.5) else 2,
            plain({
                "from": str(recent.astype("datetime64[D]")), "to": str(end.astype("datetime64[D]")),
                "base_from": f"{monthly[one.name][0][0]}-01", "base_to": str(recent.astype("datetime64[D]")),
                "unit": "rate", "now": one.now, "before": one.before, "n": one.n_now, "n_before": one.n_before,
                "difference": one.difference, "low": one.interval.low, "high": one.interval.high, "p": one.adjusted,
                "months": monthly[one.name],
            }),
        )
        for one in rates(names, *table, dispersion=factors).found
        if one.difference > 0
    ]  # fmt: skip


def _apart(seen: dict[str, Observations], windows: _Windows) -> list[Seen]:
    """Branches on the bad side of their peers, over the half year before: eight weeks of one branch are too few."""
    found = []
    begin = windows.until - timedelta(days=182)
    for name, every in seen.items():
        now = every.between(begin, windows.until)
        branches = [one for one in np.unique(now.branch.astype(str)) if (now.branch == one).sum() >= LEAST]
        if len(branches) < 3:
            continue
        n = np.array([(now.branch == one).sum() for one in branches], np.float64)
        values = np.array([now.value[now.branch == one].mean() for one in branches])
        share = float(np.average(values, weights=n))
        if not 0 < share < 1:
            continue
        if name == "kept":  # a claim's promises share its fate: its effective number is that of claims
            n = np.array([len(set(now.case[now.branch == one])) for one in branches], np.float64)
        result = peers(branches, values, share * (1 - share) / n, n)
        for place in result.apart:
            difference = float(result.shrunk[place] - result.mean)
            if (difference > 0) == (name == "kept"):
                continue
            evidence = {
                "from": _day(begin), "to": _day(windows.until), "indicator": name, "unit": "share",
                "now": float(values[place]), "shrunk": float(result.shrunk[place]), "before": result.mean,
                "difference": difference, "low": float(result.low[place] - result.mean),
                "high": float(result.high[place] - result.mean), "n": int((now.branch == branches[place]).sum()),
                "p": float(result.adjusted[place]), "peers": len(branches),
            }  # fmt: skip
            found.append(
                Seen(
                    Code.BRANCH_APART,
                    name,
                    branches[place],
                    timezone.localdate(begin),
                    2 if abs(difference) > 0.1 else 1,
                    plain(evidence),
                )
            )
    return found


def _dimensions(until: datetime) -> list[Seen]:
    """Dimensions per stage that fell between the last two waves of the same questionnaire, by Welch's test, adjusted."""
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.reports.campaigns import study_of_campaign

    rows = list(
        Campaign.objects.exclude(wave="")
        .filter(state=Campaign.State.ENDED, created_at__lte=until)
        .select_related("version")
        .order_by("-created_at", "-pk")
    )
    if len(rows) < 2:
        return []
    last = rows[0]
    earlier = next((row for row in rows[1:] if row.version.questionnaire_id == last.version.questionnaire_id), None)
    if earlier is None:
        return []
    studies = [study_of_campaign(row) for row in (last, earlier)]
    now, before = (_scores(study) for study in studies)
    names = sorted(set(now) & set(before))
    if not names:
        return []
    found = means(names, [now[name] for name in names], [before[name] for name in names]).found
    since = timezone.localdate(last.starts_at or last.created_at)
    return [
        Seen(
            Code.DIMENSION_FALLING, one.name, "", since, 3 if one.difference < -0.3 else 2,
            plain({
                "unit": "mean", "now": one.now, "before": one.before, "difference": one.difference, "low": one.interval.low,
                "high": one.interval.high, "n": one.n_now, "n_before": one.n_before, "p": one.adjusted,
                "part": _part(studies[0], one.name), "campaign": last.public_id, "campaign_before": earlier.public_id, "wave": last.wave, "wave_before": earlier.wave, "from": since.isoformat(),
            }),
        )
        for one in found
        if one.difference < 0
    ]  # fmt: skip


def _part(study: Any, name: str) -> dict[str, str]:
    """Stage and dimension in both languages: an insurer's own questionnaire has words that no catalogue of ours knows."""
    stage, _sep, dimension = name.partition(":")
    texts = [text for text in (study.stages.get(stage), study.dimensions.get(dimension)) if text is not None]
    known = {language: " · ".join(dict(text.words).get(language, "") for text in texts) for language in ("zh", "en")}
    return known if texts else {"zh": name, "en": name}


def _scores(study: Any) -> dict[str, tuple[float, float, float]]:
    """Mean, variance and n of each dimension in each stage: a respondent's mean over its items."""
    parts: dict[str, list[Any]] = {}
    for column in study.columns:
        if column.kind == "scale" and column.role == "perception" and column.dimension:
            values = column.values
            if column.reversed and column.low is not None and column.high is not None:
                values = column.low + column.high - values
            parts.setdefault(f"{column.stage}:{column.dimension}", []).append(values)
    scores = {}
    for name, columns in parts.items():
        table = np.stack(columns)
        known = np.isfinite(table).any(0)
        if known.sum() > 2:
            mean = np.nanmean(table[:, known], 0)
            scores[name] = (float(mean.mean()), float(mean.var(ddof=1)), float(len(mean)))
    return scores


def _since(windows: _Windows) -> date:
    return timezone.localdate(windows.recent[0])


def _changed(code: str, subject: str, one: Comparison, windows: _Windows, unit: str) -> Seen:
    large = one.interval.low > (0.1 if unit == "share" else np.log(1.5))
    evidence = {
        **windows.days(), "indicator": subject, "unit": unit, "now": one.now, "before": one.before, "n": one.n_now,
        "n_before": one.n_before, "difference": one.difference, "low": one.interval.low, "high": one.interval.high,
        "p": one.adjusted,
    }  # fmt: skip
    return Seen(code, subject, "", _since(windows), 3 if large else 2, plain(evidence))

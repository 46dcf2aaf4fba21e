"""Do the groups spread alike? Levene's test, and cautions about groups too small or without spread."""

from __future__ import annotations

import numpy as np
from scipy import stats

from anxin.engines.measure.groups.grouping import Split
from anxin.engines.measure.groups.statistic import Statistic
from anxin.engines.measure.results import Caution

FEW = 10  # answers in a group below which a t test leans on normal answers


def levene(parts: Split) -> Statistic | None:
    """Levene's test about the medians (Brown & Forsythe 1974). None with weights, or where no group has any spread."""
    if parts.weights is not None:
        return None
    away = [np.abs(sample - np.median(sample)) for sample in parts.samples]
    if all(bool(np.ptp(one) == 0) for one in away):
        return None
    found = stats.levene(*parts.samples, center="median")
    total = sum(one.size for one in away)
    return Statistic("Levene", "F", float(found.statistic), float(found.pvalue), len(away) - 1, total - len(away))


def spread_cautions(parts: Split) -> tuple[Caution, ...]:
    """Groups with few answers, groups whose answers are all the same, and answers missing."""
    cautions = []
    if parts.missing:
        cautions.append(
            Caution("missing-dropped", f"{parts.item}: {parts.missing} missing answers were left out.", (parts.item,))
        )
    few = [(name, sample.size) for name, sample in zip(parts.groups, parts.samples, strict=True) if sample.size < FEW]
    if few:
        shown = ", ".join(f"{name} ({size})" for name, size in few)
        cautions.append(
            Caution("few-answers", f"{parts.item}: few answers in {shown}; read p values with care.", (parts.item,))
        )
    flat = [name for name, sample in zip(parts.groups, parts.samples, strict=True) if np.ptp(sample) == 0]
    if flat:
        cautions.append(
            Caution(
                "no-spread",
                f"{parts.item}: all answers are the same in {', '.join(flat)}. A test that divides by each group's spread "
                "is then not available or too sure; the rank test is.",
                (parts.item, *flat),
            )
        )
    return tuple(cautions)

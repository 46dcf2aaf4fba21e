"""The board of the regulator's indicators."""

from __future__ import annotations

from anxin.insight.indicators.computing.facts import state
from anxin.insight.indicators.computing.values import BUSINESSES, behind, compute
from anxin.insight.indicators.models import Fact
from anxin.insight.indicators.periods import Period
from anxin.insight.results.asking import Board, register


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


INDICATORS = register(
    Board(
        "indicators", compute, behind, takes=("branch", "business", "period"),
        checks={"period": _is_period, "business": ("", *BUSINESSES).__contains__}, beside=state, rows=Fact.objects.count, without_lake=True, revision=2,
    )
)  # fmt: skip

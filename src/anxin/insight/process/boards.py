"""The boards of this room: their names, what they look at and how they are worked out."""

from __future__ import annotations

from anxin.insight.process import findings, flows, following, waiting, ways
from anxin.insight.process.choices import choices
from anxin.insight.process.narrowing import TAKES
from anxin.insight.results.asking import Ask, Board, register


def _nothing(ask: Ask, what: str) -> list[str]:
    raise LookupError(what)


CHOICES = register(Board("process-choices", choices, _nothing, takes=("kind",), ahead=True))
MAP = register(Board("process", flows.flow_map, flows.cases_behind, takes=TAKES, ahead=True))
WAYS = register(Board("process-ways", ways.ways, ways.cases_behind, takes=ways.TAKES_WAYS))
WAITING = register(
    Board("process-waiting", waiting.waiting, waiting.cases_behind, takes=waiting.TAKES_WAITING, ahead=True)
)
FINDINGS = register(Board("process-findings", findings.finding, findings.cases_behind, takes=TAKES, revision=3))
FOLLOWING = register(
    Board("process-following", following.following, following.cases_behind, takes=following.TAKES_FOLLOWING)
)

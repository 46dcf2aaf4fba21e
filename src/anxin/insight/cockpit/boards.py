"""This room's boards, registered."""

from anxin.insight.cockpit import cockpit, complaints, handovers, promise_board
from anxin.insight.results.asking import Board, is_month_or_all, register

_SHARED = ("month", "branch", "kind", "line")
_ALL_MONTHS = {"month": is_month_or_all}

COCKPIT = register(
    Board("cockpit", cockpit.compute, cockpit.behind, takes=_SHARED, ahead=True, beside=complaints.state, revision=2)
)
HANDOVERS = register(
    Board(
        "handovers",
        handovers.compute,
        handovers.behind,
        takes=(*_SHARED, "between", "time"),
        ahead=True,
        checks=_ALL_MONTHS,
    )
)
PROMISES = register(
    Board("promises", promise_board.compute, promise_board.behind, takes=(*_SHARED, "force", "department", "rule"), ahead=True, checks=_ALL_MONTHS)
)  # fmt: skip
PAIR = register(
    Board("promise-pair", promise_board.compute_pair, promise_board.behind_pair, takes=(*_SHARED, "from", "to", "limit", "unit"), checks=_ALL_MONTHS)
)  # fmt: skip

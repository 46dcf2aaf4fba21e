"""This room's boards, registered."""

from anxin.insight.cockpit import cockpit, handovers, promise_board
from anxin.insight.results.asking import Board, register

_SHARED = ("month", "branch", "kind", "line")

COCKPIT = register(Board("cockpit", cockpit.compute, cockpit.behind, takes=_SHARED, ahead=True))
HANDOVERS = register(
    Board("handovers", handovers.compute, handovers.behind, takes=(*_SHARED, "between", "time"), ahead=True)
)
PROMISES = register(
    Board("promises", promise_board.compute, promise_board.behind, takes=(*_SHARED, "force", "department", "rule"), ahead=True)
)  # fmt: skip
PAIR = register(
    Board("promise-pair", promise_board.compute_pair, promise_board.behind_pair, takes=(*_SHARED, "from", "to", "limit", "unit"))
)  # fmt: skip

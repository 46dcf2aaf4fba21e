"""The overview's title: how many cards stand clearly apart from their peers, on which side, and nobody's name."""

from __future__ import annotations

import pytest
from django.utils import translation

from anxin.faces.desk.boards.scorecards.views import _heading
from anxin.insight.scorecards.models import Card


def _cards(*standings: tuple[float, float] | None) -> list[Card]:
    """One card each: the probabilities of the best and of the last quarter, or too few to stand anywhere."""
    return [Card(body={"standing": one and {"top": one[0], "bottom": one[1]}}) for one in standings]


@pytest.mark.parametrize(
    ("standings", "told"),
    [
        ([(0.95, 0.0), (0.1, 0.2), None], "1 of 3 cards is clearly in the best quarter of its peers, none in the last"),
        ([(0.95, 0.0), (0.9, 0.0)], "2 of 2 cards are clearly in the best quarter of their peers, none in the last"),
        ([(0.0, 0.97), (0.5, 0.0)], "1 of 2 cards is clearly in the last quarter of its peers, none in the best"),
        ([(0.95, 0.0), (0.0, 0.92)], "Of 2 cards, clearly among their peers: 1 in the best quarter, 1 in the last"),
        ([(0.89, 0.0), None], "None of 2 cards is clearly in the best or last quarter of its peers"),
    ],
)
def test_the_title_counts_both_sides(standings: list[tuple[float, float] | None], told: str) -> None:
    with translation.override("en"):
        assert _heading(_cards(*standings)) == told

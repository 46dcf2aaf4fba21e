"""The matrix of hand-overs: from the row to the column, in hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anxin.faces.desk.boards.cockpit.figures import heat as heat_of
from anxin.faces.desk.boards.cockpit.figures import hours
from anxin.insight.cockpit.promises import FEWEST


@dataclass(frozen=True, slots=True)
class Square:
    text: str = ""
    href: str = ""
    css: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    squares: Sequence[Square]
    count: str


@dataclass(frozen=True, slots=True)
class Heat:
    heads: Sequence[str]
    lines: Sequence[Line]


def heat_map(
    cells: Sequence[Mapping[str, Any]], order: Sequence[str], words: Callable[[str], str], address: Callable[[str, str], str],
    of: str = "median",
) -> Heat:  # fmt: skip
    """Names in `order`; the darkest is the longest wait. Fewer than five hand-overs have no colour: they say nothing yet."""
    by_pair = {(cell["giver"], cell["taker"]): cell for cell in cells}
    peak = max((cell[of] for cell in cells if cell["n"] >= FEWEST), default=None)
    lines = []
    for giver in order:
        squares = []
        for taker in order:
            cell = by_pair.get((giver, taker))
            if cell is None:
                squares.append(Square())
                continue
            few = cell["n"] < FEWEST
            css = "is-few" if few else f"heat-{heat_of(cell[of])}{' is-peak' if cell[of] == peak else ''}"
            label = _("%(giver)s to %(taker)s: %(count)s hand-overs, median %(median)s hours, slowest tenth %(late)s") % {
                "giver": words(giver), "taker": words(taker), "count": f"{cell['n']:,}", "median": hours(cell["median"]),
                "late": hours(cell["p90"]),
            }  # fmt: skip
            squares.append(Square(hours(cell[of]), address(giver, taker), css, label))
        count = sum(cell["n"] for cell in cells if cell["giver"] == giver)
        lines.append(Line(words(giver), squares, f"{count:,}"))
    return Heat([words(name) for name in order], lines)


def worst(cells: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None] | None:
    """The pair that waits longest (by its median, of at least five hand-overs), and the second."""
    judged = sorted((cell for cell in cells if cell["n"] >= FEWEST), key=lambda cell: -cell["median"])
    return (judged[0], judged[1] if len(judged) > 1 else None) if judged else None


def worst_words(cells: Sequence[Mapping[str, Any]], words: Callable[[str], str]) -> str:
    found = worst(cells)
    if found is None:
        return _("Too few hand-overs to judge")
    first, second = found
    values = {"giver": words(first["giver"]), "taker": words(first["taker"]), "hours": hours(first["median"])}
    if second is not None and second["median"] > 0 and first["median"] / second["median"] >= 1.3:
        ratio = {"times": f"{first['median'] / second['median']:.1f}"}
        return _("From %(giver)s to %(taker)s takes %(hours)s hours, %(times)s times the second longest") % (
            values | ratio
        )
    return _("From %(giver)s to %(taker)s takes longest: %(hours)s hours") % values

"""The process map: steps and what leads from one to the next, from the main road to every path."""

from __future__ import annotations

from math import inf
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.access.models import spoken
from anxin.faces.desk.boards.frame import activity_words
from anxin.faces.desk.boards.process.page import address, asked, behind, page
from anxin.faces.desk.boards.process.words import TURNS, in_hours, share, span
from anxin.faces.desk.entrance import staff
from anxin.insight.results.answers import Found
from anxin.insight.results.permissions import SEE_BOARDS

SHOWN_AT_FIRST: Final = 0.9
"""The slider begins where so much of what happened is on the map."""
LONGEST: Final = 8
COLOURS: Final = ("median", "p90", "office_median", "office_p90", "count")


@require_GET
@staff(SEE_BOARDS)
def flow(request: HttpRequest) -> HttpResponse:
    found = asked(request, "process")
    body = found.body or {"cases": 0}
    if not body["cases"]:
        return page(request, "desk/boards/process/nothing.html", found, hand=True)
    drawn = Drawing(found, body)
    colour = request.GET.get("colour", "")
    colour = colour if colour in COLOURS and (not colour.startswith("office") or drawn.has_office) else "median"
    asked_step = request.GET.get("paths", "")
    step = min(int(asked_step), body["steps"]) if asked_step.isdigit() and len(asked_step) < 6 else drawn.first_step()
    chosen = drawn.chosen(request.GET.get("at", ""))
    return page(
        request, "desk/boards/process/map.html", found, hand=True, body=body, drawn=drawn, why_href=address(request, "slow/"), step=step, colour=colour, chosen=chosen,
        colours=[(name, words) for name, words in drawn.colours() if drawn.has_office or not name.startswith("office")],
    )  # fmt: skip


class Drawing:
    """The answer in words, ready to be drawn and to be read as a table."""

    def __init__(self, found: Found, body: dict[str, Any]) -> None:
        self.found, self.body = found, body
        self.names = [one["name"] for one in body["nodes"]]
        self.words = [activity_words(name) for name in self.names]
        self.moves = max(body["moves"], 1)
        self.ours = sum(one["hours"] for one in body["edges"] if not one["turn"])
        self.edges = [self._edge(one) for one in sorted(body["edges"], key=lambda edge: -edge["hours"])]
        self.ends = [self._end(one) for one in body["ends"]]
        self.nodes = [self._node(place, one) for place, one in enumerate(body["nodes"])]
        self.has_office = any("office_median" in one for one in body["edges"])
        self.longest = [one for one in self.edges if not one["turn"] and one["hours"] > 0][:LONGEST]
        most = max((one["hours"] for one in self.longest), default=0) or 1
        for one in self.longest:
            one["bar"] = one["hours"] / most

    def _edge(self, one: dict[str, Any]) -> dict[str, Any]:
        a, b = one["from"], one["to"]
        key = f"{self.names[a]}>{self.names[b]}"
        title = f"{self.words[a]} → {self.words[b]}"
        return one | {
            "at_most": span(max(one["median"], 1 / 60)), "nights": one["median"] >= 1 and one.get("office_median", inf) <= one["median"] / 2,
            "key": key, "title": title, "first": self.words[a], "second": self.words[b],
            "href": behind(self.found, f"edge:{key}", title),
            "text": {
                "count": f"{one['count']:,}", "median": span(one["median"]), "p90": span(one["p90"]),
                "office_median": in_hours(one.get("office_median")), "office_p90": in_hours(one.get("office_p90")),
                "hours": f"{one['hours']:,.0f}", "share": share(one["count"] / self.moves),
                "of_ours": share(one["hours"] / (self.ours or 1)),
                "cases": f"{one['cases']:,}" if one["cases"] is not None else "–", "turn": str(TURNS[one["turn"]]),
            },
        }  # fmt: skip

    def _end(self, one: dict[str, Any]) -> dict[str, Any]:
        """From the start to a step, or from a step to the end: counts, no waits."""
        starts = one["from"] == len(self.names)
        place = one["to"] if starts else one["from"]
        title = _("begin with: %(step)s") if starts else _("end with: %(step)s")
        title %= {"step": self.words[place]}
        what = f"{'first' if starts else 'last'}:{self.names[place]}"
        of = share(one["count"] / self.body["cases"])
        return one | {
            "key": what, "title": title, "href": behind(self.found, what, title),
            "text": {"count": f"{one['count']:,}", "cases": f"{one['count']:,}", "share": of},
        }  # fmt: skip

    def _node(self, place: int, one: dict[str, Any]) -> dict[str, Any]:
        waits = [edge for edge in self.body["edges"] if edge["to"] == place]
        return {
            "key": f"node:{one['name']}", "title": self.words[place], "href": behind(self.found, f"node:{one['name']}", self.words[place]),
            "count": one["count"], "turn": one["turn"],
            "text": {
                "count": f"{one['count']:,}", "cases": f"{one['cases']:,}", "share": share(one["cases"] / self.body["cases"]),
                "hours": f"{sum(edge['hours'] for edge in waits):,.0f}", "turn": str(TURNS[one["turn"]]),
            },
        }  # fmt: skip

    def first_step(self) -> int:
        """The first step at which enough of what happened is shown."""
        wanted, shown = SHOWN_AT_FIRST * self.moves, 0
        for step in range(self.body["steps"] + 1):
            shown += sum(one["count"] for one in self.edges if one["step"] == step)
            if shown >= wanted:
                return step
        return int(self.body["steps"])

    def chosen(self, key: str) -> dict[str, Any] | None:
        """The edge or step that the address names; else where customers wait for us longest."""
        every = [*self.edges, *self.ends, *self.nodes]
        named = next((one for one in every if one["key"] == key), None)
        return named or next(iter(self.longest), None) or next(iter(self.edges), None)

    @staticmethod
    def colours() -> list[tuple[str, str]]:
        return [
            ("median", pgettext("process", "Median wait")),
            ("p90", pgettext("process", "Nine of ten wait at most")),
            ("office_median", pgettext("process", "Median wait in office hours")),
            ("office_p90", pgettext("process", "Nine of ten, in office hours")),
            ("count", pgettext("process", "How often")),
        ]

    @property
    def data(self) -> dict[str, Any]:
        """For the script: what it draws, already in words."""
        keep = (
            "from",
            "to",
            "count",
            "step",
            "turn",
            "key",
            "title",
            "href",
            "text",
            "median",
            "p90",
            "office_median",
            "office_p90",
        )
        return {
            "nodes": self.nodes,
            "edges": [{name: one[name] for name in keep if name in one} for one in (*self.edges, *self.ends)],
            "moves": self.moves, "steps": self.body["steps"],
            "words": {"start": pgettext("process", "Start"), "end": pgettext("process", "End"), "hours": spoken("{n} 小时", "{n} h"), "days": spoken("{n} 天", "{n} d"),
                "width": _("The wider a line, the more often"),
                "turns": {"customer": _("Grey: the customer does the next step"), "none": _("Dashed: nobody waits")},
            },
        }  # fmt: skip

"""Addresses of the boards: a folder a noun, each with urls.py and views.py; and the cases behind any number."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from anxin.faces.desk.boards.cases import cases

# A noun a line; the cockpit is at the boards' own address.
_NOUNS: tuple[str, ...] = (
    "process",
    "handovers",
    "promises",
    "indicators",
    "scorecards",
    "improvement",
    "whatif",
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("boards/", include("anxin.faces.desk.boards.cockpit.urls")),
    path("boards/cases/", cases, name="board-cases"),
    *(path(f"boards/{noun}/", include(f"anxin.faces.desk.boards.{noun}.urls")) for noun in _NOUNS),
]

"""Addresses of the boards: a folder a noun, each with urls.py and views.py; and the cases behind any number."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from anxin.faces.desk.boards.cases import cases

# A noun a line; the cockpit is at the boards' own address.
_NOUNS: tuple[str, ...] = (
    "scorecards",
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("boards/cases/", cases, name="board-cases"),
    *(path(f"boards/{noun}/", include(f"anxin.faces.desk.boards.{noun}.urls")) for noun in _NOUNS),
]

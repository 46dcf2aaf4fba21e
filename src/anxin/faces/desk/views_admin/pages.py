"""The frames that most pages of the administration stand in: a list with filters, and a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.faces.desk.views_admin.tables import Filters, Table, Window

Crumb = tuple[str, str]
"""Address and words."""


def who(request: HttpRequest) -> tuple[Actor, datetime]:
    """Who asks, and the product's moment."""
    return request.actor, clock.now()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a page's head: a link, or with `ask` a question that posts when answered yes."""

    href: str
    label: str
    main: bool = False
    ask: str = ""
    danger: bool = False


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form on a page of its own."""

    title: str
    button: str
    back: str
    crumbs: Sequence[Crumb] = ()
    explain: str = ""
    danger: bool = False
    template: str = "desk/admin/form.html"
    more: dict[str, Any] = field(default_factory=dict)

    def show(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        return render(
            request, self.template, {"form": form, "sheet": self, **self.more},
            status=422 if form.is_bound and form.errors else 200,
        )  # fmt: skip


def list_page(
    request: HttpRequest, *, heading: str, table: Table, under: str = "", filters: Filters | None = None,
    window: Window[Any] | None = None, page: Any = None, query: str = "", acts: Sequence[Act] = (),
    crumbs: Sequence[Crumb] = (), tabs: Sequence[tuple[str, str, bool]] = (), nothing: str = "", nothing_why: str = "",
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """A list: heading, filters, table, and either older/newer links or numbered pages (`page`, a Django page)."""
    return render(
        request, more.pop("template", "desk/admin/list.html"),
        {
            "heading": heading, "under": under, "table": table, "filters": filters, "window": window, "page": page,
            "query": query, "acts": acts, "crumbs": crumbs, "tabs": tabs, "nothing": nothing,
            "nothing_why": nothing_why, **more,
        },
    )  # fmt: skip


def query_without(request: HttpRequest, *names: str) -> str:
    """The query string less some names, for links that change those."""
    rest = request.GET.copy()
    for name in names:
        rest.pop(name, None)
    return rest.urlencode()

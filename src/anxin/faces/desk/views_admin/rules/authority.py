"""Who may decide how much: one table, published as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access.formats import fen_plain
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Sheet, Yuan, attempt, note
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.views_admin.rules.editions import crumbs, newest_body, tabs, under
from anxin.faces.desk.views_admin.rules.words import AUTHORITY_KINDS
from anxin.rulebook.actions import change_authority
from anxin.rulebook.families.authority import KINDS, LEVELS
from anxin.rulebook.models import Family
from anxin.rulebook.permissions import PUBLISH_RULES, SEE_RULES


class AuthoritySheet(Sheet):
    """A box for each level and kind (empty: without limit), and the sums from which two people sign."""

    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = note()

    def __init__(self, data: Any, *, body: dict[str, Any], number: int):
        super().__init__(data)
        self.initial = {"expected": number}
        for row in body["levels"]:
            for kind in KINDS:
                name = f"{kind}_{row['level']}"
                self.fields[name] = Yuan(label=f"{AUTHORITY_KINDS[kind]} {row['level']}", required=False)
                limit = row["limits"][kind]
                self.initial[name] = "" if limit is None else fen_plain(limit)
        for kind in KINDS:
            self.fields[f"two_{kind}"] = Yuan(label=str(AUTHORITY_KINDS[kind]))
            self.initial[f"two_{kind}"] = fen_plain(body["two_signatures_from"][kind])

    def box_of(self, place: str) -> str:
        # "levels/2.decision", "two_signatures_from.decision"
        where, _dot, kind = place.rpartition(".")
        return f"two_{kind}" if where == "two_signatures_from" else f"{kind}_{where.rpartition('/')[2]}"

    def boxes(self) -> list[tuple[Any, str]]:
        return [(self["note"], "whole")]

    def rows(self) -> list[tuple[Any, list[Any]]]:
        levels = [
            (_("Level %(number)d") % {"number": level}, [self[f"{kind}_{level}"] for kind in KINDS]) for level in LEVELS
        ]
        return [*levels, (_("Two people sign from"), [self[f"two_{kind}"] for kind in KINDS])]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES)
def authority(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    number, body, row = newest_body(Family.AUTHORITY, request)
    if request.method == "POST":
        actor.must(PUBLISH_RULES)
    form = AuthoritySheet(request.POST if request.method == "POST" else None, body=body, number=number)
    if request.method == "POST":

        def save(given: dict[str, Any]) -> Any:
            return change_authority(
                limits={(level, kind): given[f"{kind}_{level}"] for level in LEVELS for kind in KINDS},
                two_signatures_from={kind: given[f"two_{kind}"] for kind in KINDS}, note=given["note"],
                expected=given["expected"], actor=actor, now=now,
            )  # fmt: skip

        made = attempt(form, save)
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:rules-authority")
    return render(
        request, "desk/admin/rules/authority.html",
        {
            "form": form, "heading": str(Family.AUTHORITY.label), "under": under(row), "crumbs": crumbs(),
            "tabs": tabs("authority", "content"), "kinds": [AUTHORITY_KINDS[kind] for kind in KINDS],
            "may_publish": actor.may(PUBLISH_RULES),
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip

"""Lists of papers and survey checklists: each item is changed on a page of its own, and the list published whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Missing
from anxin.access.models import spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Sheet, attempt, note
from anxin.faces.desk.views_admin.pages import FormPage, who
from anxin.faces.desk.views_admin.rules.editions import crumbs, newest_body, tabs, under
from anxin.faces.desk.views_admin.rules.words import CLAIM_TYPES, FACTS, PROVIDERS, party_kinds, where_words
from anxin.faces.desk.views_admin.tables import Cell, Row, Table
from anxin.journeys.claims.models import Claim
from anxin.registers.products.models import Line
from anxin.rulebook.actions import change_list
from anxin.rulebook.models import Family
from anxin.rulebook.permissions import PUBLISH_RULES, SEE_RULES

_YES_NO = ("has_injury", "has_third_party", "individual", "compulsory", "small")
_CONDITION = [("", gettext_lazy("does not matter")), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]


class ItemSheet(Sheet):
    """One item of a list: what both families have, and when it is asked for."""

    code = forms.RegexField(
        r"^[a-z0-9_]+$", label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Small letters, digits and _; files keep it."),
        error_messages={"invalid": gettext_lazy("Use small letters, digits and _ only.")},
    )  # fmt: skip
    position = forms.IntegerField(label=gettext_lazy("Place on the list"), min_value=1, max_value=500)
    title_zh = forms.CharField(label=gettext_lazy("Chinese title"), max_length=60)
    title_en = forms.CharField(label=gettext_lazy("English title"), max_length=80)
    hint_zh = forms.CharField(label=gettext_lazy("Hint in Chinese"), max_length=160, required=False)
    hint_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=200, required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    whole = frozenset({"causes", "lines"})

    def __init__(self, data: Any, *, item: dict[str, Any], position: int, number: int):
        super().__init__(data)
        where = item.get("where", {})
        self.rest = {name: value for name, value in where.items() if name not in FACTS}
        self.initial = {**{name: item.get(name, "") for name in self.fields}, "position": position, "expected": number}
        for name in _YES_NO:
            self.fields[name] = forms.ChoiceField(label=FACTS[name], choices=_CONDITION, required=False)
            self.initial[name] = {(True,): "yes", (False,): "no"}.get(tuple(where.get(name, ())), "")
        boxes = forms.CheckboxSelectMultiple
        self.fields["causes"] = forms.MultipleChoiceField(
            label=_("Only for these causes"), choices=Claim.Cause.choices, widget=boxes, required=False,
            help_text=_("None ticked: for all."),
        )  # fmt: skip
        self.fields["lines"] = forms.MultipleChoiceField(
            label=_("Only for these lines of business"), choices=Line.choices, widget=boxes, required=False,
            help_text=_("None ticked: for all."),
        )  # fmt: skip
        self.initial |= {"causes": list(where.get("cause", ())), "lines": list(where.get("line", ()))}
        self.fields["note"] = note()

    aliases = {"where": "causes"}

    def item(self) -> dict[str, Any]:
        given = self.cleaned_data
        where: dict[str, Any] = dict(self.rest)
        for name in _YES_NO:
            if given[name]:
                where[name] = [given[name] == "yes"]
        if given["causes"]:
            where["cause"] = given["causes"]
        if given["lines"]:
            where["line"] = given["lines"]
        words = {name: given[name] for name in ("code", "title_zh", "title_en", "hint_zh", "hint_en")}
        return words | self.own() | ({"where": where} if where else {})

    def own(self) -> dict[str, Any]:
        raise NotImplementedError


class PaperSheet(ItemSheet):
    provider = forms.ChoiceField(label=gettext_lazy("Who gives it"), choices=list(PROVIDERS.items()))
    party_kind = forms.ChoiceField(label=gettext_lazy("Asked"), required=False)
    given_with = forms.ChoiceField(
        label=gettext_lazy("Counts as given"), required=False,
        choices=[("", gettext_lazy("when it is handed in")), ("payee", gettext_lazy("with the payment details"))],
    )  # fmt: skip
    is_request = forms.BooleanField(
        label=gettext_lazy("It is the claim request: the time to decide begins with it"), required=False
    )
    whole = frozenset({"causes", "lines", "is_request"})

    def __init__(self, data: Any, **options: Any):
        super().__init__(data, **options)
        self.fields["party_kind"].choices = party_kinds()  # type: ignore[attr-defined]
        # An edition leaves out what is so by default.
        self.initial["provider"] = self.initial["provider"] or "customer"

    def own(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("provider", "party_kind", "given_with", "is_request")}


class CheckSheet(ItemSheet):
    needs_photo = forms.BooleanField(label=gettext_lazy("A photo is needed"), required=False)
    title_en = forms.CharField(label=gettext_lazy("English title"), max_length=120)
    whole = frozenset({"causes", "lines", "needs_photo"})

    def own(self) -> dict[str, Any]:
        return {"needs_photo": self.cleaned_data["needs_photo"]}


SHEETS: dict[str, type[ItemSheet]] = {Family.PAPERS: PaperSheet, Family.CHECKLISTS: CheckSheet}


def _lists(family: str, body: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {**body["lists"], **({"supplement": body["supplement"]} if family == Family.PAPERS else {})}


@require_GET
@staff(SEE_RULES)
def lists(request: HttpRequest, family: str) -> HttpResponse:
    actor, _now = who(request)
    _number, body, row = newest_body(Family(family), request)
    may_publish = actor.may(PUBLISH_RULES)
    tables = [
        (name, CLAIM_TYPES.get(name, name), _table(family, name, items, change=may_publish))
        for name, items in _lists(family, body).items()
    ]
    return render(
        request, "desk/admin/rules/lists.html",
        {
            "heading": str(Family(family).label), "under": under(row), "crumbs": crumbs(),
            "tabs": tabs(family, "content"), "lists": tables, "family": family, "may_publish": may_publish,
        },
    )  # fmt: skip


def _table(family: str, name: str, items: list[dict[str, Any]], *, change: bool) -> Table:
    """`change`: the reader may change an item, so each leads to its form."""
    kinds = dict(party_kinds())
    rows = []
    for item in items:
        start = [
            Cell(spoken(item["title_zh"], item["title_en"]),
                 f"/desk/admin/rules/{family}/{name}/{item['code']}/" if change else "",
                 small=spoken(item.get("hint_zh", ""), item.get("hint_en", ""))),
        ]  # fmt: skip
        if family == Family.PAPERS:
            start += [
                Cell(str(PROVIDERS[item.get("provider", "customer")])), Cell(kinds[item.get("party_kind", "")]),
                Cell(_("claim request"), tone="running", icon="flag") if item.get("is_request") else Cell(""),
            ]  # fmt: skip
        else:
            start.append(Cell(_("photo"), tone="running", icon="camera") if item.get("needs_photo") else Cell(""))
        rows.append(Row([*start, Cell(where_words(item.get("where", {})))]))
    heads = (
        [(_("Paper"), ""), (_("Who gives it"), ""), (_("Asked"), ""), (_("Mark"), ""), (_("When it is asked for"), "")]
        if family == Family.PAPERS
        else [(_("Item"), ""), (_("Mark"), ""), (_("When it is asked for"), "")]
    )
    return Table(str(CLAIM_TYPES.get(name, name)), heads, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def item(request: HttpRequest, family: str, name: str, code: str = "") -> HttpResponse:
    """Change an item, or add one where `code` is empty."""
    actor, now = who(request)
    number, body, _row = newest_body(Family(family), request)
    items = _items(family, body, name)
    place = next((place for place, row in enumerate(items) if row["code"] == code), None)
    if code and place is None:
        raise Missing(_("There is no such entry: %(name)s.") % {"name": code})
    known = items[place] if place is not None else {}
    form = SHEETS[family](
        request.POST if request.method == "POST" else None, item=known, number=number,
        position=(place if place is not None else len(items)) + 1,
    )  # fmt: skip
    back = f"/desk/admin/rules/{family}/"
    if request.method == "POST":

        def save(given: dict[str, Any]) -> Any:
            rows = [row for at, row in enumerate(items) if at != place]
            rows.insert(min(given["position"] - 1, len(rows)), form.item())
            return change_list(
                family=family,
                name=name,
                items=rows,
                note=given["note"],
                expected=given["expected"],
                actor=actor,
                now=now,
            )

        made = attempt(form, save)
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect(back)
    title = (
        spoken(known.get("title_zh", ""), known.get("title_en", ""))
        if known
        else _("Add to the list: %(list)s") % {"list": CLAIM_TYPES.get(name, name)}
    )
    page = FormPage(
        title, _("Publish"), back, crumbs(family), template="desk/admin/rules/item.html",
        more={"drop": f"{back}{name}/{code}/drop/" if code else ""},
    )  # fmt: skip
    return page.show(request, form)


class DropItem(Sheet):
    note = note()


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def drop(request: HttpRequest, family: str, name: str, code: str) -> HttpResponse:
    actor, now = who(request)
    number, body, _row = newest_body(Family(family), request)
    items = _items(family, body, name)
    known = next((row for row in items if row["code"] == code), None)
    if known is None:
        raise Missing(_("There is no such entry: %(name)s.") % {"name": code})
    form = DropItem(request.POST if request.method == "POST" else None)
    back = f"/desk/admin/rules/{family}/"
    if request.method == "POST":
        rest = [row for row in items if row["code"] != code]
        made = attempt(
            form,
            lambda given: change_list(
                family=family, name=name, items=rest, note=given["note"], expected=number, actor=actor, now=now
            ),
        )
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect(back)
    page = FormPage(
        _("Take %(rule)s out") % {"rule": spoken(known["title_zh"], known["title_en"])}, _("Take it out"), back,
        crumbs(family), _("Claims that run keep the list they were given."), danger=True,
    )  # fmt: skip
    return page.show(request, form)


def _items(family: str, body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = _lists(family, body).get(name)
    if found is None:
        raise Missing(_("There is no such list."))
    return found

"""Products: what is sold under which terms, and a new version of it for those who may."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Invalid, Missing
from anxin.access.formats import full_day, moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt, number_of
from anxin.faces.desk.forms_admin.products import ProductSheet, StopSelling
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num
from anxin.faces.desk.views_admin.wording import deductible_words, limit_words
from anxin.registers.products import actions
from anxin.registers.products.models import Line, Product
from anxin.registers.products.permissions import MANAGE_PRODUCTS, SEE_PRODUCTS
from anxin.registers.products.queries import terms_of, with_terms


def crumbs(product: Product | None = None) -> list[tuple[str, str]]:
    way = [("/desk/products/", _("Products"))]
    return [*way, (f"/desk/products/{product.code}/", product.name)] if product else way


@require_GET
@staff(SEE_PRODUCTS)
def products(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    today = timezone.localdate(now)
    filters = Filters(
        chips=[Chip.of(request, "line", _("Line"), Line.choices)], text=request.GET.get("text", "").strip()[:60],
        text_label=_("Code or name"),
    )  # fmt: skip
    rows = Product.objects.visible_to(actor).current().annotate(many=Count("policies"))
    if filters.chosen("line"):
        rows = rows.filter(line=filters.chosen("line"))
    shown = [
        row for row in rows.order_by("line", "code")
        if filters.text.lower() in f"{row.code} {row.name_zh} {row.name_en}".lower()
    ]  # fmt: skip
    acts = [Act("/desk/products/add/", _("Add a product"), main=True)] if actor.may(MANAGE_PRODUCTS) else []
    return list_page(
        request, heading=_("Products"), filters=filters, acts=acts, nothing=_("No products here"),
        nothing_why=_("Products are imported, or added by an administrator."),
        table=Table(
            _("Products"),
            [
                (pgettext("thing", "Name"), ""), (_("Code"), ""), (_("Line"), ""), (_("Version"), "num"), (_("On sale"), ""),
                (_("Policies of this version"), "num"),
            ],
            [
                Row([
                    Cell(row.name, f"/desk/products/{row.code}/"), Cell(row.code), Cell(str(row.get_line_display())),
                    num(str(row.version)), _sale(row, today), num(f"{row.many:,}"),
                ])
                for row in shown
            ],
        ),
    )  # fmt: skip


def _sale(row: Product, today: Any) -> Cell:
    if row.sold_from > today:
        return Cell(_("from %(day)s") % {"day": full_day(row.sold_from)}, tone="running", icon="clock")
    if row.sold_until is not None and row.sold_until < today:
        return Cell(_("until %(day)s") % {"day": full_day(row.sold_until)}, tone="paused", icon="circle-minus")
    return Cell(_("on sale"), tone="kept", icon="circle-check")


def find(request: HttpRequest, code: str, version: int | None = None) -> Product:
    rows = with_terms(Product.objects.visible_to(request.actor).filter(code=code))  # type: ignore[attr-defined]
    found = (rows.current() if version is None else rows.filter(version=version)).first()
    if found is None:
        raise Missing(_("There is no such product."))
    return found


@require_GET
@staff(SEE_PRODUCTS)
def product(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, find(request, code, number_of(request.GET.get("version", ""))))


def _show(request: HttpRequest, row: Product, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, now = who(request)
    versions = Product.objects.visible_to(actor).filter(code=row.code).order_by("-version")
    return render(
        request, "desk/registers/product.html",
        {
            "product": row, "crumbs": crumbs(), "sale": _sale(row, timezone.localdate(now)),
            "coverages": [
                (item, limit_words(item.default_limit_fen) if item.default_limit_fen else _("set by each policy"),
                 deductible_words(item.deductible_fen, item.deductible_permille))
                for item in row.coverages.all()
            ],
            "clauses": list(row.clauses.all()),
            "versions": [(item, moment(item.published_at)) for item in versions],
            "may_manage": actor.may(MANAGE_PRODUCTS) and row.is_current,
            "stop_form": StopSelling(initial={"sold_until": row.sold_until}),
        } | more,
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PRODUCTS, MANAGE_PRODUCTS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = ProductSheet(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not request.POST.get("more"):

        def save(_given: dict[str, Any]) -> Product:
            terms = form.given()
            if Product.objects.filter(code=terms.code).exists():
                wrong = _("A product with this code is there already: publish a new version of it.")
                raise Invalid(wrong, fields={"code": wrong})
            return actions.save_product(terms=terms, actor=actor, now=now)

        made = attempt(form, save)
        if made is not None:
            messages.success(request, _("Product %(name)s is added.") % {"name": made.name})
            return redirect("desk:product", code=made.code)
    page = FormPage(
        _("Add a product"), _("Add"), "/desk/products/", crumbs(), template="desk/registers/product_form.html"
    )
    return _form(request, page, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PRODUCTS, MANAGE_PRODUCTS)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """The next version. Policies keep the one they were sold under."""
    actor, now = who(request)
    row = find(request, code)
    form = ProductSheet(request.POST if request.method == "POST" else None, terms=terms_of(row))
    if request.method == "POST" and not request.POST.get("more"):
        made = attempt(form, lambda _given: actions.publish_new_version(terms=form.given(), actor=actor, now=now))
        if made is not None:
            messages.success(request, _("Version %(number)s is published.") % {"number": made.version})
            return redirect("desk:product", code=code)
    page = FormPage(
        _("New version of %(name)s") % {"name": row.name}, _("Publish the new version"), f"/desk/products/{code}/",
        crumbs(row), _("Policies keep the version they were sold under; new ones get this one."),
        template="desk/registers/product_form.html",
    )  # fmt: skip
    return _form(request, page, form)


def _form(request: HttpRequest, page: FormPage, form: ProductSheet) -> HttpResponse:
    if request.POST.get("more"):
        # Nothing was sent to be saved, so nothing is wrong yet.
        form.errors.clear()
        for row in (*form.covers.forms, *form.clauses.forms):
            row.errors.clear()
    return page.show(request, form)


@require_http_methods(["POST"])
@staff(SEE_PRODUCTS, MANAGE_PRODUCTS)
def stop(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = who(request)
    row = find(request, code)
    form = StopSelling(request.POST)
    done = attempt(
        form, lambda given: actions.stop_selling(code=code, last_day=given["sold_until"], actor=actor, now=now)
    )
    if done is None:
        return _show(request, row, status=422, stop_form=form)
    messages.success(request, _("The last day of sale is set."))
    return redirect("desk:product", code=code)

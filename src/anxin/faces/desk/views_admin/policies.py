"""Policies: the list, one policy with its terms as of today, its paper, and endorsements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.access.formats import fen, full_day
from anxin.access.models import spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin import policies as sheets
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.people import branches
from anxin.faces.desk.views_admin.cases import state_cell
from anxin.faces.desk.views_admin.pages import FormPage, list_page, who
from anxin.faces.desk.views_admin.search import policies_table
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.views_admin.wording import changes_of, deductible_words, ends_of, policy_row, standing_cell
from anxin.journeys.claims.models import Claim
from anxin.registers.customers.masking import mask_address
from anxin.registers.customers.permissions import REVEAL
from anxin.registers.policies import actions
from anxin.registers.policies.document import policy_pdf
from anxin.registers.policies.models import Policy
from anxin.registers.policies.permissions import ENDORSE, SEE_POLICIES
from anxin.registers.policies.queries import coverage_terms, search_condition_for_policies, with_terms
from anxin.registers.products.models import Line

KINDS: dict[str, tuple[Any, type[Any]]] = {
    "terms": (gettext_lazy("Change terms"), sheets.ChangeTerms),
    "extend": (gettext_lazy("Extend the term"), sheets.Extend),
    "suspend": (gettext_lazy("Suspend cover"), sheets.Suspend),
    "resume": (gettext_lazy("Reinstate cover"), sheets.Resume),
    "terminate": (gettext_lazy("End the policy"), sheets.Terminate),
}


def crumbs(policy: Policy | None = None) -> list[tuple[str, str]]:
    way = [("/desk/policies/", _("Policies"))]
    return [*way, (f"/desk/policies/{policy.public_id}/", policy.number)] if policy else way


@require_GET
@staff(SEE_POLICIES)
def policies(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    filters = Filters(
        chips=[
            Chip.of(request, "line", _("Line"), Line.choices),
            Chip.of(request, "branch", _("Branch"), [(str(item.pk), item.short) for item in branches(actor)]),
            Chip.of(request, "status", _("Standing"), [("in_force", _("In force")), *Policy.Status.choices[1:]]),
        ],
        text=request.GET.get("text", "").strip()[:60],
        text_label=_("Policy number or its last six digits, plate, VIN"),
    )  # fmt: skip
    rows = Policy.objects.visible_to(actor).select_related("product", "branch", "policyholder")
    if filters.chosen("line"):
        rows = rows.filter(product__line=filters.chosen("line"))
    if filters.chosen("branch"):
        rows = rows.filter(branch=int(filters.chosen("branch")))
    if filters.chosen("status") == "in_force":
        rows = rows.in_force_at(now)
    elif filters.chosen("status"):
        rows = rows.filter(status=filters.chosen("status"))
    if filters.text:
        asked = search_condition_for_policies(filters.text)
        rows = rows.none() if asked is None else rows.filter(asked)
    found = window(rows.prefetch_related("vehicles", "homes", "suspensions"), request)
    return list_page(
        request, heading=_("Policies"), filters=filters, window=found,
        table=policies_table([policy_row(policy, now) for policy in found.rows]), nothing=_("No policies here"),
        nothing_why=_("Policies are imported from the core system."),
    )  # fmt: skip


def find(public_id: str, actor: Actor) -> Policy:
    found = with_terms(Policy.objects.visible_to(actor)).filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such policy."))
    return found


@require_GET
@staff(SEE_POLICIES)
def policy(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    return _show(request, find(public_id, actor))


def _show(request: HttpRequest, row: Policy, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, now = who(request)
    terms = coverage_terms(row, timezone.localdate(now))
    names = {coverage.code: coverage.name for coverage in row.product.coverages.all()}
    claims = (
        Claim.objects.visible_to(actor).filter(covers__policy=row).select_related("case__branch").order_by("-pk")[:50]
    )
    return render(
        request, "desk/registers/policy.html",
        {
            "policy": row, "crumbs": crumbs(), "standing": standing_cell(row, now), "facts": _facts(row),
            "people": _people(row), "vehicles": list(row.vehicles.all()),
            "homes": [(home, mask_address(home.address)) for home in row.homes.all()],
            "coverages": [(item, deductible_words(item.deductible_fen, item.deductible_permille)) for item in terms],
            "general": [clause for clause in row.product.clauses.all() if clause.coverage_id is None],
            "own_clauses": _own_clauses(row),
            "endorsements": [(item, changes_of(item, names)) for item in row.endorsements.all()],
            "claims": _claims(list(claims)), "may_reveal": actor.may(REVEAL),
            "kinds": _kinds(row) if actor.may(ENDORSE) else [], "revealed": {}, "reveal_error": "",
            "reveal_vehicle": 0, "typed_reason": "",
        } | more,
        status=status,
    )  # fmt: skip


def _own_clauses(row: Policy) -> list[tuple[str, list[Any]]]:
    by_coverage: dict[int, list[Any]] = {}
    for clause in row.product.clauses.all():
        if clause.coverage_id is not None:
            by_coverage.setdefault(clause.coverage_id, []).append(clause)
    return [(item.name, by_coverage[item.pk]) for item in row.product.coverages.all() if item.pk in by_coverage]


def _kinds(row: Policy) -> list[tuple[str, str]]:
    """The endorsements that the policy's standing allows."""
    if row.status in Policy.ENDED:
        return []
    here = ["resume", "terminate"] if row.status == Policy.Status.SUSPENDED else ["terms", "suspend", "terminate"]
    if row.status == Policy.Status.ACTIVE and row.ends_on is not None:
        here.insert(1, "extend")
    return [(kind, str(KINDS[kind][0])) for kind in here]


def _facts(row: Policy) -> list[tuple[str, str, str]]:
    return [
        (_("Product"), f"{row.product.name} · {_('version %(number)s') % {'number': row.product.version}}",
         f"/desk/products/{row.product.code}/?version={row.product.version}"),
        (_("Line"), str(row.product.get_line_display()), ""),
        (_("Branch"), str(row.branch), ""),
        (_("Cover from"), full_day(row.starts_on), ""),
        (_("until"), ends_of(row), ""),
        (_("First day without cover"), full_day(row.terminated_on), ""),
        (_("Premium (CNY)"), fen(row.premium_fen), ""),
        (_("Sum insured (CNY)"), fen(row.sum_insured_fen) if row.sum_insured_fen else "", ""),
        (_("Sold by"), row.seller.display_name if row.seller else row.seller_name, ""),
        (_("Channel"), str(row.get_channel_display()), ""),
        (_("Issued"), full_day(row.issued_at), ""),
    ]  # fmt: skip


def _people(row: Policy) -> Table:
    holder = row.policyholder
    rows = [Row([Cell(holder.masked_name, f"/desk/customers/{holder.public_id}/"), Cell(_("Policyholder")), num("")])]
    for item in row.insured.all():
        share = f"{item.share_permille / 10:g}%" if item.share_permille else ""
        rows.append(Row([
            Cell(item.customer.masked_name, f"/desk/customers/{item.customer.public_id}/"),
            Cell(str(item.get_role_display())), num(share),
        ]))  # fmt: skip
    return Table(_("People"), [(_("Name"), ""), (_("As"), ""), (_("Share"), "num")], rows)


def _claims(rows: list[Claim]) -> Table:
    return Table(
        _("Claims"),
        [(_("Number"), ""), (_("About"), ""), (_("State"), ""), (_("Loss"), ""), (_("Amount (CNY)"), "num")],
        [
            Row([
                Cell(claim.case.number, f"/desk/cases/{claim.case.public_id}/"),
                Cell(spoken(claim.case.title_zh, claim.case.title_en)), state_cell(claim.case),
                Cell(full_day(claim.loss_at), css="nowrap"), num(fen(claim.case.amount_fen)),
            ])
            for claim in rows
        ],
    )  # fmt: skip


@require_POST
@staff(SEE_POLICIES, REVEAL)
def reveal(request: HttpRequest, public_id: str, vehicle_id: int) -> HttpResponse:
    """A plate or VIN in full, on this one page, after it was put on record who asked and why."""
    actor, now = who(request)
    row = find(public_id, actor)
    vehicle = next((item for item in row.vehicles.all() if item.pk == vehicle_id), None)
    if vehicle is None:
        raise Missing(_("There is no such policy."))
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    try:
        value = actions.reveal_vehicle(vehicle=vehicle, field=field, reason=reason, actor=actor, now=now)
    except Refused as refused:
        if refused.status != 422:
            raise
        words = refused.fields.get("reason", str(refused.message))
        return _show(request, row, status=422, reveal_error=words, reveal_vehicle=vehicle_id, typed_reason=reason)
    return _show(request, row, revealed={field: value or _("The register has none.")}, reveal_vehicle=vehicle_id)


@require_GET
@staff(SEE_POLICIES)
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    answer = HttpResponse(policy_pdf(row, language=language, actor=actor, now=now), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="policy-{row.number_key}.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_POLICIES, ENDORSE)
def endorse(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    if kind not in KINDS:
        raise Missing(_("There is no such page."))
    title, sheet = KINDS[kind]
    form = sheet(request.POST if request.method == "POST" else None, policy=row)
    if request.method == "POST":
        made = attempt(form, lambda given: _write(kind, form, given, public_id, actor, now))
        if made is not None:
            messages.success(request, _("Endorsement %(number)s is recorded.") % {"number": made.number})
            return redirect("desk:policy", public_id=public_id)
    page = FormPage(
        _("%(act)s: %(number)s") % {"act": title, "number": row.number}, _("Record the endorsement"),
        f"/desk/policies/{public_id}/", crumbs(row),
        _("An endorsement is never edited: a mistake is put right by another one."), danger=kind == "terminate",
        template="desk/registers/endorse.html" if kind == "terms" else "desk/admin/form.html",
    )  # fmt: skip
    return page.show(request, form)


def _write(kind: str, form: Any, given: dict[str, Any], public_id: str, actor: Actor, now: Any) -> Any:
    who_and_when = {"public_id": public_id, "actor": actor, "now": now}
    if kind == "terms":
        return actions.change_terms(
            effective_on=given["effective_on"], coverages=form.coverages(), premium_fen=given["premium_fen"],
            sum_insured_fen=given["sum_insured_fen"], plates=form.plates(), text=given["text"], **who_and_when,
        )  # fmt: skip
    act = {
        "extend": actions.extend, "suspend": actions.suspend, "resume": actions.resume, "terminate": actions.terminate,
    }[kind]  # fmt: skip
    return act(**given, **who_and_when)  # type: ignore[operator]

"""The case page: one screen with what is known, what happened, what is due. The same for every department."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.faces.desk.actions import reveal_party
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.queries import casepage, history
from anxin.faces.desk.queries.queue import row_of
from anxin.faces.desk.wording import detail_of, party_label
from anxin.journal.models import Case
from anxin.journal.permissions import ERASE_TEXT, EXTEND_PROMISE, HAND_OVER, NOTE
from anxin.journeys.claims.lifecycle import CLAIM
from anxin.journeys.claims.models import Party, Payment, RequiredPaper
from anxin.journeys.claims.permissions import (
    ADVANCE,
    CHECK_PAPERS,
    CHOOSE_REVIEWER,
    CONFIRM_PAYMENT,
    EDIT_PARTIES,
    GIVE_PAPERS,
    PAY,
    SUPPLEMENT,
)
from anxin.journeys.claims.queries import ClaimPage, claim_page
from anxin.journeys.imported.actions import KIND as IMPORTED
from anxin.journeys.imported.queries import timeline_of
from anxin.messages.permissions import SEND
from anxin.registers.customers.actions import reveal
from anxin.registers.customers.masking import mask_address, mask_name
from anxin.registers.customers.models import Customer
from anxin.registers.customers.permissions import REVEAL

REVEALS = {
    "name": gettext_lazy("Name"),
    "mobile": gettext_lazy("Phone"),
    "id_number": gettext_lazy("Identity document"),
}


@require_GET
@staff()
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        page = claim_page(public_id, actor, now=clock.now())
    except Missing:
        return _imported(request, public_id)
    return show(request, page)


def show(request: HttpRequest, page: ClaimPage, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page; `more` adds values just revealed, or what was wrong with them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = page.case.state
    tab = request.GET.get("tab", "all")
    tab = tab if tab in history.TABS else "all"
    needs_money = state in casepage.DRAFTING and bool(page.assessments)
    known = casepage.statement_of(page) if needs_money else None
    draft = casepage.draft(page, actor, known) if known is not None else None
    limits = casepage.limit_rows(page, draft)
    homes = [view.home for view in page.policies if view.home]
    context = {
        "page": page,
        "case": page.case,
        "claim": page.claim,
        "standing": casepage.standing(page),
        "history": history.history(page, tab=tab, everything=request.GET.get("events") == "all"),
        "tabs": _tabs(),
        "tab": tab,
        "promises": casepage.promises(page),
        "next": casepage.what_next(page, actor, known, draft),
        "decision": casepage.decision_table(page, draft),
        "money": casepage.money_rows(page),
        "limits": limits,
        "limits_total": sum(row.used_fen for row in limits),
        "liability": detail_of("claims.liability_set", _liability(page), page),
        "home_place": mask_address(homes[0].address) if homes else "",
        "running_for": page.now - page.case.opened_at,
        "parties": [_party(party, page) for party in page.parties],
        "papers": _papers(page),
        "payments": page.payments,
        "waits_for_bank": [item for item in page.payments if item.state == Payment.State.SENT],
        "may": _may(actor, page),
        "reveals": list(REVEALS.items()),
        "revealed": {},
        "reveal_errors": {},
    }
    return render(request, "desk/case/page.html", context | more, status=status)


@require_POST
@staff()
def show_in_full(request: HttpRequest, public_id: str) -> HttpResponse:
    """A masked value in full, on this one page, after it was put on record who asked and why. Never kept, never linked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = claim_page(public_id, actor, now=clock.now())
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    try:
        if field.startswith("party:"):
            party = next((item for item in page.parties if item.code == field.removeprefix("party:")), None)
            if party is None:
                raise Missing(_("There is no such party in this claim."))
            value = reveal_party(case=page.case, party=party, reason=reason, actor=actor, now=page.now)
        else:
            customer = Customer.objects.get(pk=page.claim.customer_id)
            value = reveal(customer=customer, field=field, reason=reason, actor=actor, now=page.now)
    except Refused as refused:
        if refused.status != 422:
            raise
        errors = {"field": field, "message": refused.fields.get("reason", str(refused.message))}
        return show(request, page, status=422, reveal_errors=errors)
    return show(request, page, revealed={field: value or _("The register has none.")})


def _liability(page: ClaimPage) -> dict[str, Any]:
    return {"permille": page.claim.liability_permille, "basis": page.claim.liability_basis}


def _tabs() -> list[tuple[str, str]]:
    return [("all", _("All")), ("papers", _("Papers")), ("messages", _("Messages")), ("handovers", _("Hand-overs"))]


def _party(party: Any, page: ClaimPage) -> dict[str, Any]:
    payee = page.payee_of(party)
    return {
        "party": party, "label": party_label(party), "name": mask_name(party.name), "payee": payee,
        "key": f"party:{party.code}", "has_more": bool(party.name or party.phone),
    }  # fmt: skip


_PAPER_STATES = {
    RequiredPaper.State.WAITING: "missing", RequiredPaper.State.RECEIVED: "wait", RequiredPaper.State.ACCEPTED: "in",
    RequiredPaper.State.RETURNED: "bad", RequiredPaper.State.WAIVED: "in",
}  # fmt: skip


def _papers(page: ClaimPage) -> dict[str, Any]:
    rows = [
        {
            "view": view, "key": view.paper.key, "state": _PAPER_STATES[RequiredPaper.State(view.paper.state)],
            "whose": party_label(view.paper.party) if view.paper.party else "",
        }
        for view in page.papers
    ]  # fmt: skip
    there = sum(view.paper.is_there for view in page.papers)
    unchecked = sum(view.paper.state == RequiredPaper.State.RECEIVED for view in page.papers)
    return {"rows": rows, "there": there, "all": len(rows), "unchecked": unchecked}


def _may(actor: Actor, page: ClaimPage) -> dict[str, bool]:
    state = page.case.state
    return {
        "hand_over": actor.may(HAND_OVER) and page.case.closed_at is None,
        "note": actor.may(NOTE),
        "erase": actor.may(ERASE_TEXT),
        "message": actor.may(SEND),
        "reveal": actor.may(REVEAL),
        "parties": actor.may(EDIT_PARTIES) and CLAIM.allows(state, "add_party"),
        "papers": actor.may(GIVE_PAPERS) and CLAIM.allows(state, "add_paper"),
        "check": actor.may(CHECK_PAPERS) and CLAIM.allows(state, "add_paper"),
        "extend": actor.may(EXTEND_PROMISE),
        "confirm": actor.may(CONFIRM_PAYMENT),
        "pay": actor.may(PAY),
        "mark_arrived": actor.may(SUPPLEMENT)
        and any(
            view.paper.notice and not view.paper.is_there and view.paper.notice_arrived_at is None
            for view in page.papers
        ),
        "pay_rescue": actor.may(ADVANCE) and any(party.kind == Party.Kind.HOSPITAL for party in page.parties),
        "choose_reviewer": actor.may(CHOOSE_REVIEWER) and CLAIM.allows(state, "review"),
    }


# -- a case from an imported log: its history and how long each step took ----------------------------------------------


def _imported(request: HttpRequest, public_id: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not Case.objects.visible_to(actor).filter(public_id=public_id, kind=IMPORTED).exists():
        raise Missing(_("There is no such case."))
    number = request.GET.get("page", "1")
    found = timeline_of(public_id, actor, page=int(number) if number.isdigit() else 1)
    longest = max((item.row.since.total_seconds() for item in found.rows if item.row.since), default=0.0)
    rows = [
        {
            "item": item,
            "width": f"{100 * item.row.since.total_seconds() / longest:.1f}%" if item.row.since and longest else "0%",
        }
        for item in found.rows
    ]
    return render(
        request,
        "desk/case/imported.html",
        {
            "found": found,
            "case": found.case,
            "row": row_of(found.case),
            "rows": rows,
            "prev_page": found.timeline.page - 1,
            "next_page": found.timeline.page + 1,
        },
    )

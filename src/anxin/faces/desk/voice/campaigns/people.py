"""Who was asked, masked; and who wants no questionnaires, written down for a caller."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.campaigns.forms import OptOutSheet
from anxin.faces.desk.voice.campaigns.lists import HOME, crumbs, find
from anxin.registers.customers.masking import mask_contact
from anxin.registers.customers.models import Customer
from anxin.voice.campaigns.actions import opt_in, opt_out
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.campaigns.optout import contact_kind
from anxin.voice.campaigns.permissions import OPT_OUT, SEE_CAMPAIGNS

TONES = {
    "waiting": ("paused", "clock"), "sent": ("running", "send"), "opened": ("running", "eye"),
    "answered": ("kept", "circle-check"), "expired": ("", "hourglass"), "refused": ("", "circle-minus"),
    "failed": ("broken", "alert-octagon"),
}  # fmt: skip


@require_GET
@staff(SEE_CAMPAIGNS)
def invitations(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = find(public_id, actor)
    filters = Filters(
        chips=[
            Chip.of(request, "state", _("State"), Invitation.State.choices),
            Chip.of(request, "channel", _("Channel"), Campaign.Channel.choices),
        ]
    )
    rows = (
        Invitation.objects.visible_to(actor).filter(campaign=row).select_related("customer", "branch", "person", "case")
    )
    for name in ("state", "channel"):
        if filters.chosen(name):
            rows = rows.filter(**{name: filters.chosen(name)})
    found = window(rows, request)
    return list_page(
        request, heading=_("Invitations"), crumbs=crumbs(row), filters=filters, window=found,
        nothing=_("Nobody was asked yet"), nothing_why=_("The worker makes the invitations after the start."),
        table=Table(
            _("Invitations"),
            [
                (_("Who"), ""), (_("Channel"), ""), (_("State"), ""), (_("Branch"), ""), (_("Case"), ""), (pgettext("survey", "Due"), ""),
                (pgettext("survey", "Sent"), ""), (pgettext("survey", "Opened"), ""), (pgettext("survey", "Answered"), ""), (_("Reminders"), "num"),
            ],
            [
                Row([
                    Cell(_masked(one)), Cell(str(one.get_channel_display())),
                    Cell(str(one.get_state_display()), tone=TONES[one.state][0], icon=TONES[one.state][1]),
                    Cell(str(one.branch or "")),
                    Cell(one.case.number if one.case else "", small=str(one.person or "")),
                    Cell(moment(one.due_at), css="nowrap"), Cell(moment(one.sent_at), css="nowrap"),
                    Cell(moment(one.opened_at), css="nowrap"), Cell(moment(one.answered_at), css="nowrap"),
                    num(str(one.reminders_sent)),
                ])
                for one in found.rows
            ],
        ),
    )  # fmt: skip


def _masked(row: Invitation) -> str:
    if row.customer is not None:
        return row.customer.masked_name
    return mask_contact(contact_kind(row.contact), row.contact) if row.contact else _("nobody named")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(OPT_OUT)
def optout(request: HttpRequest) -> HttpResponse:
    """For whoever calls and wants no questionnaires, or wants them again: by customer number or by contact."""
    actor, now = who(request)
    posted = request.method == "POST"
    form = OptOutSheet(request.POST if posted else None, initial={"who": request.GET.get("who", "")[:200]})
    page = FormPage(
        _("Who wants no questionnaires"), _("No more questionnaires"), HOME if actor.may(SEE_CAMPAIGNS) else "/desk/",
        crumbs() if actor.may(SEE_CAMPAIGNS) else (),
        _("Holds at once for every campaign and channel. They can be asked again only after they say so."),
        template="desk/voice/campaigns/optout.html",
    )  # fmt: skip
    if posted:

        def act(given: dict[str, str]) -> bool:
            said = given["who"].strip()
            customer = Customer.objects.visible_to(actor).filter(external_id=said).first() or (
                Customer.objects.visible_to(actor).filter(public_id=said).first()
            )
            change = opt_in if "again" in request.POST else opt_out
            if customer is not None:
                change(customer=customer, actor=actor, now=now)
            else:
                change(contact=said, actor=actor, now=now)
            return True

        if attempt(form, act):
            again = "again" in request.POST
            messages.success(
                request, _("They may be asked again.") if again else _("They receive no more questionnaires.")
            )
            return redirect("desk:campaign-optout")
    return page.show(request, form)

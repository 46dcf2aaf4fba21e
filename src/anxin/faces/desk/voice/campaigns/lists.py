"""The list of campaigns, and what the campaigns' pages share."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.formats import day
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import Act, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.voice.campaigns.models import Campaign
from anxin.voice.campaigns.permissions import OPT_OUT, RUN_CAMPAIGNS, SEE_CAMPAIGNS
from anxin.voice.responses.permissions import SEE_RESPONSES

HOME = "/desk/voice/campaigns/"
TONES = {
    "draft": ("", "edit"), "running": ("running", "player-play"), "paused": ("paused", "player-pause"),
    "ended": ("kept", "circle-check"),
}  # fmt: skip


def crumbs(row: Campaign | None = None) -> list[tuple[str, str]]:
    way = [("/desk/voice/", _("Customer voice")), (HOME, _("Campaigns"))]
    return [*way, (f"{HOME}{row.public_id}/", str(row))] if row is not None else way


def find(public_id: str, actor: Actor) -> Campaign:
    rows = Campaign.objects.visible_to(actor).select_related("version__questionnaire", "branch", "created_by")
    row = rows.defer("version__body").filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such campaign."))
    return row


def state_cell(row: Campaign) -> Cell:
    tone, icon = TONES[row.state]
    return Cell(str(row.get_state_display()), tone=tone, icon=icon)


@require_GET
@staff(SEE_CAMPAIGNS)
def campaigns(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    words = request.GET.get("text", "").strip()[:80]
    filters = Filters(
        chips=[
            Chip.of(request, "state", _("State"), Campaign.State.choices),
            Chip.of(request, "occasion", _("Occasion"), Campaign.Occasion.choices),
        ],
        text=words, text_label=_("Name or questionnaire"),
    )  # fmt: skip
    rows = Campaign.objects.visible_to(actor).select_related("version__questionnaire", "branch").defer("version__body")
    for name in ("state", "occasion"):
        if filters.chosen(name):
            rows = rows.filter(**{name: filters.chosen(name)})
    if words:
        rows = rows.filter(
            Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(wave__icontains=words)
            | Q(version__questionnaire__name_zh__icontains=words) | Q(version__questionnaire__name_en__icontains=words)
        )  # fmt: skip
    found = window(rows, request)
    shown = [row.pk for row in found.rows]
    counted = Campaign.objects.filter(pk__in=shown)
    returned = dict(
        counted.annotate(n=Count("responses", filter=Q(responses__state="complete"))).values_list("pk", "n")
    )
    asked = dict(counted.annotate(n=Count("invitations")).values_list("pk", "n"))
    acts = [Act(f"{HOME}add/", _("New campaign"), main=True)] if actor.may(RUN_CAMPAIGNS) else []
    if actor.may(SEE_RESPONSES):
        acts.append(Act(f"{HOME}ratings/", _("Ratings")))
    if actor.may(OPT_OUT):
        acts.append(Act(f"{HOME}optout/", _("Who wants no questionnaires")))
    return list_page(
        request, heading=_("Campaigns"), crumbs=crumbs()[:1], filters=filters, window=found, acts=acts,
        nothing=_("No campaigns here"), nothing_why=_("A campaign asks people a published questionnaire."),
        table=Table(
            _("Campaigns"),
            [
                (_("Campaign"), ""), (_("Questionnaire"), ""), (_("State"), ""), (_("Occasion"), ""), (_("Branch"), ""),
                (pgettext("survey", "Asked"), "num"), (pgettext("survey", "Returned"), "num"), (_("Since"), ""),
            ],
            [
                Row([
                    Cell(str(row), f"{HOME}{row.public_id}/", small=_("Pre-test") if row.is_pretest else row.wave),
                    Cell(str(row.version)), state_cell(row), Cell(str(row.get_occasion_display())),
                    Cell(str(row.branch) if row.branch else _("All branches")), num(f"{asked.get(row.pk, 0):,}"),
                    num(f"{returned.get(row.pk, 0):,}"), Cell(day(row.starts_at or row.created_at), css="nowrap"),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip

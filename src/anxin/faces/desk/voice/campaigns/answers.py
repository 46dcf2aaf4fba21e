"""Single answers, for those who may read them; erasing one; and ratings by branch and person."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.access.errors import Missing
from anxin.access.formats import duration, moment, share
from anxin.access.models import User
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.campaigns.forms import SERVICES
from anxin.faces.desk.voice.campaigns.lists import HOME, crumbs, find
from anxin.faces.desk.voice.campaigns.views import flag_words
from anxin.voice.campaigns.models import Campaign
from anxin.voice.campaigns.permissions import SEE_CAMPAIGNS
from anxin.voice.questionnaires.form import OTHER, answer_in_words
from anxin.voice.questionnaires.loading import definition_of
from anxin.voice.responses.actions import erase_response
from anxin.voice.responses.models import Response
from anxin.voice.responses.permissions import EXPORT_RESPONSES, SEE_RESPONSES
from anxin.voice.responses.queries import Rated, branch_names, rated_by

PERIODS = ("30", "90", "365")
_LANGUAGES = {"zh": gettext_lazy("Chinese"), "en": gettext_lazy("English")}


@require_GET
@staff(SEE_CAMPAIGNS, SEE_RESPONSES)
def answers(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = find(public_id, actor)
    filters = Filters(
        chips=[
            Chip.of(request, "state", _("State"), Response.State.choices),
            Chip.of(request, "source", _("Source"), Response.Source.choices),
            Chip.of(request, "screened", _("Screening"), [("valid", _("valid")), ("marked", _("marked"))]),
        ]
    )
    rows = Response.objects.visible_to(actor).filter(campaign=row).select_related("branch").defer("answers")
    for name in ("state", "source"):
        if filters.chosen(name):
            rows = rows.filter(**{name: filters.chosen(name)})
    if filters.chosen("screened") == "valid":
        rows = rows.filter(state=Response.State.COMPLETE, flags=[])
    elif filters.chosen("screened"):
        rows = rows.exclude(flags=[])
    found = window(rows, request)
    base = f"{HOME}{public_id}/answers/"
    return list_page(
        request, heading=_("Answers"), crumbs=crumbs(row), filters=filters, window=found, nothing=_("No answers yet"),
        nothing_why=_("They appear here while people answer."),
        table=Table(
            _("Answers"),
            [
                (pgettext("survey", "Begun"), ""), (_("State"), ""), (_("Source"), ""), (_("Branch"), ""), (_("Language"), ""),
                (_("Time spent"), "num"), (_("Marks"), ""), (pgettext("survey", "Sent"), ""),
            ],
            [
                Row([
                    Cell(moment(one.started_at), f"{base}{one.public_id}/", css="nowrap"), Cell(str(one.get_state_display())),
                    Cell(str(one.get_source_display())), Cell(str(one.branch or "")), Cell(_language(one)),
                    num(duration(one.seconds) if one.seconds else ""),
                    Cell(", ".join(flag_words().get(flag, flag) for flag in one.flags)),
                    Cell(moment(one.submitted_at), css="nowrap"),
                ])
                for one in found.rows
            ],
        ),
    )  # fmt: skip


def _language(row: Response) -> str:
    return str(_LANGUAGES.get(row.language, row.language))


def _find(campaign: Campaign, response: str, request: HttpRequest) -> Response:
    actor, _now = who(request)
    rows = Response.objects.visible_to(actor).select_related("version", "branch", "customer", "case", "person")
    row = rows.defer("version__body").filter(campaign=campaign, public_id=response).first()
    if row is None:
        raise Missing(_("There is no such answer."))
    return row


@require_GET
@staff(SEE_CAMPAIGNS, SEE_RESPONSES)
def one(request: HttpRequest, public_id: str, response: str) -> HttpResponse:
    """What one person answered, question by question; who it was stays masked."""
    actor, _now = who(request)
    asked = find(public_id, actor)
    row = _find(asked, response, request)
    definition, given = definition_of(row.version), row.given
    language = (
        "en" if (get_language() or "").startswith("en") and "en" in definition.languages else definition.languages[0]
    )
    listed = []
    for page in definition.pages:
        for question in page.questions:
            words = answer_in_words(question, given.get(question.code), language, given)
            own = str(given.get(question.code + OTHER, "") or "")
            listed.append(
                (question.code, question.text.get(language), words or "–", own if own and own not in words else "")
            )
    return render(
        request, "desk/voice/campaigns/answer.html",
        {
            "campaign": asked, "row": row, "crumbs": [*crumbs(asked), (f"{HOME}{public_id}/answers/", _("Answers"))],
            "listed": listed, "may_erase": actor.may(EXPORT_RESPONSES) and "erased" not in row.flags,
            "facts": [
                (_("State"), str(row.get_state_display()), ""), (_("Source"), str(row.get_source_display()), ""),
                (_("Who"), row.customer.masked_name if row.customer else _("not kept"), ""),
                (_("Branch"), str(row.branch or ""), ""),
                (_("Case"), row.case.number if row.case else "", f"/desk/cases/{row.case.public_id}/" if row.case else ""),
                (pgettext("survey", "Begun"), moment(row.started_at), ""), (pgettext("survey", "Sent"), moment(row.submitted_at), ""),
                (_("Time spent"), duration(row.seconds) if row.seconds else "", ""), (_("Language"), _language(row), ""),
                (_("Marks"), ", ".join(flag_words().get(flag, flag) for flag in row.flags) or _("none"), ""),
            ],
        },
    )  # fmt: skip


@require_POST
@staff(SEE_CAMPAIGNS, SEE_RESPONSES, EXPORT_RESPONSES)
def erase(request: HttpRequest, public_id: str, response: str) -> HttpResponse:
    actor, now = who(request)
    row = _find(find(public_id, actor), response, request)
    erase_response(response=row.public_id, actor=actor, now=now)
    messages.success(request, _("The answer is erased; that there was one stays counted."))
    return redirect("desk:campaign-answer", public_id=public_id, response=response)


@require_GET
@staff(SEE_RESPONSES)
def ratings(request: HttpRequest) -> HttpResponse:
    """Ratings after services, by branch and by person: number, mean and the satisfied, each with its interval."""
    actor, now = who(request)
    filters = Filters(
        chips=[
            Chip.of(request, "service", _("Service"), [choice for choice in SERVICES if choice[0]]),
            Chip.of(
                request, "days", _("Period"), [(days, _("last %(days)s days") % {"days": days}) for days in PERIODS]
            ),
        ]
    )
    service, days = filters.chosen("service"), filters.chosen("days")
    since = now - timedelta(days=int(days)) if days else None
    branches = rated_by(actor, "branch", service=service, since=since)
    people = rated_by(actor, "person", service=service, since=since)
    names = branch_names(str(row.key or "") for row in branches)
    staff_names = {
        str(user.pk): str(user) for user in User.objects.filter(pk__in=[row.key for row in people if row.key])
    }
    return render(
        request, "desk/voice/campaigns/ratings.html",
        {
            "filters": filters, "crumbs": crumbs()[: 2 if actor.may(SEE_CAMPAIGNS) else 1], "any": bool(branches),
            "tables": [
                _rated(_("By branch"), _("Branch"), branches, names), _rated(_("By person"), _("Person"), people, staff_names),
            ],
        },
    )  # fmt: skip


def _rated(caption: str, head: str, rows: list[Rated], names: dict[str, str]) -> Table:
    return Table(
        caption,
        [
            (head, ""), (_("Ratings"), "num"), (_("Mean of 1 to 5"), "num"), (_("95% interval"), "num"),
            (_("Satisfied (4 or 5)"), "num"), (_("95% interval"), "num"),
        ],
        [
            Row([
                Cell(names.get(str(row.key), "") or _("not known")), num(f"{row.n:,}"), num(f"{row.mean:.2f}"),
                num(f"{row.mean_interval.low:.2f} – {row.mean_interval.high:.2f}" if row.mean_interval else "–"),
                num(share(row.satisfied)),
                num(f"{share(row.satisfied_interval.low)} – {share(row.satisfied_interval.high)}"),
            ])
            for row in rows
        ],
    )  # fmt: skip

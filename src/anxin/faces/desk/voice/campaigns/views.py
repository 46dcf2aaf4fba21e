"""A campaign's own pages: set up, look, preview, start and stop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.access.formats import full_day, moment, share
from anxin.access.models import Branch
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import FormPage, who
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num
from anxin.faces.desk.voice.campaigns.forms import AUDIENCES, SERVICES, CampaignSheet, ListSheet
from anxin.faces.desk.voice.campaigns.lists import HOME, crumbs, find, state_cell
from anxin.registers.products.models import Line
from anxin.voice.campaigns import actions
from anxin.voice.campaigns.links import open_link, qr
from anxin.voice.campaigns.models import Campaign
from anxin.voice.campaigns.occasions import ACTIVITIES
from anxin.voice.campaigns.permissions import RUN_CAMPAIGNS, SEE_CAMPAIGNS
from anxin.voice.campaigns.reaching import preview
from anxin.voice.paper.permissions import PRINT_PAPER, READ_PAPER, SEE_PAPER
from anxin.voice.paper.queries import on_paper
from anxin.voice.reports.models import Report
from anxin.voice.reports.permissions import REQUEST_REPORTS
from anxin.voice.reports.queries import newest_of
from anxin.voice.responses.permissions import SEE_RESPONSES
from anxin.voice.responses.queries import SEGMENTS, Funnel, branch_names, by_segment, flag_counts, funnel

# People looked at for a draft's page; counting more is asked for, since a register of a million takes its time.
PREVIEWED = 10_000


def reasons() -> dict[str, str]:
    return {
        "asked": _("asked in this campaign already"), "opted_out": _("want no questionnaires"),
        "quiet": _("asked by some campaign lately"), "no_contact": _("cannot be reached by these channels"),
    }  # fmt: skip


def flag_words() -> dict[str, str]:
    return {
        "straight": _("every rating alike"), "fast": _("faster than one can read"), "missing": _("half the ratings missing"),
        "erased": _("erased"),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_CAMPAIGNS, RUN_CAMPAIGNS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = CampaignSheet(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST":
        made = attempt(form, lambda _given: actions.create_campaign(values=form.values(), actor=actor, now=now))
        if made is not None:
            messages.success(request, _("The campaign is a draft: nobody is asked before you start it."))
            upload_next = made.audience.get("kind") == "upload"
            return redirect("desk:campaign-list" if upload_next else "desk:campaign", public_id=made.public_id)
    return _page(_("New campaign"), HOME, crumbs()).show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_CAMPAIGNS, RUN_CAMPAIGNS)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    form = CampaignSheet(request.POST if request.method == "POST" else None, actor=actor, campaign=row)
    if request.method == "POST":
        done = attempt(
            form,
            lambda _given: actions.change_campaign(campaign=public_id, values=form.values(), actor=actor, now=now),
        )
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:campaign", public_id=public_id)
    page = _page(_("Change the campaign"), f"{HOME}{public_id}/", crumbs(row))
    return page.show(request, form)


def _page(title: str, back: str, way: list[tuple[str, str]]) -> FormPage:
    return FormPage(
        title, _("Save"), back, way,
        template="desk/voice/campaigns/form.html",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_CAMPAIGNS, RUN_CAMPAIGNS)
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """A list of people: all of it, or each bad row named and nothing kept."""
    actor, now = who(request)
    row = find(public_id, actor)
    posted = request.method == "POST"
    form = ListSheet(request.POST if posted else None, request.FILES if posted else None)
    page = FormPage(
        _("List of people"), _("Upload"), f"{HOME}{public_id}/", crumbs(row),
        _("One bad row and nothing is taken; every fault is named by line and column. A new list replaces the old one."),
        template="desk/admin/upload.html",
    )  # fmt: skip
    if posted:
        report = attempt(
            form,
            lambda given: actions.upload_list(campaign=public_id, content=given["file"].read(), actor=actor, now=now),
        )
        if report is not None and report.ok:
            messages.success(request, _("%(many)d people are on the list.") % {"many": report.created})
            return redirect("desk:campaign", public_id=public_id)
        if report is not None:
            page.more.update(bad=report.bad, bad_count=report.bad_count, file_name=form.cleaned_data["file"].name)
            form.add_error("file", _("Nothing was taken. Mend these rows and upload the file again."))
    return page.show(request, form)


@require_GET
@staff(SEE_CAMPAIGNS)
def campaign(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    counted = funnel(row)
    report = newest_of(Report.Kind.CAMPAIGN, public_id, actor)
    mine = actor.may(RUN_CAMPAIGNS) and (actor.branch_ids is None or row.branch_id is not None)
    is_open = row.occasion == Campaign.Occasion.OPEN
    looked_at = None if "all" in request.GET else PREVIEWED
    asks_once = row.state == Campaign.State.DRAFT and row.occasion == Campaign.Occasion.ONCE
    shown = preview(row, now, most=looked_at) if asks_once else None
    left_out = shown.left_out if shown else row.left_out
    return render(
        request, "desk/voice/campaigns/campaign.html",
        {
            "campaign": row, "crumbs": crumbs(), "state": state_cell(row), "may": mine, "facts": _facts(row),
            "preview": shown, "steps": _steps(counted), "rate": _rate(counted), "is_open": is_open,
            "channels": ", ".join(
                f"{Campaign.Channel(name).label} {many:,}" for name, many in (shown.by_channel if shown else {}).items()
            ),
            "left_out": [(reasons().get(name, name), many) for name, many in left_out.items() if many],
            "filling": row.state == "running" and row.occasion == "once" and row.filled_at is None,
            "flags": [(flag_words().get(name, name), many) for name, many in flag_counts(row).most_common()],
            "segments": [] if row.state == Campaign.State.DRAFT else [_segment(row, name) for name in SEGMENTS],
            "links": _links(row, actor) if is_open else [], "sees_answers": actor.may(SEE_RESPONSES),
            "may_report": actor.may(REQUEST_REPORTS) and bool(counted.returned), "report": report, "when": moment(report.asked_at) if report else "",
            "paper": _paper(row, actor),
        },
    )  # fmt: skip


def _paper(row: Campaign, actor: Actor) -> dict[str, Any] | None:
    """What was printed and came back, and where more is done about it; None where paper plays no part."""
    if row.state == Campaign.State.DRAFT or not actor.may(SEE_PAPER):
        return None
    printed = row.occasion == Campaign.Occasion.PAPER or row.print_runs.exists()
    counts = on_paper(row) if printed else None
    prints = actor.may(PRINT_PAPER) and row.state in (Campaign.State.RUNNING, Campaign.State.PAUSED)
    return {
        "counts": counts, "prints": prints, "reads": actor.may(READ_PAPER),
        "invites": prints and bool(row.audience) and not row.is_anonymous and row.occasion == Campaign.Occasion.PAPER,
    }  # fmt: skip


def _facts(row: Campaign) -> list[tuple[str, str, str]]:
    facts = [
        (_("Questionnaire"), f"{row.version} · {row.version.get_state_display()}", ""),
        (_("Occasion"), str(row.get_occasion_display()), ""),
        (_("Channels"), ", ".join(str(Campaign.Channel(one).label) for one in row.channels), ""),
        (_("Branch"), str(row.branch) if row.branch else _("All branches"), ""),
    ]
    if row.audience:
        facts.append((_("Whom to ask"), audience_words(row), ""))
    if row.occasion == Campaign.Occasion.EVENT:
        what = str(ACTIVITIES.get(row.trigger.get("activity", ""), ""))
        facts.append((_("After what happened"), _("%(what)s, %(hours)d hours later") % {
            "what": what, "hours": row.trigger.get("after_hours", 24)}, ""))  # fmt: skip
    return [
        *facts,
        (_("From"), moment(row.starts_at), ""), (_("Until"), moment(row.ends_at), ""),
        (_("An invitation is good for (days)"), str(row.expires_after_days), ""),
        (_("Reminders after (days)"), ", ".join(map(str, row.remind_after_days)) or _("none"), ""),
        (_("Ask nobody again within (days)"), str(row.quiet_days), ""),
        (_("Rates"), str(dict(SERVICES).get(row.rates, "")) if row.rates else "", ""),
        (_("Wave"), row.wave, ""),
        (_("Answers"), _("anonymous") if row.is_anonymous else _("with the person"), ""),
        (_("Created"), f"{full_day(row.created_at)} {row.created_by or ''}", ""),
    ]  # fmt: skip


def audience_words(row: Campaign) -> str:
    """Whom a campaign asks, in a line."""
    data = row.audience
    kind = data.get("kind", "segment")
    parts = [str(dict(AUDIENCES)[kind])]
    if kind == "upload":
        return _("%(what)s: %(many)d people") % {"what": parts[0], "many": row.recipients.count()}
    if kind == "claims":
        happened = pgettext("claim", "paid in full") if data.get("happened") == "paid" else pgettext("claim", "closed")
        parts.append(_("%(what)s in the last %(days)d days") % {"what": happened, "days": data.get("days", 7)})
    if data.get("branches"):
        parts.append(", ".join(str(one) for one in Branch.objects.filter(code__in=data["branches"])))
    if data.get("lines"):
        parts.append(", ".join(str(dict(Line.choices).get(one, one)) for one in data["lines"]))
    least, most = data.get("policy_days") or (None, None)
    if least is not None:
        parts.append(_("policy begun at least %(days)d days ago") % {"days": least})
    if most is not None:
        parts.append(_("policy begun at most %(days)d days ago") % {"days": most})
    if data.get("regions"):
        parts.append(_("address with %(words)s") % {"words": ", ".join(data["regions"])})
    return " · ".join(parts)


def _steps(found: Funnel) -> list[dict[str, Any]]:
    """The way from asked to valid, each with its share of the first that is known."""
    steps = [
        (pgettext("survey", "Issued"), found.issued), (pgettext("survey", "Opened"), found.opened), (pgettext("survey", "Begun"), found.begun), (pgettext("survey", "Returned"), found.returned),
        (pgettext("survey", "Valid"), found.valid),
    ]  # fmt: skip
    known = [(name, many) for name, many in steps if many is not None]
    first = known[0][1] if known else 0
    return [
        {"name": name, "many": f"{many:,}", "share": share(many / first) if first else "", "part": round(100 * many / first) if first else 0}
        for name, many in known
    ]  # fmt: skip


def _rate(found: Funnel) -> str:
    if found.rate is None or found.share is None:
        return ""
    return _("Response rate %(rate)s (95%% interval %(low)s to %(high)s)") % {
        "rate": share(found.share), "low": share(found.rate.low), "high": share(found.rate.high),
    }  # fmt: skip


def _segment(row: Campaign, name: str) -> Table:
    found = by_segment(row, name)
    heads = {"channel": _("Channel"), "branch": _("Branch"), "line": _("Line of business")}
    words = (
        branch_names(one.name for one in found)
        if name == "branch"
        else dict(Campaign.Channel.choices if name == "channel" else Line.choices)
    )
    return Table(
        _("Response by %(what)s") % {"what": heads[name]},
        [(heads[name], ""), (pgettext("survey", "Issued"), "num"), (pgettext("survey", "Opened"), "num"), (pgettext("survey", "Returned"), "num"), (_("Response rate"), "num"), (_("95% interval"), "num")],
        [
            Row([
                Cell(str(words.get(one.name, one.name)) or _("not known")), num(f"{one.issued:,}" if one.issued else "–"),
                num(f"{one.opened:,}" if one.issued else "–"), num(f"{one.returned:,}"),
                num(share(one.share) if one.share is not None else "–"),
                num(f"{share(one.rate.low)} – {share(one.rate.high)}" if one.issued else "–"),
            ])
            for one in found
        ],
    )  # fmt: skip


def _links(row: Campaign, actor: Actor) -> list[dict[str, str]]:
    """The open link for each branch; with its QR codes and the plain address for WeChat."""
    places = Branch.objects.all() if actor.branch_ids is None else Branch.objects.filter(pk__in=actor.branch_ids)
    if row.branch_id is not None:
        places = places.filter(pk=row.branch_id)
    base = f"{HOME}{row.public_id}/code/"
    found = [
        {"name": _("Everywhere"), "url": open_link(row, channel="wechat" if "wechat" in row.channels else ""),
         "svg": f"{base}svg/", "png": f"{base}png/"}
    ]  # fmt: skip
    return found + [
        {
            "name": str(place), "svg": f"{base}svg/?at={place.code}", "png": f"{base}png/?at={place.code}",
            "url": open_link(row, channel="wechat" if "wechat" in row.channels else "qr", branch=place.code),
        }
        for place in places
    ]  # fmt: skip


@require_GET
@staff(SEE_CAMPAIGNS)
def code(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The QR code of an open link, to print for a branch: /code/svg/?at=3205 or /code/png/."""
    actor, _now = who(request)
    row = find(public_id, actor)
    if row.occasion != Campaign.Occasion.OPEN or kind not in ("svg", "png"):
        raise Missing(_("There is no such page."))
    place = Branch.objects.filter(code=request.GET.get("at", "")[:12]).first()
    content, type_ = qr(open_link(row, channel="qr", branch=place.code if place else ""), kind)
    name = f"qr-{place.code if place else 'all'}.{kind}"
    headers = {"Content-Disposition": f'{"attachment" if "save" in request.GET else "inline"}; filename="{name}"'}
    return HttpResponse(content, content_type=type_, headers=headers)


@require_POST
@staff(SEE_CAMPAIGNS, RUN_CAMPAIGNS)
def do(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """`act` is start, pause, resume, end or delete."""
    actor, now = who(request)
    if act == "delete":
        actions.delete_draft(campaign=public_id, actor=actor, now=now)
        messages.success(request, _("The draft is deleted."))
        return redirect("desk:campaigns")
    acts = {
        "start": (actions.start_campaign, _("The campaign runs.")),
        "pause": (actions.pause_campaign, _("Paused: nothing is sent, and links say so.")),
        "resume": (actions.resume_campaign, _("The campaign goes on.")),
        "end": (actions.end_campaign, _("The campaign has ended.")),
    }
    if act not in acts:
        raise Missing(_("There is no such page."))
    action, said = acts[act]
    try:
        action(campaign=public_id, actor=actor, now=now)
    except Invalid as refused:
        messages.error(request, " ".join([str(refused.message), *refused.fields.values()][:3]))
    else:
        messages.success(request, said)
    return redirect("desk:campaign", public_id=public_id)

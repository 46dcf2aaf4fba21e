"""The machinery of the journal: deliveries that wait or gave up, the chains, the checkpoints."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.permissions import SEE_ADMINISTRATION
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.views_admin.rules.words import activity_word
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num
from anxin.journal.actions import make_checkpoint
from anxin.journal.chain import Report, verify
from anxin.journal.deliveries import revive
from anxin.journal.models import Case, Checkpoint, Delivery, Event
from anxin.journal.permissions import OPERATE, VERIFY

MOST_EVENTS = 200_000
"""More than this is checked by the command line, which shows its progress: a page must answer while one waits."""
SHOWN = 100


@require_GET
@staff(SEE_ADMINISTRATION, VERIFY)
def journal(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    asked = request.GET.get("check", "").strip()[:40]
    events = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = _checked(request, asked, events)
    if "report" in found:
        found["broken"] = [
            _("%(case)s, event %(number)d: %(what)s")
            % {"case": item["case"] or "–", "number": item["seq"], "what": broken_words(item["what"])}
            for item in found["report"].broken
        ]
    deliveries = _deliveries_of(actor)
    open_rows = deliveries.filter(state__in=[Delivery.State.WAITING, Delivery.State.LEASED])
    waiting = open_rows.aggregate(many=Count("pk"), since=Min("next_try_at"))
    failing = open_rows.filter(attempts__gt=0).select_related("event__case").order_by("-attempts", "pk")[:SHOWN]
    dead_rows = deliveries.filter(state=Delivery.State.DEAD)
    return render(
        request, "desk/admin/journal.html",
        {
            "crumbs": [("/desk/admin/", _("Administration"))], "may_operate": actor.may(OPERATE), "asked": "" if asked == "all" else asked, **found,
            "waiting": waiting["many"], "overdue_since": waiting["since"] if waiting["many"] else None,
            "is_late": bool(waiting["since"] and (timezone.now() - waiting["since"]).total_seconds() > 120),
            "failing": _deliveries(list(failing)), "dead_count": dead_rows.count(),
            "dead": [
                (row, activity_word(row.event.activity), row.event.case)
                for row in dead_rows.select_related("event__case").order_by("pk")[:SHOWN]
            ],
            "checkpoints": _checkpoints(), "events": events, "too_many": events > MOST_EVENTS,
        },
    )  # fmt: skip


def _deliveries_of(actor: Actor) -> Any:
    """Of the branches this person may see: an error names its case."""
    rows = Delivery.objects.all()
    return rows if actor.branch_ids is None else rows.filter(event__case__branch__in=actor.branch_ids)


def _checked(request: HttpRequest, asked: str, events: int) -> dict[str, Any]:
    """What a check found: of one case by its number or id, or of everything with `all`."""
    if not asked:
        return {}
    if asked == "all":
        return {"report": verify(), "told": _("Every chain")} if events <= MOST_EVENTS else {}
    actor, _now = who(request)
    rows = list(Case.objects.visible_to(actor).filter(number=asked).select_related("branch")[:20])
    rows += list(Case.objects.visible_to(actor).filter(public_id=asked).select_related("branch"))
    if not rows:
        return {"nothing": True}
    merged = Report()
    for case in rows:
        report = verify(case=case)
        merged.cases += report.cases
        merged.events += report.events
        merged.broken += report.broken
    return {"report": merged, "told": _(", ").join(f"{case.branch.short} {case.number}" for case in rows)}


def broken_words(what: str) -> str:
    words = {
        "changed": _("an event was changed"), "missing": _("an event is missing"), "doubled": _("an event is there twice"),
        "tail": _("the last events are missing"), "no-case": _("events without their case"),
        "checkpoint": _("a checkpoint does not fit"),
    }  # fmt: skip
    return words.get(what, what)


def _deliveries(rows: list[Delivery]) -> Table:
    return Table(
        _("Tried again"),
        [(_("Reaction"), ""), (_("Event"), ""), (_("Case"), ""), (_("Tries"), "num"), (_("Next try"), ""), (_("Fault"), "")],
        [
            Row([
                Cell(row.reaction), Cell(activity_word(row.event.activity)),
                Cell(row.event.case.number, f"/desk/cases/{row.event.case.public_id}/"), num(str(row.attempts)),
                Cell(moment(row.next_try_at), css="nowrap"), Cell(row.error.strip().rpartition("\n")[2][:200]),
            ])
            for row in rows
        ],
    )  # fmt: skip


def _checkpoints() -> Table:
    return Table(
        _("Checkpoints"),
        [(_("Made"), ""), (_("Cases"), "num"), (_("Events"), "num"), (_("Digest"), "")],
        [
            Row([
                Cell(moment(row.made_at), css="nowrap"), num(f"{row.cases:,}"), num(f"{row.events:,}"),
                Cell(f"{row.digest[:16]}…"),
            ])
            for row in Checkpoint.objects.order_by("-pk")[:20]
        ],
    )  # fmt: skip


@require_POST
@staff(SEE_ADMINISTRATION, OPERATE)
def revive_one(request: HttpRequest, delivery_id: int) -> HttpResponse:
    actor, _now = who(request)
    if not _deliveries_of(actor).filter(pk=delivery_id).exists() or not revive(delivery_id):
        raise Missing(_("There is no such delivery, or it has not given up."))
    messages.success(request, _("The delivery is tried again."))
    return redirect("desk:journal")


@require_POST
@staff(SEE_ADMINISTRATION, OPERATE)
def checkpoint(request: HttpRequest) -> HttpResponse:
    _actor, now = who(request)
    made = make_checkpoint(now=now)
    messages.success(
        request,
        _("Checkpoint over %(cases)d cases and %(events)d events is made.")
        % {"cases": made.cases, "events": made.events},
    )
    return redirect("desk:journal")

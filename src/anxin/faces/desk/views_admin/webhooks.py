"""Who is told of events, and how that goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Sheet, attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.rules.words import activity_word
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.journal.activities import all_activities
from anxin.webhooks import actions
from anxin.webhooks.models import Attempt, Subscription
from anxin.webhooks.permissions import SEE_WEBHOOKS, SUBSCRIBE
from anxin.webhooks.sending import send_test

HOME = "/desk/admin/webhooks/"
_TONES = {
    "active": ("kept", "circle-check"),
    "paused": ("paused", "player-pause"),
    "stopped": ("broken", "alert-octagon"),
}


class Subscribe(Sheet):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Begins with https://; events are sent there, signed."),
    )
    activities = forms.MultipleChoiceField(
        label=gettext_lazy("Which events"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all that you may see."),
    )  # fmt: skip
    from_start = forms.BooleanField(
        label=gettext_lazy("Tell everything from the beginning, not only from now on"), required=False
    )
    whole = frozenset({"url", "activities", "from_start"})

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        rooms = sorted({item.name.partition(".")[0] for item in all_activities()})
        listed = [(f"{room}.*", _("%(room)s: all of them") % {"room": room}) for room in rooms]
        listed += [
            (item.name, f"{activity_word(item.name)} · {item.name}")
            for item in all_activities()
            if "%(" not in str(item.title)
        ]
        self.fields["activities"].choices = sorted(listed, key=lambda pair: pair[0].replace(".*", ".!"))  # type: ignore[attr-defined]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/admin/", _("Administration")), *more]


def stopped_webhooks(actor: Actor) -> int:
    return Subscription.objects.visible_to(actor).filter(state=Subscription.State.STOPPED).count()


@require_GET
@staff(SEE_WEBHOOKS)
def webhooks(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(chips=[Chip.of(request, "state", _("State"), Subscription.State.choices)])
    rows = Subscription.objects.visible_to(actor).select_related("user")
    if filters.chosen("state"):
        rows = rows.filter(state=filters.chosen("state"))
    found = window(rows, request)
    return list_page(
        request, heading=_("Webhooks"), crumbs=crumbs(), filters=filters, window=found, nothing=_("No webhooks here"),
        acts=[Act(f"{HOME}add/", _("Add a webhook"), main=True)] if actor.may(SUBSCRIBE) else [],
        nothing_why=_("Another system can be told of events the moment they are recorded."),
        under=_("Events are told in order, each at least once; what fails is tried again for about a day."),
        table=Table(
            _("Webhooks"),
            [
                (_("Address"), ""), (_("Whose"), ""), (_("Events"), ""), (_("State"), ""), (_("Failures in a row"), "num"),
                (_("Last taken"), ""), (_("Last fault"), ""),
            ],
            [
                Row([
                    Cell(row.url, f"{HOME}{row.public_id}/"), Cell(str(row.user)), Cell(", ".join(row.activities) or _("all")),
                    _state(row), num(str(row.attempts)), Cell(moment(row.last_success_at) or _("never"), css="nowrap"),
                    Cell(row.error),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


def _state(row: Subscription) -> Cell:
    tone, icon = _TONES[row.state]
    return Cell(str(row.get_state_display()), tone=tone, icon=icon)


def _find(public_id: str, actor: Actor) -> Subscription:
    found = Subscription.objects.visible_to(actor).select_related("user").filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such webhook."))
    return found


@require_GET
@staff(SEE_WEBHOOKS)
def webhook(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = _find(public_id, actor)
    tries = list(Attempt.objects.filter(subscription=row).select_related("event__case")[:50])
    return render(
        request, "desk/admin/webhook.html",
        {
            "webhook": row, "crumbs": crumbs((HOME, _("Webhooks"))), "state": _state(row), "may": actor.may(SUBSCRIBE),
            "facts": [
                (_("Whose"), str(row.user), ""), (_("Events"), ", ".join(row.activities) or _("all"), ""),
                (_("Failures in a row"), str(row.attempts), ""), (_("Last taken"), moment(row.last_success_at) or _("never"), ""),
                (_("Last fault"), row.error, ""), (_("Next try"), moment(row.next_try_at) if row.attempts else "", ""),
                (_("Since"), moment(row.created_at), ""),
            ],
            "tries": Table(
                _("Last tries"),
                [(_("When"), ""), (_("Event"), ""), (_("Case"), ""), (_("Try"), "num"), (_("Answer"), ""), (_("Took (ms)"), "num")],
                [
                    Row([
                        Cell(moment(item.at), css="nowrap"), Cell(activity_word(item.event.activity)),
                        Cell(item.event.case.number, f"/desk/cases/{item.event.case.public_id}/"), num(str(item.serial)),
                        Cell(str(item.status), tone="kept", icon="check") if item.succeeded
                        else Cell(item.error or str(item.status), tone="broken", icon="alert-octagon"),
                        num(str(item.milliseconds)),
                    ])
                    for item in tries
                ],
            ),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_WEBHOOKS, SUBSCRIBE)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = Subscribe(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(form, lambda given: actions.subscribe(**given, actor=actor, now=now))
        if made is not None:
            return _secret(request, made)
    page = FormPage(_("Add a webhook"), _("Add"), HOME, crumbs((HOME, _("Webhooks"))))
    return page.show(request, form)


def _secret(request: HttpRequest, row: Subscription) -> HttpResponse:
    answer = render(
        request, "desk/admin/secret.html",
        {
            "crumbs": crumbs((HOME, _("Webhooks"))), "heading": _("Secret of the webhook"), "secret": row.secret,
            "back": f"{HOME}{row.public_id}/", "facts": [(_("Address"), row.url, "")],
            "say": _("Shown this once. The other system checks our signature with it."),
        },
    )  # fmt: skip
    add_never_cache_headers(answer)
    return answer


@require_POST
@staff(SEE_WEBHOOKS, SUBSCRIBE)
def do(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """`act` is pause, resume, renew, remove or test."""
    actor, now = who(request)
    if act == "pause":
        actions.change_subscription(public_id=public_id, paused=True, actor=actor, now=now)
        messages.success(request, _("The webhook is paused; it goes on where it stood."))
    elif act == "resume":
        actions.resume(public_id=public_id, actor=actor, now=now)
        messages.success(request, _("The webhook goes on where it stood."))
    elif act == "renew":
        return _secret(request, actions.renew_secret(public_id=public_id, actor=actor, now=now))
    elif act == "remove":
        actions.unsubscribe(public_id=public_id, actor=actor, now=now)
        messages.success(request, _("The webhook is removed."))
        return redirect("desk:webhooks")
    elif act == "test":
        row = _find(public_id, actor)
        status, fault = send_test(row)
        if fault:
            messages.error(request, _("The test was not taken: %(why)s") % {"why": fault})
        else:
            messages.success(request, _("The test was taken: the address answered %(status)d.") % {"status": status})
    else:
        raise Missing(_("There is no such page."))
    return redirect("desk:webhook", public_id=public_id)

"""Keys of programs: issued for a person, cut down to scopes, shown once, revoked at any time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access import actions
from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.access.formats import full_day, moment
from anxin.access.models import ApiToken, User
from anxin.access.permissions import MANAGE_TOKENS
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.forms_admin.people import IssueToken
from anxin.faces.desk.people import person_choices
from anxin.faces.desk.permissions import SEE_ADMINISTRATION
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window

HOME = "/desk/admin/tokens/"


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/admin/", _("Administration")), *more]


def visible(actor: Actor) -> Any:
    rows = ApiToken.objects.select_related("user__branch")
    return rows if actor.branch_ids is None else rows.filter(user__branch__in=actor.branch_ids)


@require_GET
@staff(SEE_ADMINISTRATION)
def tokens(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[Chip.of(request, "standing", _("Standing"), [("valid", _("Valid")), ("ended", _("Revoked or run out"))])],
        text=request.GET.get("text", "").strip()[:60], text_label=_("Purpose or person"),
    )  # fmt: skip
    # Tokens live by the machine's clock: moving the demo must not bring a dead one back.
    moment_now = timezone.now()
    rows = visible(actor)
    if filters.text:
        rows = rows.filter(name__icontains=filters.text) | rows.filter(user__display_name__icontains=filters.text)
    valid = rows.filter(revoked_at=None).exclude(expires_at__lte=moment_now)
    if filters.chosen("standing"):
        rows = valid if filters.chosen("standing") == "valid" else rows.exclude(pk__in=valid.values("pk"))
    found = window(rows, request)
    may = actor.may(MANAGE_TOKENS)
    return list_page(
        request, heading=_("API tokens"), crumbs=crumbs(), filters=filters, window=found, nothing=_("No tokens here"),
        acts=[Act(f"{HOME}issue/", _("Issue a token"), main=True)] if may else [],
        nothing_why=_("A program that uses the API needs one."),
        under=_("A program acts as one person and may do what that person may, cut down to what its token names."),
        table=Table(
            _("API tokens"),
            [
                (_("What it is for"), ""), (_("Ends in"), ""), (_("Acts as"), ""), (_("Permissions"), "num"),
                (_("Issued"), ""), (_("Valid until"), ""), (_("Last used"), ""), (_("Standing"), ""),
            ],
            [_row(token, moment_now) for token in found.rows],
        ),
    )  # fmt: skip


def _row(token: ApiToken, now: datetime) -> Row:
    return Row([
        Cell(token.name, f"{HOME}{token.pk}/"), Cell(f"…{token.hint}"), Cell(str(token.user)), num(str(len(token.scopes))),
        Cell(full_day(token.created_at), css="nowrap"), Cell(full_day(token.expires_at) or _("no end"), css="nowrap"),
        Cell(full_day(token.last_used_on) or _("never"), css="nowrap"), _standing(token, now),
    ])  # fmt: skip


def _standing(token: ApiToken, now: datetime) -> Cell:
    if token.usable_at(now) and token.user.is_active:
        return Cell(_("valid"), tone="kept", icon="circle-check")
    if token.revoked_at is not None:
        return Cell(_("revoked"), tone="paused", icon="circle-minus")
    return Cell(_("run out") if token.user.is_active else _("person has left"), tone="paused", icon="clock")


@require_GET
@staff(SEE_ADMINISTRATION)
def token(request: HttpRequest, token_id: int) -> HttpResponse:
    actor, _now = who(request)
    found = visible(actor).filter(pk=token_id).first()
    if found is None:
        raise Missing(_("There is no such token."))
    return render(
        request, "desk/admin/token.html",
        {
            "token": found, "crumbs": crumbs((HOME, _("API tokens"))), "may": actor.may(MANAGE_TOKENS),
            "standing": _standing(found, timezone.now()),
            "facts": [
                (_("Acts as"), str(found.user), f"/desk/admin/people/{found.user_id}/"), (_("Ends in"), f"…{found.hint}", ""),
                (_("Issued"), moment(found.created_at), ""), (_("Valid until"), moment(found.expires_at) or _("no end"), ""),
                (_("Last used"), full_day(found.last_used_on) or _("never"), ""),
                (_("Revoked"), moment(found.revoked_at), ""),
            ],
            "scopes": found.scopes,
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_ADMINISTRATION, MANAGE_TOKENS)
def issue(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = IssueToken(request.POST if request.method == "POST" else None, people=person_choices(actor))
    if request.method == "POST":

        def save(given: dict[str, Any]) -> tuple[ApiToken, str]:
            expires_at = None
            if given["expires_on"] is not None:
                # To the end of that day, on the insurer's clock.
                next_day = given["expires_on"] + timedelta(days=1)
                expires_at = datetime.combine(next_day, time(), timezone.get_default_timezone())
                if expires_at <= timezone.now():
                    wrong = _("That day has passed: choose a later one.")
                    raise Invalid(wrong, fields={"expires_on": wrong})
            return actions.issue_token(
                user=User.objects.get(pk=given["person"]), name=given["name"], scopes=given["scopes"],
                expires_at=expires_at, actor=actor, now=now,
            )  # fmt: skip

        made = attempt(form, save)
        if made is not None:
            answer = render(
                request, "desk/admin/secret.html",
                {
                    "crumbs": crumbs((HOME, _("API tokens"))), "heading": _("Token “%(name)s”") % {"name": made[0].name},
                    "secret": made[1], "back": HOME, "facts": [(_("Acts as"), str(made[0].user), "")],
                    "say": _("Shown this once and kept nowhere here. Put it where the program reads its secrets."),
                },
            )  # fmt: skip
            add_never_cache_headers(answer)
            return answer
    page = FormPage(_("Issue a token"), _("Issue"), HOME, crumbs((HOME, _("API tokens"))))
    return page.show(request, form)


@require_POST
@staff(SEE_ADMINISTRATION, MANAGE_TOKENS)
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    actor, now = who(request)
    if not visible(actor).filter(pk=token_id).exists():
        raise Missing(_("There is no such token, or it is already revoked."))
    actions.revoke_token(token_id=token_id, actor=actor, now=now)
    messages.success(request, _("The token is revoked: it stopped working at once."))
    return redirect("desk:token", token_id=token_id)

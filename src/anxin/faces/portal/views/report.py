"""Reporting a claim in one form that forgets nothing, however often it is interrupted."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from anxin.access import clock
from anxin.access.errors import Invalid, Missing
from anxin.faces.portal.actions import (
    KEPT_FOR,
    content_of,
    drop_draft,
    keep_draft,
    keep_photo,
    photos_of,
    read_draft,
    remove_photo,
)
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.forms.report import Report, causes_for, new_once, read_report, subjects_of, typed_of
from anxin.faces.portal.views.own import myself
from anxin.journeys.claims.actions.notification import notify_claim
from anxin.journeys.claims.actions.papers import add_photos
from anxin.journeys.claims.models import Claim
from anxin.registers.policies.models import Policy

KIND = "report"
# How the action calls what this form calls otherwise.
_FIELDS = {"policies": "subject", "plate": "subject", "loss_at": "loss_on", "claimed_fen": "claimed", "files": "photos"}


@require_http_methods(["GET", "POST"])
@customer
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method == "GET":
        typed = typed_of(read_draft(kind=KIND, actor=actor)) | {}
        if not typed["subject"] and request.GET.get("policy"):
            typed["subject"] = _subject_of(request, request.GET["policy"])
        return _form(request, typed, {})
    typed = typed_of(request.POST)
    wrong = _keep(request, typed)
    if "remove" in request.POST:
        with contextlib.suppress(Missing):  # pressed twice
            remove_photo(kind=KIND, sha256=request.POST["remove"], actor=actor, now=clock.now())
        return redirect("/portal/claims/new/#photos")
    if "later" in request.POST:
        if wrong:
            return _form(request, typed, wrong, status=422)
        kept = _("Saved. You can go on with your report within %(days)d days, on any phone.") % {"days": KEPT_FOR.days}
        messages.success(request, kept)
        return redirect("portal:home")
    if "discard" in request.POST:
        drop_draft(kind=KIND, actor=actor)
        messages.info(request, _("The report you had begun is deleted."))
        return redirect("portal:home")
    report, more = read_report(typed, subjects_of(_policies(request)), actor=actor, now=clock.now())
    wrong = more | wrong
    if report is None or wrong:
        return _form(request, typed, wrong, status=422)
    try:
        claim = _send(request, report)
    except Invalid as refused:
        fields = {_FIELDS.get(name, name): words for name, words in refused.fields.items()}
        return _form(request, typed, fields or {"subject": refused.message}, status=refused.status)
    drop_draft(kind=KIND, actor=actor)
    return redirect("portal:reported", claim.case.public_id)


@require_POST
@customer
def draft(request: HttpRequest) -> HttpResponse:
    """What the page sends by itself while one types; pictures travel with the form only."""
    keep_draft(kind=KIND, values=typed_of(request.POST), actor=actor_of(request), now=clock.now())
    return HttpResponse(status=204)


@require_http_methods(["GET"])
@customer
def photo(request: HttpRequest, sha256: str) -> HttpResponse:
    """A picture of one's own unfinished report."""
    kept = photos_of(read_draft(kind=KIND, actor=actor_of(request)))
    found = next((item for item in kept if item.sha256 == sha256), None)
    if found is None:
        raise Missing(_("There is no such picture."))
    response = HttpResponse(content_of(found), content_type=found.content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = f'inline; filename="{sha256[:12]}"'
    return response


def _send(request: HttpRequest, report: Report) -> Claim:
    """The report and its pictures, together or not at all."""
    actor, now = actor_of(request), clock.now()
    photos = photos_of(read_draft(kind=KIND, actor=actor))
    with transaction.atomic():
        claim = notify_claim(customer=myself(request), actor=actor, now=now, **report.arguments)
        if photos and not claim.files.exists():
            files = [(content_of(item), item.name) for item in photos]
            add_photos(claim=claim.case.public_id, files=files, purpose="loss_photo", actor=actor, now=now)
    return claim


def _keep(request: HttpRequest, typed: dict[str, str]) -> dict[str, str]:
    """Keep everything that was sent, pictures too, before anything else can go wrong; what is wrong with pictures."""
    actor, now = actor_of(request), clock.now()
    keep_draft(kind=KIND, values=typed, actor=actor, now=now)
    wrong = []
    for upload in request.FILES.getlist("photos"):
        try:
            keep_photo(kind=KIND, upload=upload, actor=actor, now=now)
        except Invalid as refused:
            wrong.append(refused.message)
    return {"photos": " ".join(wrong)} if wrong else {}


def _form(request: HttpRequest, typed: dict[str, str], wrong: dict[str, str], status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    subjects = subjects_of(_policies(request))
    typed = typed | {"once": typed["once"] or new_once()}
    if len(subjects) == 1 and not typed["subject"]:
        typed["subject"] = subjects[0].key
    labels = {
        "subject": _("What is it about?"), "cause": _("What happened?"), "loss_on": _("Day"), "loss_time": _("Time"),
        "loss_place": _("Where?"), "account": _("In your own words"), "injury": _("Is anybody injured?"),
        "third_party": _("Is someone else's property damaged?"), "claimed": _("What do you think it costs?"),
        "photos": _("Photos"),
    }  # fmt: skip
    context: dict[str, Any] = {
        "subjects": [(item.key, item.label) for item in subjects],
        "causes": causes_for(subjects) if subjects else [],
        "yes_no": [("yes", _("Yes")), ("no", _("No"))],
        "typed": typed, "errors": wrong,
        "wrong": [(name, labels[name], text) for name, text in wrong.items() if name in labels],
        "labels": labels,
        "photos": photos_of(read_draft(kind=KIND, actor=actor)),
        "today": timezone.localdate(clock.now()),
    }  # fmt: skip
    return render(request, "portal/report/new.html", context, status=status)


def _policies(request: HttpRequest) -> list[Policy]:
    return list(
        Policy.objects.visible_to(actor_of(request))
        .select_related("product", "branch")
        .prefetch_related("vehicles", "homes", "suspensions")
    )


def _subject_of(request: HttpRequest, public_id: str) -> str:
    """The thing a policy is about, when the report was begun from the policy's page."""
    for subject in subjects_of(_policies(request)):
        if any(policy.public_id == public_id for policy in subject.policies):
            return subject.key
    return ""

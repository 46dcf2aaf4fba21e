"""The only writers of answers and ratings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.form import (
    OTHER,
    Fault,
    Page,
    clean,
    clean_page,
    missing_required,
    next_page,
    shown_pages,
)
from anxin.voice.questionnaires.form.flow import MOST_LETTERS
from anxin.voice.responses.models import QuotaCount, Response
from anxin.voice.responses.screening import flags

LONGEST_PAUSE = 15 * 60  # seconds between two pages that still count as answering


@dataclass(frozen=True, slots=True)
class Saved:
    """A page was saved: what will not do on it, the page to show next (None: done), and whether a quota was full."""

    response: Response
    faults: tuple[Fault, ...]
    following: Page | None
    full: bool = False


def find_asking(*, key: str, now: datetime) -> tuple[Campaign, Invitation | None]:
    """What a link's key asks: a personal invitation's, or a campaign's open one.

    Raises `Missing` for a key that was never given out, `IllegalMove` when the time is over or the campaign has ended.
    """
    invitation = (
        Invitation.objects.select_related("campaign__version", "customer").filter(key=key).first() if key else None
    )
    campaign = (
        invitation.campaign if invitation else Campaign.objects.select_related("version").filter(open_key=key).first()
    )
    if campaign is None or (invitation is None and campaign.occasion != Campaign.Occasion.OPEN):
        raise Missing(_("There is no such questionnaire. Check the link or the code."))
    if campaign.state == Campaign.State.DRAFT:
        raise Missing(_("There is no such questionnaire. Check the link or the code."))
    over = campaign.ends_at is not None and now >= campaign.ends_at
    if invitation is not None and invitation.state != Invitation.State.ANSWERED:
        over = over or now >= invitation.expires_at
    if campaign.state == Campaign.State.ENDED or over:
        raise IllegalMove(_("This questionnaire is closed. Thank you for wanting to answer."), code="closed")
    if campaign.state == Campaign.State.PAUSED:
        raise IllegalMove(_("This questionnaire is paused. Please try again later."), code="paused")
    return campaign, invitation


def note_opened(*, invitation: Invitation, now: datetime) -> None:
    """Once, when the link is first opened."""
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=now)
    Invitation.objects.filter(pk=invitation.pk, state__in=[Invitation.State.WAITING, Invitation.State.SENT]).update(
        state=Invitation.State.OPENED
    )


@transaction.atomic
def save_page(
    *,
    campaign: Campaign,
    invitation: Invitation | None,
    response_key: str,
    page: str,
    given: Mapping[str, Any],
    language: str,
    source: str,
    now: datetime,
    forward: bool = True,
) -> Saved:
    """Keep one page's answers, good and bad; the first page begins the response, the last completes it.

    `response_key` is the begun response's ("" for none yet; a personal invitation needs none). With `forward=False` the
    page is only kept (autosave, going back): nothing is complained of.
    """
    version = campaign.version
    definition = version.definition
    here = next((one for one in definition.pages if one.code == page), None)
    if here is None:
        raise Missing(_("The questionnaire has no such page."))
    row = _row(campaign, invitation, response_key, language, source, now)
    if row.state != Response.State.STARTED:
        raise IllegalMove(_("You have answered already. Thank you."), code="answered")
    answers = row.given
    cleaned, faults = clean_page(here, given, answers)
    for code, value in cleaned.items():
        if value is None:
            answers.pop(code, None)
        else:
            answers[code] = value
    spent = min((now - row.touched_at).total_seconds(), LONGEST_PAUSE)
    row.seconds += max(0, round(spent))
    row.answers, row.page, row.language = json.dumps(answers, ensure_ascii=False), page, language
    row.touched_at = now
    row.edit += 1
    following: Page | None = here
    full = False
    if forward and not faults:
        following = next_page(definition, answers, page)
        full = _over_quota(campaign, answers)
        if full:
            row.state, row.submitted_at, following = Response.State.FULL, now, None
        elif following is None:
            following, faults = _finish(row, answers, now)
    row.save()
    return Saved(row, tuple(faults) if forward else (), following, full)


def _row(
    campaign: Campaign, invitation: Invitation | None, key: str, language: str, source: str, now: datetime
) -> Response:
    rows = Response.objects.select_for_update().select_related("version")
    row = rows.filter(invitation=invitation).first() if invitation else rows.filter(key=key, campaign=campaign).first()
    if row is not None:
        return row
    row = Response(
        campaign=campaign,
        version=campaign.version,
        invitation=invitation,
        source=source,
        language=language,
        is_pretest=campaign.is_pretest,
        started_at=now,
        touched_at=now,
        branch_id=campaign.branch_id,
    )
    if invitation is not None:
        row.branch_id = invitation.branch_id or campaign.branch_id
        row.facts = invitation.facts
        if not campaign.is_anonymous:
            row.customer_id, row.case_id, row.person_id = (
                invitation.customer_id,
                invitation.case_id,
                invitation.person_id,
            )
    return row


def _finish(row: Response, answers: dict[str, Any], now: datetime) -> tuple[Page | None, list[Fault]]:
    """Complete the response, or the first page that still lacks a required answer, with what it lacks."""
    definition = row.version.definition
    lacking = set(missing_required(definition, answers))
    if lacking:
        for page in shown_pages(definition, answers):
            there = [question.code for question in page.questions if question.code in lacking]
            if there:
                return page, [Fault(code, "required", {}) for code in there]
    complete(row, answers, now)
    return None, []


@transaction.atomic
def take_response(
    *,
    campaign: Campaign,
    invitation: Invitation | None,
    answers: Mapping[str, Any],
    language: str,
    source: str,
    serial: str = "",
    seconds: float | None = None,
    now: datetime,
) -> Response:
    """A whole response at once, from paper or a file: complete, screened, counted. For the rooms that read those.

    `answers` are as forms send them or as they are stored (question code → answer); an answer may be missing even where one
    is required, and one that a condition would have skipped is kept: paper holds nobody to the way. `seconds` is the time
    spent where somebody measured it. A quota is counted, and full ones keep nobody out: the answer is there already. What
    the same person began on the web is replaced.

    Raises `Invalid` whose fields are the questions that do not exist or whose answer will not do; `IllegalMove` (code
    "answered", fact `response`) when this invitation or this serial has an answer already; `Missing` for a draft campaign.
    """
    if campaign.state == Campaign.State.DRAFT:
        raise Missing(_("There is no such questionnaire. Check the link or the code."))
    kept = _whole(campaign, answers)
    if invitation is not None:
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if serial:
        Campaign.objects.select_for_update().get(pk=campaign.pk)  # two readers of one form at the same moment
        there = Response.objects.filter(campaign=campaign, serial=serial).first()
        if there is not None:
            raise _answered(there)
    row = _row(campaign, invitation, "", language, source, now)
    if row.state != Response.State.STARTED or (invitation and invitation.state == Invitation.State.ANSWERED):
        raise _answered(row)
    row.source, row.language, row.serial = source, language, serial
    row.answers, row.touched_at = json.dumps(kept, ensure_ascii=False), now
    row.seconds = round(seconds) if seconds is not None else 0
    complete(row, kept, now, timed=seconds is not None)
    row.save()
    return row


def _whole(campaign: Campaign, answers: Mapping[str, Any]) -> dict[str, Any]:
    """All answers in their stored form, or `Invalid` with every one that will not do."""
    definition = campaign.version.definition
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for code, given in answers.items():
        question = definition.question(code.removesuffix(OTHER))
        if question is None:
            wrong[code] = _("The questionnaire does not ask this.")
            continue
        if code.endswith(OTHER):
            if str(given or "").strip():
                kept[code] = str(given).strip()[:MOST_LETTERS]
            continue
        value, fault = clean(question, given, str(answers.get(code + OTHER) or ""))
        if fault is not None and fault.code not in _FORGIVEN:
            wrong[code] = _("“%(answer)s” is no answer to this question.") % {"answer": str(given)[:60]}
        elif value is not None:
            kept[code] = value
    if wrong:
        raise Invalid(_("Some answers do not fit the questionnaire."), fields=wrong)
    return kept


# What a page would ask a person to mend, and a sheet of paper cannot.
_FORGIVEN = frozenset({"required", "other_words", "too_short", "too_many", "alone"})


def _answered(row: Response) -> IllegalMove:
    return IllegalMove(_("You have answered already. Thank you."), code="answered", response=row.public_id)


def complete(row: Response, answers: Mapping[str, Any], now: datetime, *, timed: bool = True) -> None:
    """Mark a response complete, with its flags; count its quotas; the invitation is answered."""
    definition = row.version.definition
    row.state, row.submitted_at = Response.State.COMPLETE, now
    row.flags = flags(definition, answers, row.seconds if timed else None)
    for quota in definition.quotas:
        if quota.condition.holds(answers):
            QuotaCount.objects.get_or_create(campaign_id=row.campaign_id, code=quota.code)
            QuotaCount.objects.filter(campaign_id=row.campaign_id, code=quota.code).update(count=F("count") + 1)
    if row.invitation_id:
        Invitation.objects.filter(pk=row.invitation_id).update(state=Invitation.State.ANSWERED, answered_at=now)


def _over_quota(campaign: Campaign, answers: Mapping[str, Any]) -> bool:
    quotas = [quota for quota in campaign.version.definition.quotas if quota.condition.holds(answers)]
    if not quotas:
        return False
    counts = dict(QuotaCount.objects.filter(campaign=campaign).values_list("code", "count"))
    return any(counts.get(quota.code, 0) >= quota.most for quota in quotas)


@transaction.atomic
def erase_response(*, response: str, actor: Actor, now: datetime) -> None:
    """Empty an answer for good, on a person's demand; that there was one stays counted as returned."""
    from anxin.voice.responses.permissions import EXPORT_RESPONSES

    actor.must(EXPORT_RESPONSES)
    row = Response.objects.visible_to(actor).select_for_update().filter(public_id=response).first()
    if row is None:
        raise Missing(_("There is no such answer."))
    row.answers, row.customer, row.case, row.flags = "{}", None, None, ["erased"]
    row.save()


def stale_before(now: datetime) -> datetime:
    """Begun answers older than this are not gone on with."""
    return now - timedelta(days=30)

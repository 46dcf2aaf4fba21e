"""The only writers of answers and ratings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.prepared import Prepared, insert_all, save_all
from anxin.journal.models import Case
from anxin.registers.customers.models import Customer
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.form import (
    OTHER,
    Definition,
    Fault,
    Page,
    clean,
    clean_page,
    missing_required,
    next_page,
    shown_pages,
)
from anxin.voice.questionnaires.form.flow import MOST_LETTERS
from anxin.voice.questionnaires.loading import definition_of
from anxin.voice.questionnaires.models import Version
from anxin.voice.responses.models import QuotaCount, Rating, Response
from anxin.voice.responses.screening import flags

KEPT_UNFINISHED = timedelta(days=30)
LONGEST_PAUSE = 15 * 60  # seconds between two pages that still count as answering


@dataclass(frozen=True, slots=True)
class Saved:
    """A page was saved: what will not do on it, the page to show next (None: done), and whether a quota was full."""

    response: Response
    faults: tuple[Fault, ...]
    following: Page | None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """What a link asks. `response` is what was begun (or completed) under it, None for nothing yet."""

    campaign: Campaign
    invitation: Invitation | None = None
    response: Response | None = None

    @property
    def definition(self) -> Definition:
        return definition_of(self.campaign.version)

    @property
    def is_answered(self) -> bool:
        if self.invitation is not None and self.invitation.state == Invitation.State.ANSWERED:
            return True
        return self.response is not None and self.response.state != Response.State.STARTED


# One query a page: what is asked of whom, and what they said so far. The body of the version is known by then.
_by_invitation = Prepared(
    lambda key: (
        Invitation.objects.filter(key=key)
        .select_related("campaign__version", "response")
        .defer("campaign__version__body")
    ),
    key=str,
)
_by_response = Prepared(
    lambda key: (
        Response.objects.filter(key=key, invitation=None)
        .select_related("campaign__version")
        .defer("campaign__version__body")
    ),
    key=str,
)
_by_campaign = Prepared(
    lambda key: (
        Campaign.objects.filter(open_key=key, occasion=Campaign.Occasion.OPEN)
        .select_related("version")
        .defer("version__body")
    ),
    key=str,
)


def find_asking(*, key: str, now: datetime) -> Asking:
    """What a link's key asks: a personal invitation's, what somebody began by an open link, or an open link itself.

    Raises `Missing` for a key that was never given out; `IllegalMove` with the code "closed" when the time is over or the
    campaign has ended, "paused", or "refused" for somebody who wants no questionnaires (fact `asking` has what was found).
    """
    asking = _known(key)
    if asking is None or asking.campaign.state == Campaign.State.DRAFT:
        raise Missing(_("There is no such questionnaire. Check the link or the code."))
    campaign, invitation = asking.campaign, asking.invitation
    if asking.is_answered:
        return asking
    over = campaign.ends_at is not None and now >= campaign.ends_at
    if invitation is not None:
        if invitation.state == Invitation.State.REFUSED:
            raise IllegalMove(_("You asked for no more questionnaires."), code="refused", asking=asking)
        over = over or now >= invitation.expires_at or invitation.state == Invitation.State.EXPIRED
    # A pre-test that ended gave its version back to be changed: what it asked is no longer what is there.
    over = over or campaign.version.state == Version.State.DRAFT
    if campaign.state == Campaign.State.ENDED or over:
        raise IllegalMove(
            _("This questionnaire is closed. Thank you for wanting to answer."), code="closed", asking=asking
        )
    if campaign.state == Campaign.State.PAUSED:
        raise IllegalMove(_("This questionnaire is paused. Please try again later."), code="paused", asking=asking)
    if campaign.starts_at is not None and now < campaign.starts_at:
        raise IllegalMove(_("This questionnaire has not begun yet."), code="paused", asking=asking)
    return asking


def _known(key: str) -> Asking | None:
    invitation = _by_invitation.first(key=key)
    if invitation is not None:
        return Asking(invitation.campaign, invitation, getattr(invitation, "response", None))
    response = _by_response.first(key=key)
    if response is not None:
        return Asking(response.campaign, None, response)
    campaign = _by_campaign.first(key=key)
    return None if campaign is None else Asking(campaign)


def note_opened(*, invitation: Invitation, now: datetime) -> None:
    """Once, when the link is first opened."""
    if invitation.opened_at is not None:
        return
    moment = _blurred(now) if invitation.campaign.is_anonymous else now
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=moment)
    Invitation.objects.filter(pk=invitation.pk, state__in=[Invitation.State.WAITING, Invitation.State.SENT]).update(
        state=Invitation.State.OPENED
    )


def _blurred(moment: datetime) -> datetime:
    """The day alone: who opened or answered when would say whose an anonymous answer is."""
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def save_page(
    *,
    asking: Asking,
    page: str,
    given: Mapping[str, Any],
    language: str,
    source: str,
    now: datetime,
    forward: bool = True,
    key: str = "",
    facts: Mapping[str, Any] | None = None,
    branch: int | None = None,
) -> Saved:
    """Keep one page's answers, good and bad; the first page begins the response, the last completes it.

    By an open link the first page brings the `key` the response shall have: sent twice, begun once; `facts` and `branch`
    say where the link was. With `forward=False` the page is only kept (autosave, going back): nothing is complained of.
    Two at the same moment follow one another: the second finds the first one's state. Raises `IllegalMove` with the code
    "answered" once it is complete, `Missing` for a page that there is not.
    """
    definition = asking.definition
    here = next((one for one in definition.pages if one.code == page), None)
    if here is None:
        raise Missing(_("The questionnaire has no such page."))
    values = {"language": language, "source": source, "now": now, "key": key, "facts": facts, "branch": branch}
    try:
        with transaction.atomic():
            return _save(asking, here, given, forward, values)
    except IntegrityError:
        # Somebody began it in the same moment; now it is there to go on with.
        with transaction.atomic():
            return _save(asking, here, given, forward, values)


def _save(asking: Asking, here: Page, given: Mapping[str, Any], forward: bool, values: dict[str, Any]) -> Saved:
    now: datetime = values["now"]
    row = _held(asking, values)
    if row.state != Response.State.STARTED:
        raise _answered(row)
    answers = row.given
    cleaned, faults = clean_page(here, given, answers)
    for code, value in cleaned.items():
        if value is None:
            answers.pop(code, None)
        else:
            answers[code] = value
    spent = min((now - row.touched_at).total_seconds(), LONGEST_PAUSE)
    row.seconds += max(0, round(spent))
    row.answers, row.page, row.language = json.dumps(answers, ensure_ascii=False), here.code, values["language"]
    row.touched_at = now
    row.edit += 1
    following: Page | None = here
    full = False
    if forward and not faults:
        definition = asking.definition
        following = next_page(definition, answers, here.code)
        full = _over_quota(asking.campaign, definition, answers)
        if full:
            row.state, row.submitted_at, following = Response.State.FULL, now, None
        elif following is None:
            following, faults = _finish(row, definition, answers, now)
            full = row.state == Response.State.FULL
    if row._state.adding:
        insert_all([row])
    else:
        save_all([row], _KEPT)
    if row.state == Response.State.COMPLETE:
        _rate(row, asking.campaign, answers, now)
    return Saved(row, tuple(faults) if forward else (), following, full)


# What a page changes of a response that is there.
_KEPT = (
    "answers", "page", "language", "seconds", "touched_at", "edit", "state", "submitted_at", "flags", "invitation",
    "customer", "case",
)  # fmt: skip


_invitation_held = Prepared(
    lambda invitation: Invitation.objects.select_for_update().filter(pk=invitation), invitation=int
)
_response_of = Prepared(lambda invitation: Response.objects.filter(invitation=invitation), invitation=int)
_response_held = Prepared(
    lambda key, campaign: Response.objects.select_for_update().filter(key=key, campaign=campaign), key=str, campaign=int
)


def _held(asking: Asking, values: dict[str, Any]) -> Response:
    """The response to write on, nobody else writing meanwhile: the invitation's row, or its own, is locked."""
    if asking.invitation is not None:
        held = _invitation_held.first(invitation=asking.invitation.pk)
        # A statement of its own: one that waited for the lock would show the response as it was before the wait.
        row = _response_of.first(invitation=asking.invitation.pk)
        if row is None and (held is None or held.state == Invitation.State.ANSWERED):
            # Answered, and anonymous: nothing leads to it any more.
            raise IllegalMove(_("You have answered already. Thank you."), code="answered")
    else:
        key = asking.response.key if asking.response else str(values["key"])
        row = _response_held.first(key=key, campaign=asking.campaign.pk) if key else None
    if row is None:
        return _begun(asking.campaign, asking.invitation, values)
    row.campaign, row.version = asking.campaign, asking.campaign.version
    return row


def _begun(campaign: Campaign, invitation: Invitation | None, values: dict[str, Any]) -> Response:
    now = values["now"]
    row = Response(
        campaign=campaign,
        version=campaign.version,
        invitation=invitation,
        source=values["source"],
        language=values["language"],
        is_pretest=campaign.is_pretest,
        started_at=now,
        touched_at=now,
        branch_id=values.get("branch") or campaign.branch_id,
        facts=dict(values.get("facts") or {}),
    )
    if values.get("key") and invitation is None:
        row.key = values["key"]
    if invitation is not None:
        row.branch_id = invitation.branch_id or campaign.branch_id
        row.facts = {**invitation.facts, **row.facts}
        if not campaign.is_anonymous:
            row.customer_id, row.case_id, row.person_id = (
                invitation.customer_id,
                invitation.case_id,
                invitation.person_id,
            )
    return row


def _finish(
    row: Response, definition: Definition, answers: dict[str, Any], now: datetime
) -> tuple[Page | None, list[Fault]]:
    """Complete the response, or the first page that still lacks a required answer, with what it lacks."""
    lacking = set(missing_required(definition, answers))
    if lacking:
        for page in shown_pages(definition, answers):
            there = [question.code for question in page.questions if question.code in lacking]
            if there:
                return page, [Fault(code, "required", {}) for code in there]
    if not _take_places(row.campaign_id, definition, answers):
        row.state, row.submitted_at = Response.State.FULL, now
        return None, []
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
        invitation = _invitation_held.first(invitation=invitation.pk)
        assert invitation is not None
    if serial:
        Campaign.objects.select_for_update().get(pk=campaign.pk)  # two readers of one form at the same moment
        there = Response.objects.filter(campaign=campaign, serial=serial).first()
        if there is not None:
            raise _answered(there)
    row = None if invitation is None else _response_of.first(invitation=invitation.pk)
    if invitation is not None and invitation.state == Invitation.State.ANSWERED:
        raise _answered(row)
    if row is None:
        row = _begun(campaign, invitation, {"language": language, "source": source, "now": now})
    row.campaign, row.version = campaign, campaign.version
    row.source, row.language, row.serial = source, language, serial
    row.answers, row.touched_at = json.dumps(kept, ensure_ascii=False), now
    row.seconds = round(seconds) if seconds is not None else 0
    definition = definition_of(campaign.version)
    for quota in definition.quotas:
        if quota.condition.holds(kept):
            _count(campaign.pk, quota.code)
    complete(row, kept, now, timed=seconds is not None)
    if row._state.adding:
        insert_all([row])
    else:
        row.save()
    _rate(row, campaign, kept, now)
    return row


def _whole(campaign: Campaign, answers: Mapping[str, Any]) -> dict[str, Any]:
    """All answers in their stored form, or `Invalid` with every one that will not do."""
    definition = definition_of(campaign.version)
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


def _answered(row: Response | None) -> IllegalMove:
    return IllegalMove(
        _("You have answered already. Thank you."), code="answered", response=row.public_id if row else ""
    )


def complete(row: Response, answers: Mapping[str, Any], now: datetime, *, timed: bool = True) -> None:
    """Mark a response complete, with its flags; its invitation is answered. The caller saves the row.

    In an anonymous campaign nothing leads from the answer to the invitation any more, and the invitation keeps the day alone.
    """
    row.state, row.submitted_at = Response.State.COMPLETE, now
    row.flags = flags(definition_of(row.version), answers, row.seconds if timed else None)
    if row.invitation_id:
        anonymous = row.campaign.is_anonymous
        Invitation.objects.filter(pk=row.invitation_id).update(
            state=Invitation.State.ANSWERED, answered_at=_blurred(now) if anonymous else now
        )
        if anonymous:
            row.invitation = None


def _over_quota(campaign: Campaign, definition: Definition, answers: Mapping[str, Any]) -> bool:
    quotas = [quota for quota in definition.quotas if quota.condition.holds(answers)]
    if not quotas:
        return False
    counts = dict(QuotaCount.objects.filter(campaign=campaign).values_list("code", "count"))
    return any(counts.get(quota.code, 0) >= quota.most for quota in quotas)


def _take_places(campaign: int, definition: Definition, answers: Mapping[str, Any]) -> bool:
    """Count the response in its quotas; False, and nothing counted, when one of them is full by now."""
    taken: list[str] = []
    for quota in definition.quotas:
        if not quota.condition.holds(answers):
            continue
        if not _count(campaign, quota.code, most=quota.most):
            QuotaCount.objects.filter(campaign=campaign, code__in=taken).update(count=F("count") - 1)
            return False
        taken.append(quota.code)
    return True


def _count(campaign: int, code: str, *, most: int | None = None) -> bool:
    """One more, in the database's own step: two who take the last place at the same moment do not both get it."""
    QuotaCount.objects.get_or_create(campaign_id=campaign, code=code)
    places = QuotaCount.objects.filter(campaign_id=campaign, code=code)
    if most is not None:
        places = places.filter(count__lt=most)
    return bool(places.update(count=F("count") + 1))


def _rate(row: Response, campaign: Campaign, answers: Mapping[str, Any], now: datetime) -> None:
    """An answer of a campaign that rates a service becomes its rating: the first question from 1 to 5."""
    if not campaign.rates or campaign.is_pretest:
        return
    for question in definition_of(row.version).questions():
        if question.kind == "scale" and question.scale and (question.scale.low, question.scale.high) == (1, 5):
            score = answers.get(question.code)
            if isinstance(score, int):
                Rating.objects.get_or_create(
                    response=row,
                    defaults={
                        "service": campaign.rates, "score": score, "case_id": row.case_id, "customer_id": row.customer_id,
                        "branch_id": row.branch_id, "person_id": row.person_id,
                        "department_id": row.case.department_id if row.case else None, "at": now,
                    },
                )  # fmt: skip
            return


def take_rating(
    *, service: str, score: int, case: Case, at: datetime, event_position: int | None = None, person: int | None = None
) -> Rating:
    """A rating of 1 to 5 that a journey took itself, for its case's customer, branch, department and person.

    With `event_position` (the event's id) it is written once, however often it is told.
    """
    customer = Customer.objects.filter(public_id=case.subject_id).values_list("pk", flat=True).first()
    values = {
        "service": service, "score": score, "case": case, "customer_id": customer, "branch_id": case.branch_id,
        "department_id": case.department_id, "person_id": person if person is not None else case.person_id, "at": at,
    }  # fmt: skip
    if event_position is None:
        return Rating.objects.create(**values)
    return Rating.objects.get_or_create(event_position=event_position, defaults=values)[0]


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
    Rating.objects.filter(response=row).update(customer=None, case=None)


def forget_unfinished(*, now: datetime) -> int:
    """Delete what was begun and not gone on with for 30 days; how many."""
    old = Response.objects.filter(state=Response.State.STARTED, touched_at__lt=now - KEPT_UNFINISHED)
    gone, _detail = old.delete()
    return gone

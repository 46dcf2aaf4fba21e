"""Surveys (查勘): an appointment, a checklist that must be complete, photographs; then over to assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.models import User, spoken
from anxin.access.permissions import Role
from anxin.journeys.claims import activities, lifecycle
from anxin.journeys.claims.actions.assignment import ASSESSMENT, SURVEY, next_person
from anxin.journeys.claims.actions.notification import facts_of
from anxin.journeys.claims.actions.papers import File, attach_photos
from anxin.journeys.claims.models import Claim, PaperFile, Survey
from anxin.journeys.claims.permissions import PLAN_SURVEY
from anxin.journeys.claims.permissions import SURVEY as MAY_SURVEY
from anxin.journeys.claims.working import on_claim
from anxin.rulebook import queries as rulebook


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What was found on one item of the checklist; `files` are photographs of it."""

    done: bool = True
    note: str = ""
    files: Sequence[File] = field(default=())


def schedule_survey(
    *, claim: str, at: datetime, place: str = "", surveyor_id: int | None = None, expected: int | None = None, actor: Actor,
    now: datetime,
) -> Survey:  # fmt: skip
    """Make an appointment; `surveyor_id` None: the actor if they survey, else whose turn it is."""
    actor.must(PLAN_SURVEY)
    if at <= now:
        message = _("The appointment must lie in the future.")
        raise Invalid(message, fields={"at": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="survey") as (work, row):
        if Survey.objects.filter(claim=row, state=Survey.State.PLANNED).exists():
            raise IllegalMove(_("There is an appointment already: cancel it before you make another."))
        person = surveyor_id or (actor.user_id if Role.SURVEYOR in actor.roles else None)
        person = person or row.surveyor_id or next_person(work.case.branch_id, SURVEY)
        if person is None:
            message = _("Choose who goes.")
            raise Invalid(message, fields={"surveyor": message})
        if surveyor_id is not None and not _may_survey(surveyor_id):
            message = _("This person does not survey losses.")
            raise Invalid(message, fields={"surveyor": message})
        edition, items = rulebook.survey_checklist(row.type, facts_of(row))
        survey = Survey.objects.create(
            claim=row,
            surveyor_id=person,
            at=at,
            place=place.strip()[:160] or row.loss_place,
            checklist=[{**asdict(item), "done": False, "note": ""} for item in items],
            checklist_edition=edition,
        )
        if row.surveyor_id != person:
            row.surveyor_id = person
            row.save(update_fields=["surveyor"])
        work.record(activities.SURVEY_SCHEDULED, {"survey": survey.public_id, "surveyor": person, "at": at.isoformat()})
        if work.case.state in (lifecycle.NOTIFIED, lifecycle.OPENED):
            work.hand_to(SURVEY, person)
        return survey


def cancel_survey(
    *, claim: str, survey: str, text: str, expected: int | None = None, actor: Actor, now: datetime
) -> Survey:
    """Cancel an appointment, saying why."""
    actor.must(PLAN_SURVEY)
    if not text.strip():
        message = _("Say why the appointment is cancelled.")
        raise Invalid(message, fields={"text": message})
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        found = _planned(row, survey)
        found.state = Survey.State.CANCELLED
        found.save(update_fields=["state"])
        work.record(activities.SURVEY_CANCELLED, {"survey": found.public_id, **work.text(text.strip())})
        return found


def complete_survey(
    *, claim: str, survey: str, answers: Mapping[str, CheckAnswer], findings: str = "", expected: int | None = None,
    actor: Actor, now: datetime,
) -> Survey:  # fmt: skip
    """Finish a survey. Refused, with the missing items by name, until each item of the checklist is answered and those
    that need a photograph have one (sent now, or added before with `add_photos`). Hands the claim to assessment."""
    actor.must(MAY_SURVEY)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="survey") as (work, row):
        found = _planned(row, survey)
        known = {item["code"] for item in found.checklist}
        if answers.keys() - known:
            raise Invalid(
                _("These items are not on the checklist: %(items)s")
                % {"items": ", ".join(sorted(answers.keys() - known))}
            )
        earlier = set(
            PaperFile.objects.filter(claim=row, purpose="survey_photo", reference=found.public_id).values_list(
                "item", flat=True
            )
        )
        checklist, missing = [], {}
        for item in found.checklist:
            answer = answers.get(item["code"], CheckAnswer(done=item["done"], note=item["note"]))
            name = spoken(item["title_zh"], item["title_en"])
            if not answer.done:
                missing[f"item-{item['code']}"] = _("“%(item)s” is not answered.") % {"item": name}
            elif item["needs_photo"] and not answer.files and item["code"] not in earlier:
                missing[f"item-{item['code']}"] = _("“%(item)s” needs a photograph.") % {"item": name}
            checklist.append({**item, "done": answer.done, "note": answer.note.strip()[:500]})
        if missing:
            raise Invalid(
                _("The survey is not complete: %(items)s") % {"items": " ".join(missing.values())}, fields=missing
            )
        photos = 0
        for code, answer in answers.items():
            if answer.files:
                photos += len(
                    attach_photos(work, row, answer.files, purpose="survey_photo", reference=found.public_id, item=code)
                )
        found.checklist, found.findings = checklist, findings.strip()
        found.state, found.done_at, found.surveyor_id = Survey.State.DONE, now, actor.user_id or found.surveyor_id
        found.save(update_fields=["checklist", "findings", "state", "done_at", "surveyor"])
        row.surveyor_id = found.surveyor_id
        work.record(
            activities.SURVEYED,
            {
                "survey": found.public_id, "surveyor": found.surveyor_id, "items": len(checklist),
                "photos": photos + len(earlier), **(work.text(found.findings) if found.findings else {}),
            },
        )  # fmt: skip
        if work.case.state == lifecycle.OPENED:
            # Whoever surveyed a loss may also assess it elsewhere, but here a second pair of eyes does.
            row.assessor_id = row.assessor_id or next_person(
                work.case.branch_id, ASSESSMENT, without=[found.surveyor_id]
            )
            work.hand_to(ASSESSMENT, row.assessor_id)
        row.save(update_fields=["surveyor", "assessor"])
        return found


def _planned(claim: Claim, survey: str) -> Survey:
    found = Survey.objects.filter(claim=claim, public_id=survey).first()
    if found is None:
        raise Missing(_("There is no such appointment."))
    if found.state != Survey.State.PLANNED:
        raise IllegalMove(_("This survey is “%(state)s” already.") % {"state": found.get_state_display()})
    return found


def _may_survey(user_id: int) -> bool:
    return User.objects.filter(pk=user_id, is_active=True, kind=User.Kind.STAFF, grants__role=Role.SURVEYOR).exists()

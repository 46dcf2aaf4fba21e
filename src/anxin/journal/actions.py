"""What anyone may do to any case, whatever its room: note, hand over, extend a limit, make a checkpoint."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.models import Department, User
from anxin.access.permissions import Permission
from anxin.journal import activities
from anxin.journal.chain import checkpoint_digest
from anxin.journal.models import Case, Checkpoint, Event, Text
from anxin.journal.permissions import ERASE_TEXT, HAND_OVER, NOTE
from anxin.journal.promises.source import source
from anxin.journal.writing import on_case


def add_note(*, case: str, text: str, actor: Actor, now: datetime) -> Event:
    """Write a note on a case. Notes never collide with others' work, so no expected count is asked for."""
    actor.must(NOTE)
    if not text.strip():
        raise Invalid(_("The note is empty."), fields={"text": _("Write what should be kept.")})
    with on_case(case, actor=actor, now=now) as work:
        return work.record(activities.CASE_NOTED, work.text(text.strip()))


def correct_event(*, case: str, seq: int, text: str, actor: Actor, now: datetime) -> Event:
    """Say what is wrong with an earlier entry and what is right. The entry stays as it is; this one names it."""
    actor.must(NOTE)
    if not text.strip():
        raise Invalid(_("The note is empty."), fields={"text": _("Write what should be kept.")})
    with on_case(case, actor=actor, now=now) as work:
        if not Event.objects.filter(case=work.case, seq=seq).exists():
            raise Missing(_("There is no such entry in this case."))
        return work.record(activities.EVENT_CORRECTED, {"seq": seq, **work.text(text.strip())})


def hand_over(
    *, case: str, department: str, person_id: int | None, reason: str = "", expected: int | None, actor: Actor,
    now: datetime,
) -> Case:  # fmt: skip
    """Give a case to a department and, if named, to a person who works there and may see the branch."""
    actor.must(HAND_OVER)
    if not Department.objects.filter(pk=department).exists():
        raise Invalid(_("There is no such department."), fields={"department": _("Choose a department.")})
    with on_case(case, actor=actor, now=now, expected=expected) as work:
        if work.case.closed_at is not None:
            raise IllegalMove(_("The case is closed: reopen it before handing it over."))
        if person_id is not None:
            person = User.objects.filter(pk=person_id, kind=User.Kind.STAFF, is_active=True, department=department)
            if not person.exists():
                raise Invalid(
                    _("This person does not work in that department."),
                    fields={"person": _("Choose a person of that department.")},
                )
        work.hand_to(department, person_id, reason=reason)
        return work.case


def extend_promise(
    *, case: str, promise_id: int, reason: str, expected: int | None, actor: Actor, now: datetime
) -> Event:
    """Extend a limit to what its rule allows, once, by someone the rule names (CL-02, CL-04: complex claims)."""
    if not reason.strip():
        raise Invalid(_("An extension needs its reason."), fields={"reason": _("Say why the matter is complex.")})
    with on_case(case, actor=actor, now=now, expected=expected) as work:
        clock = next((item for item in work.clocks if item.pk == promise_id), None)
        if clock is None:
            raise Missing(_("There is no such promise on this case."))
        rule = source().rules(clock.rules_edition)[clock.rule]
        if not rule.extension_permission or not rule.extended_amount:
            raise IllegalMove(_("This time limit cannot be extended: %(source)s") % {"source": rule.source})
        actor.must(Permission(rule.extension_permission))
        if clock.extended:
            raise IllegalMove(_("This time limit was extended once already."))
        if clock.state != "running" or clock.broken_at is not None:
            raise IllegalMove(_("Only a running time limit that has not passed can be extended."))
        return work.record(
            activities.PROMISE_EXTENDED,
            {
                "rule": clock.rule, "key": clock.key, "serial": clock.serial,
                "amount": rule.extended_amount, "unit": rule.extended_unit, **work.text(reason.strip()),
            },
        )  # fmt: skip


def erase_text(*, public_id: str, actor: Actor, now: datetime) -> Event:
    """Empty words that an event speaks of (Personal Information Protection Law art. 47: erasure on request).

    The event keeps its digest, so the chain still holds; the salt goes with the words, so that nobody can guess them
    back from the digest. Raises `Missing` for a text that is not there, not theirs or already erased.
    """
    actor.must(ERASE_TEXT)
    case = Case.objects.visible_to(actor).filter(texts__public_id=public_id).values_list("public_id", flat=True).first()
    if case is None:
        raise Missing(_("There is no such text, or it is already erased."))
    with on_case(case, actor=actor, now=now) as work:
        if not Text.objects.filter(public_id=public_id, erased_at=None).update(body="", salt="", erased_at=now):
            raise Missing(_("There is no such text, or it is already erased."))
        return work.record(activities.TEXT_ERASED, {"text": public_id})


def make_checkpoint(*, now: datetime) -> Checkpoint:
    """Chain all heads as they are now. On PostgreSQL nobody may write while the heads are read."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE journal_event IN SHARE MODE")
        last = Checkpoint.objects.order_by("pk").last()
        heads = Case.objects.exclude(event_count=0).values_list("public_id", "head_hash")
        previous = last.digest if last else ""
        return Checkpoint.objects.create(
            made_at=now,
            position=Event.objects.aggregate(last=Max("pk"))["last"] or 0,
            cases=heads.count(),
            events=Event.objects.count(),
            digest=checkpoint_digest(heads.iterator(), previous),
            previous=previous,
        )

"""What a person says about a form that came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, Stale
from anxin.voice.paper.converting import day_of, question_of
from anxin.voice.paper.models import Batch, Page, Returned
from anxin.voice.paper.permissions import READ_PAPER
from anxin.voice.paper.sorting import settle, sort_copy
from anxin.voice.questionnaires.form import Definition, clean

HELD_FOR = timedelta(minutes=10)
MOST_LETTERS = 4_000
State = Returned.State


def hold(*, form: Returned, actor: Actor, now: datetime) -> None:
    """Somebody looks at it now: others are led to the next form meanwhile. Holds nobody off who comes all the same."""
    if actor.may(READ_PAPER) and actor.user_id is not None:
        Returned.objects.filter(pk=form.pk, state=State.CHECK).update(
            held_by_id=actor.user_id, held_until=now + HELD_FOR
        )


@transaction.atomic
def check_form(*, form: str, decisions: Mapping[str, Any], expected: int, actor: Actor, now: datetime) -> Returned:
    """Say what stands in the open fields of a form; with all of them said it is taken over.

    A decision is a list of options (empty: nothing is marked) or words ("" for nothing). Every open field needs one. Raises
    `Stale` when somebody else changed the form since `expected`, `Invalid` with each field that will not do.
    """
    actor.must(READ_PAPER)
    row = _own(form, actor)
    if row.state != State.CHECK:
        raise IllegalMove(_("There is nothing to check on this form."))
    if row.edit != expected:
        raise Stale(_("Somebody else checked this form meanwhile. What they said is kept; nothing was overwritten."))
    layout = row.copy.run.layout
    assert layout is not None
    said, wrong = _said(row, decisions, layout.version.definition)
    if wrong:
        raise Invalid(_("Some fields are not decided yet."), fields=wrong)
    row.decisions = {**row.decisions, **said}
    row.edit += 1
    row.checked_by_id, row.touched_at = actor.user_id, now
    row.held_by = row.held_until = None
    # Whoever checked a form with a page missing had said before that it counts all the same.
    settle(row, now, whole=True)
    return row


def _said(row: Returned, decisions: Mapping[str, Any], definition: Definition) -> tuple[dict[str, Any], dict[str, str]]:
    said: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in row.open_fields:
        found = question_of(field, definition)
        if field not in decisions:
            if field not in row.decisions:
                wrong[field] = _("Say what is marked, or that nothing is.")
            continue
        given = decisions[field]
        if found is None:
            continue
        question, option = found
        if isinstance(given, (list, tuple)):
            known = {one.code for one in question.options} | (
                {str(point) for point in question.scale.points} | {"?"} if question.scale else set()
            )
            if set(given) - known or (question.kind != "many" and len(given) > 1):
                wrong[field] = _("Choose one of the answers shown.")
            said[field] = list(given)
            continue
        words = str(given).strip()[:MOST_LETTERS]
        if words and not option and question.kind in ("number", "date"):
            value, fault = clean(question, day_of(words) if question.kind == "date" else words)
            if fault is not None:
                wrong[field] = _numeric(question.kind)
            words = str(value) if value is not None else words
        said[field] = words
    return said, wrong


def _numeric(kind: str) -> str:
    if kind == "date":
        return _("Type the day as 2025-03-14, or leave it empty if it cannot be read.")
    return _("Type a number within what the question allows, or leave it empty if it cannot be read.")


@transaction.atomic
def take_as_it_is(*, form: str, expected: int, actor: Actor, now: datetime) -> Returned:
    """Count a form although pages are lost or cannot be read: what was on them is not answered."""
    actor.must(READ_PAPER)
    row = _own(form, actor)
    if row.state not in (State.INCOMPLETE, State.LEFT, State.REFUSED):
        raise IllegalMove(_("This form is not incomplete."))
    if row.edit != expected:
        raise Stale(_("Somebody else changed this form meanwhile. Look at it again."))
    if not row.answers and not row.open_fields:
        raise IllegalMove(_("Nothing was read from this form: there is nothing to count."))
    row.edit += 1
    row.checked_by_id, row.touched_at = actor.user_id, now
    settle(row, now, whole=True)
    return row


@transaction.atomic
def leave_form(*, form: str, actor: Actor, now: datetime) -> Returned:
    """Set a form aside: it is not counted and asks for nothing. A page of it read later brings it back."""
    actor.must(READ_PAPER)
    row = _own(form, actor)
    if row.state == State.TAKEN:
        raise IllegalMove(_("This form is counted already."))
    row.state, row.touched_at, row.edit = State.LEFT, now, row.edit + 1
    row.save()
    return row


@transaction.atomic
def set_aside(*, page: str, actor: Actor, now: datetime) -> Page:
    """Say that a page does not count: the wrong one of two, or none of ours. What is left is put together again."""
    actor.must(READ_PAPER)
    row = (
        Page.objects.select_for_update(of=("self",))
        .select_related("file__batch", "copy__returned")
        .filter(public_id=page, file__batch__in=Batch.objects.visible_to(actor))
        .first()
    )
    if row is None:
        raise Missing(_("There is no such page."))
    if row.copy is not None and hasattr(row.copy, "returned") and row.copy.returned.state == State.TAKEN:
        raise IllegalMove(_("This form is counted already."))
    row.is_aside = True
    row.save(update_fields=["is_aside"])
    if row.copy is not None:
        sort_copy(row.copy, row.file.batch, now)
    return row


def _own(public_id: str, actor: Actor) -> Returned:
    row = (
        Returned.objects.select_for_update(of=("self",))
        .select_related("copy__run__campaign", "copy__run__layout__version")
        .filter(public_id=public_id, batch__in=Batch.objects.visible_to(actor))
        .first()
    )
    if row is None:
        raise Missing(_("There is no such form."))
    return row

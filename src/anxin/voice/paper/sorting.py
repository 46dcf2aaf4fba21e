"""Pages of one copy put together, over all batches: complete and plain copies become responses, others wait for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.errors import Refused
from anxin.engines.reading.forms import PageReading, Questionnaire, assemble
from anxin.voice.paper.converting import answers_of
from anxin.voice.paper.models import Batch, Copy, Page, Returned
from anxin.voice.paper.stored import from_data, problem_to_data
from anxin.voice.responses.actions import take_response
from anxin.voice.responses.models import Response

State = Returned.State
_HARMLESS = frozenset({"doubled_page"})


@transaction.atomic
def sort_copy(copy: Copy, batch: Batch, now: datetime) -> Returned | None:
    """Put what came back of a copy together, and take it over if nobody needs to look. Again, it changes nothing."""
    Copy.objects.select_for_update().get(pk=copy.pk)
    row = Returned.objects.filter(copy=copy).first()
    if row is not None and row.state == State.TAKEN:
        # Another worker took it over between the reading of this page and now.
        late = Page.objects.filter(copy=copy, file__batch=batch).exclude(file__batch=row.batch_id)
        late.update(copy=None, problem={"code": "read_before", "about": {"serial": copy.serial, "page": ""}})
        return row
    pages = [page for page in Page.objects.filter(copy=copy, is_aside=False).order_by("pk") if page.reading]
    if not pages:
        if row is not None and row.state != State.LEFT:
            row.state, row.touched_at, row.edit = State.LEFT, now, row.edit + 1
            row.problems, row.answers, row.open_fields = [], {}, []
            row.save()
        return row
    made = together(pages)
    if row is None:
        row = Returned(copy=copy)
    row.batch = max((batch, row.batch), key=lambda one: one.pk) if row.batch_id else batch
    row.problems = [problem_to_data(problem) for problem in made.problems]
    row.answers = {field: list(one.options) for field, one in made.answers.items() if one.state != "doubtful"}
    row.open_fields = open_fields(made)
    row.touched_at = now
    row.edit += 1
    settle(row, now)
    return row


def together(pages: list[Page]) -> Questionnaire:
    """Pages of one copy as the engine puts them together; a reading's `file` is its page's key."""
    readings: list[PageReading] = [from_data(page.reading, file=page.pk) for page in pages]
    (made,) = assemble(readings).questionnaires
    return made


def open_fields(made: Questionnaire) -> list[str]:
    """Fields that a person has to look at, as they come on the paper."""
    fields: list[str] = []
    for page in made.pages:
        fields.extend(answer.field for answer in page.answers if answer.state == "doubtful")
        fields.extend(writing.field for writing in page.writings if writing.written)
    return fields


def settle(row: Returned, now: datetime, *, whole: bool = False) -> None:
    """Set the state and save; take it over where nothing is open. `whole`: a person says that lost pages stay lost."""
    lacking = [one for one in row.problems if one["code"] not in _HARMLESS]
    waiting = [field for field in row.open_fields if field not in row.decisions]
    if lacking and not whole:
        row.state = State.INCOMPLETE
    elif waiting:
        row.state = State.CHECK
    else:
        _take(row, now)
    row.save()


def _take(row: Returned, now: datetime) -> None:
    copy = Copy.objects.select_related("run__campaign__version", "run__layout__version", "invitation").get(
        pk=row.copy_id
    )
    campaign = copy.run.campaign
    layout = copy.run.layout
    assert layout is not None
    given: dict[str, Any] = answers_of(row.answers, row.decisions, layout.version.definition)
    try:
        with transaction.atomic():
            row.response = take_response(
                campaign=campaign,
                invitation=copy.invitation,
                answers=given,
                language=copy.run.language,
                source=Response.Source.PAPER,
                serial=copy.serial,
                now=now,
            )
    except Refused as refused:
        row.state, row.why = State.REFUSED, _why(refused)[:400]
        return
    row.state, row.why = State.TAKEN, ""


def _why(refused: Refused) -> str:
    if refused.code == "answered":
        return _("There is an answer by the same person or of the same form already; this one was not counted.")
    return " ".join([str(refused.message), *(f"{field}: {why}" for field, why in refused.fields.items())])

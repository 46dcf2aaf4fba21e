"""Open answers taken in: masked, read with the model of now, kept. Of complete responses, each looked at once; and of imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, Q

from anxin.engines.reading import text
from anxin.voice.comments import labelling, learning
from anxin.voice.comments.models import Comment, Intake, Label, Learning
from anxin.voice.questionnaires.form import Question
from anxin.voice.responses.actions import KEPT_UNFINISHED
from anxin.voice.responses.models import Response

BATCH = 200
# No transaction stays open while so many responses are begun after it: below that, no number can still turn up.
_LATE = 10_000


@dataclass(frozen=True, slots=True)
class Raw:
    """A text as it was given, and where from. `names`: people whom the register knows to be meant; masked wherever they stand."""

    text: str
    question: str
    said_at: datetime
    response_id: int | None = None
    campaign_id: int | None = None
    branch_id: int | None = None
    stage: str = ""
    key: str = ""
    names: tuple[str, ...] = ()


def waiting(settled: int) -> list[Response]:
    """The next complete responses that nobody looked at, the oldest first."""
    return list(
        Response.objects.counted()
        .filter(pk__gt=settled, comment_intake=None)
        .select_related("version", "customer", "invitation__customer", "person")
        .order_by("pk")[:BATCH]
    )


def settled_up_to(settled: int, now: datetime) -> int:
    """The response up to which none can become complete any more, so that nobody need look there again."""
    beyond = Response.objects.filter(pk__gt=settled)
    last = beyond.aggregate(last=Max("pk"))["last"]
    if last is None:
        return settled
    open_ = beyond.filter(
        Q(state=Response.State.STARTED, touched_at__gte=now - KEPT_UNFINISHED)
        | Q(state=Response.State.COMPLETE, is_pretest=False, comment_intake=None)
    ).aggregate(first=Min("pk"))["first"]
    return max(settled, min((open_ or last + 1) - 1, last - _LATE))


def take_in(responses: list[Response], now: datetime) -> int:
    """Keep the open answers of these responses; returns how many comments there are now more."""
    raw = [one for response in responses for one in _open_answers(response)]
    rows, labels = _read(raw, "", now)
    with transaction.atomic():
        # An answer erased meanwhile must not come back: the rows are held, and asked once more.
        locked = Response.objects.select_for_update().filter(pk__in=[response.pk for response in responses])
        alive = {pk for pk, answers in locked.values_list("pk", "answers") if answers != "{}"}
        looked = set(Intake.objects.filter(response__in=responses).values_list("pk", flat=True))
        Intake.objects.bulk_create(
            [Intake(response=response) for response in responses if response.pk not in looked], ignore_conflicts=True
        )
        return _keep(rows, labels, {pk for pk in alive if pk not in looked})


def take_texts(source: str, raw: Iterable[Raw], now: datetime) -> int:
    """Keep the texts of an import. A row taken before is left as it is; returns how many are new."""
    count = 0
    for batch in _batches(raw):
        known = set(
            Comment.objects.filter(source=source, key__in=[one.key for one in batch]).values_list("key", "question")
        )
        rows, labels = _read([one for one in batch if (one.key, one.question) not in known], source, now)
        with transaction.atomic():
            count += _keep(rows, labels, None)
    return count


def _batches(raw: Iterable[Raw]) -> Iterator[list[Raw]]:
    batch: list[Raw] = []
    for one in raw:
        if one.text.strip():
            batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _open_answers(response: Response) -> Iterator[Raw]:
    answers = response.given
    if not answers:
        return
    names = _names(response)
    for question in response.version.definition.questions():
        words = answers.get(question.code)
        if _is_open(question) and isinstance(words, str) and words.strip():
            yield Raw(
                text=words,
                question=question.code,
                said_at=response.submitted_at or response.touched_at,
                response_id=response.pk,
                campaign_id=response.campaign_id,
                branch_id=response.branch_id,
                stage=(question.source.stage if question.source else "") or str(response.facts.get("stage", ""))[:40],
                names=names,
            )


def _is_open(question: Question) -> bool:
    """A text in free words; a text that is part of the profile (a postcode, a job) is none."""
    return question.kind == "text" and question.role in ("open", "")


def _names(response: Response) -> tuple[str, ...]:
    """Whom the register knows to stand behind the answer, in an anonymous campaign too: and whose service it was about."""
    customers = [response.customer, response.invitation.customer if response.invitation else None]
    found = [name for customer in customers if customer for name in (customer.name, customer.name_en)]
    if response.person:
        found.append(response.person.display_name)
    return tuple(dict.fromkeys(name.strip() for name in found if len(name.strip()) > 1))


def _read(raw: list[Raw], source: str, now: datetime) -> tuple[list[Comment], dict[int, list[Label]]]:
    """Rows with what the model says of them, unsaved, and their labels by place."""
    if not raw:
        return [], {}
    model = learning.current_model()
    edition = Learning.objects.filter(state=learning.state()).aggregate(number=Max("number"))["number"] or 0
    hidden = [text.mask(one.text, names=one.names) for one in raw]
    seen = text.read([found.text for found in hidden], model)
    rows, labels = [], {}
    for at, (one, found, reading) in enumerate(zip(raw, hidden, seen, strict=True)):
        row = Comment(
            response_id=one.response_id, source=source, key=one.key, question=one.question[:40],
            campaign_id=one.campaign_id, branch_id=one.branch_id, stage=one.stage[:40], text=reading.text,
            hidden=sorted({span.kind.value for span in found.spans}), said_at=one.said_at, taken_at=now,
        )  # fmt: skip
        labelling.take_reading(row, reading, model.codes(), edition)
        labels[at] = labelling.settle(row, None)
        rows.append(row)
    return rows, labels


def _keep(rows: list[Comment], labels: dict[int, list[Label]], alive: set[int] | None) -> int:
    count = 0
    kept: list[Label] = []
    for at, row in enumerate(rows):
        if alive is None or row.response_id in alive:
            row.save(force_insert=True)
            count += 1
            for label in labels[at]:
                label.comment = row
                kept.append(label)
    Label.objects.bulk_create(kept)
    return count

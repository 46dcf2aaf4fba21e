"""What pages show of printing and reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from anxin.access.actors import Actor
from anxin.engines.reading import forms as engine
from anxin.voice.campaigns.models import Campaign
from anxin.voice.paper.converting import points_of, question_of
from anxin.voice.paper.models import Batch, BatchQuerySet, Cutout, Page, PrintRun, Returned
from anxin.voice.paper.sorting import together
from anxin.voice.paper.wording import doubt_in_words

State = Returned.State


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one batch: forms by state, and pages that do not count."""

    taken: int = 0
    check: int = 0
    lacking: int = 0
    refused: int = 0
    left: int = 0
    problems: int = 0

    @property
    def forms(self) -> int:
        return self.taken + self.check + self.lacking + self.refused + self.left


def counts_of(batches: Sequence[Batch]) -> dict[int, Counts]:
    """Batch → its counts, in three queries."""
    found: dict[int, Counter[str]] = {batch.pk: Counter() for batch in batches}
    forms = Returned.objects.filter(batch__in=batches).values_list("batch", "state").annotate(many=Count("pk"))
    for batch, state, many in forms:
        found[batch][state] += many
    pages = Page.objects.filter(file__batch__in=batches, copy=None, is_aside=False).values_list("file__batch")
    for batch, many in pages.annotate(many=Count("pk")):
        found[batch]["problems"] += many
    files = Batch.objects.filter(pk__in=found).annotate(many=Count("files", filter=Q(files__problem__isnull=False)))
    for batch, many in files.values_list("pk", "many"):
        found[batch]["problems"] += many
    return {
        pk: Counts(one["taken"], one["check"], one["lacking"], one["refused"], one["left"], one["problems"])
        for pk, one in found.items()
    }


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Of one campaign: copies printed, forms that came back, those taken over, and those that wait for a person."""

    printed: int
    read: int
    taken: int
    waiting: int


def on_paper(campaign: Campaign) -> OnPaper:
    printed = PrintRun.objects.filter(campaign=campaign).aggregate(many=Sum("done"))["many"] or 0
    back = Returned.objects.filter(copy__run__campaign=campaign).aggregate(
        read=Count("pk"),
        taken=Count("pk", filter=Q(state=State.TAKEN)),
        waiting=Count("pk", filter=Q(state__in=[State.CHECK, State.INCOMPLETE])),
    )
    return OnPaper(printed, **back)


def with_pages_of(batches: BatchQuerySet, campaign: Campaign) -> BatchQuerySet:
    """Those of the batches that hold a page of this campaign's forms."""
    return batches.filter(Exists(Page.objects.filter(file__batch=OuterRef("pk"), copy__run__campaign=campaign)))


def next_to_check(batch: Batch, actor: Actor, now: datetime, *, after: int = 0) -> Returned | None:
    """The next form of the batch that waits for a person and is in nobody else's hands; after the last the first again."""
    free = Q(held_until=None) | Q(held_until__lt=now) | Q(held_by_id=actor.user_id)
    waiting = Returned.objects.filter(free, batch=batch, state=State.CHECK).order_by("pk")
    return waiting.filter(pk__gt=after).first() or waiting.first()


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Open:
    """One field that a person has to look at, with its picture. `choices` is empty for handwriting."""

    field: str
    wording: str
    doubt: str
    kind: str  # one, many, words, number, date
    cutout: str  # public id of the picture, "" once erased
    page: str  # public id of the page
    choices: tuple[Choice, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form to be checked."""

    row: Returned
    opens: tuple[Open, ...]
    pages: tuple[Page, ...]
    known: tuple[tuple[str, str], ...] = field(default=())


def sheet_of(row: Returned) -> Sheet:
    """What stands open on a form, in the order of the paper."""
    layout = row.copy.run.layout
    assert layout is not None
    definition, language = layout.version.definition, layout.language
    pages = [page for page in Page.objects.filter(copy=row.copy, is_aside=False).order_by("page", "pk") if page.reading]
    by_pk = {page.pk: page for page in pages}
    cutouts = {
        (cut.page_id, cut.field): cut.public_id for cut in Cutout.objects.filter(page__in=pages).defer("picture")
    }
    answers: dict[str, tuple[engine.Answer, int]] = {}
    places: dict[str, int] = {}
    if pages:
        for reading in together(pages).pages:
            for answer in reading.answers:
                answers[answer.field] = (answer, reading.file)
                places[answer.field] = reading.file
            for writing in reading.writings:
                places[writing.field] = reading.file
    opens: list[Open] = []
    for code in row.open_fields:
        found = question_of(code, definition)
        if found is None or code not in places:
            continue
        question, option = found
        page = by_pk[places[code]]
        given = row.decisions.get(code)
        wording = question.text.get(language)
        if option:
            label = next((one.text.get(language) for one in question.options if one.code == option), option)
            wording = f"{wording} · {label}"
        choices: tuple[Choice, ...] = ()
        kind, doubt = "words", None
        if code in answers:
            answer, _file = answers[code]
            kind = "many" if question.kind == "many" else "one"
            doubt = answer.doubt
            seen = list(given) if isinstance(given, list) else list(answer.options) if kind == "many" else []
            choices = tuple(Choice(value, words, value in seen) for value, words in points_of(question, language))
        elif not option and question.kind in ("number", "date"):
            kind = question.kind
        opens.append(
            Open(
                code, wording, doubt_in_words(doubt), kind, cutouts.get((page.pk, code), ""), page.public_id, choices,
                str(given or "") if not isinstance(given, list) else "",
            )
        )  # fmt: skip
    return Sheet(row, tuple(opens), tuple(pages))


@dataclass(frozen=True, slots=True)
class Told:
    """A page or file with what is wrong, for the list of a batch."""

    name: str
    number: int
    problem: dict[str, Any]
    page: Page | None = None


def told_of(batch: Batch) -> list[Told]:
    """Files and pages that do not count, in the order they were sent."""
    found: list[tuple[tuple[int, int], Told]] = [
        ((file.place, 0), Told(file.name, 0, file.problem)) for file in batch.files.all() if file.problem
    ]
    pages = Page.objects.filter(file__batch=batch, copy=None, is_aside=False).select_related("file")
    found += [
        ((page.file.place, page.number), Told(page.file.name, page.number + 1, page.problem, page))
        for page in pages
        if page.problem
    ]
    return [told for _place, told in sorted(found, key=lambda one: one[0])]


@dataclass(frozen=True, slots=True)
class Came:
    """One page as it came in. `state`: read, turned, aside or problem."""

    page: Page
    state: str


def came_in(batch: Batch, most: int = 500) -> list[Came]:
    """The batch's pages in the order they were sent, each with what became of it."""
    rows = Page.objects.filter(file__batch=batch).select_related("file").defer("reading")
    return [
        Came(page, "aside" if page.is_aside else "problem" if page.problem else "turned" if page.turned else "read")
        for page in rows.order_by("file__place", "number")[:most]
    ]


def forms_of(batch: Batch) -> list[Returned]:
    return list(
        Returned.objects.filter(batch=batch)
        .select_related("copy", "response", "held_by", "checked_by", "copy__run__campaign")
        .order_by("pk")
    )

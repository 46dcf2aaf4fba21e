"""The middle of the case page: events and messages in one line of time, with the promises they kept or broke."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from anxin.access.formats import full_day
from anxin.access.models import Department
from anxin.faces.desk.people import departments
from anxin.faces.desk.wording import detail_of
from anxin.journal.activities import EVENT_CORRECTED
from anxin.journal.queries import PromiseRow, TimelineRow, timeline
from anxin.journeys.claims.activities import PHOTOS_ADDED
from anxin.journeys.claims.queries.page import ClaimPage
from anxin.messages.models import Message
from anxin.papers.models import StoredFile

MOST = 500
FIRST = 40
TABS = ("all", "papers", "messages", "handovers")


@dataclass(frozen=True, slots=True)
class Doc:
    title: str
    file: str
    """Public id of the stored file; empty: the paper is not there yet."""
    is_image: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A promise that this event kept, or that broke."""

    tone: str
    icon: str
    words: str


@dataclass(slots=True)
class Entry:
    at: datetime
    title: str
    tab: str
    activity: str = ""
    kind: str = ""
    """"", "msg", "msg--in" or "pause": how the point on the line is drawn."""
    who: str = ""
    department: str = ""
    detail: str = ""
    words: str | None = None
    seen: str = ""
    """For a message: sent, arrived, read."""
    docs: list[Doc] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    wait: timedelta | None = None
    is_folded: bool = False
    """Words of ours that were worded by a template: shown on demand."""


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class History:
    days: list[Day]
    counts: dict[str, int]
    hidden: int
    """Older entries not shown."""


def history(page: ClaimPage, *, tab: str = "all", everything: bool = False) -> History:
    """Newest first. Two queries. `tab` one of TABS; only the first 40 entries unless `everything`."""
    rows = timeline(page.case, size=MOST).rows
    files = {item.public_id: item for item in _files(page)}
    kept = _promises_by_end(page)
    named = departments()
    by_id = {message.public_id: message for message in page.messages}
    told: set[str] = set()
    entries: list[Entry] = []
    handed_at: datetime = page.case.opened_at
    corrected = {int(row.facts["seq"]): row for row in rows if row.event.activity == EVENT_CORRECTED}
    for row in reversed(rows):
        entry = _entry(row, page, files, kept, named)
        if row.event.seq in corrected:
            entry.marks.append(Mark("wait", "edit", _corrected_words(corrected[row.event.seq])))
        message = by_id.get(str(row.facts.get("message", "")))
        if message is not None and row.event.activity in ("messages.sent", "messages.received"):
            told.add(message.public_id)
            entry.words, entry.seen = message.body, _seen(message)
            entry.detail = str(message.get_channel_display())
        if row.event.activity == "case.handed_over":
            entry.wait, handed_at = row.event.occurred_at - handed_at, row.event.occurred_at
        entries.append(entry)
    entries += [_of_message(message, page) for message in page.messages if message.public_id not in told]
    # Several events of one act bear the same moment: the later one of them stands above.
    order = sorted(range(len(entries)), key=lambda place: (entries[place].at, place), reverse=True)
    entries = [entries[place] for place in order]
    entries = _merged(entries)
    counts = {name: sum(entry.tab == name for entry in entries) for name in TABS[1:]} | {"all": len(entries)}
    if tab != "all":
        entries = [entry for entry in entries if entry.tab == tab]
    shown = entries if everything else entries[:FIRST]
    return History(_by_day(shown), counts, len(entries) - len(shown))


def _merged(entries: list[Entry]) -> list[Entry]:
    """What one person did several times in one go (four papers checked) is one entry; so is one message by two ways."""
    merged: list[Entry] = []
    for entry in entries:
        last = merged[-1] if merged else None
        same = (
            last is not None
            and (last.title, last.who, last.tab, last.words, last.kind)
            == (entry.title, entry.who, entry.tab, entry.words, entry.kind)
            and last.at - entry.at < _ONE_GO
            and last.wait is None
        )
        if last is None or not same:
            merged.append(entry)
            continue
        # The list runs backwards: what is merged in came before.
        if entry.activity == PHOTOS_ADDED:
            many = len(entry.docs) + len(last.docs)
            last.detail = ngettext("%(number)d photo", "%(number)d photos", many) % {"number": many}
        elif entry.detail and entry.detail not in last.detail:
            last.detail = _(", ").join(part for part in (entry.detail, last.detail) if part)
        last.docs = [*entry.docs, *last.docs]
        last.marks = [*(mark for mark in entry.marks if mark not in last.marks), *last.marks]
    return merged


_ONE_GO = timedelta(minutes=2)


def _files(page: ClaimPage) -> list[StoredFile]:
    return [file for view in page.papers for file in view.files] + [photo.file for photo in page.photos]


def _promises_by_end(page: ClaimPage) -> dict[int, list[PromiseRow]]:
    found: dict[int, list[PromiseRow]] = {}
    for row in page.promises:
        if row.promise.end_seq is not None:
            found.setdefault(row.promise.end_seq, []).append(row)
    return found


def _entry(
    row: TimelineRow, page: ClaimPage, files: dict[str, StoredFile], kept: dict[int, list[PromiseRow]],
    named: dict[str, Department],
) -> Entry:  # fmt: skip
    event, facts = row.event, row.facts
    name = event.activity
    entry = Entry(
        event.occurred_at, row.title, _tab(name), activity=name, words=row.words, detail=detail_of(name, facts, page)
    )
    if event.actor_kind == "customer":
        entry.who = page.customer.name
        entry.kind = "msg--in"
    elif event.actor_kind == "staff":
        entry.who = row.actor
        own = named.get(event.department)
        entry.department = str(own) if own else ""
    if name == "claims.supplement_notice_arrived":
        entry.kind = "pause"
    elif name == "messages.sent":
        entry.kind = "msg"
    elif name == "messages.received":
        entry.kind = "msg--in"
    entry.docs = _docs(name, facts, page, files)
    for item in kept.get(event.seq, ()):
        if item.promise.state == "kept":
            entry.marks.append(Mark("ok", "circle-check", _kept_words(item)))
        elif item.promise.state == "broken" and name != "promise.broken":
            entry.marks.append(Mark("bad", "alert-octagon", _("“%(what)s” is done, late") % {"what": item.line.what}))
    if name == "promise.broken":
        entry.marks.append(Mark("bad", "alert-octagon", _("The time limit has passed")))
    return entry


def _corrected_words(row: TimelineRow) -> str:
    words = _("Corrected on %(day)s") % {"day": full_day(row.event.occurred_at)}
    return words + pgettext("before a detail", ": ") + row.words if row.words else words


def _kept_words(row: PromiseRow) -> str:
    words = _("Kept: “%(what)s”") % {"what": row.line.what}
    return words + pgettext("sentence", ", ") + row.line.left_words if row.line.left_words else words


def _tab(activity: str) -> str:
    if activity.startswith(("claims.paper", "claims.supplement", "claims.photos", "claims.proofs", "claims.request")):
        return "papers"
    if activity.startswith("messages."):
        return "messages"
    if activity == "case.handed_over":
        return "handovers"
    return ""


def _docs(name: str, facts: dict, page: ClaimPage, files: dict[str, StoredFile]) -> list[Doc]:  # type: ignore[type-arg]
    if name == "claims.supplement_noticed":
        wanted = set(facts.get("papers") or ())
        return [
            Doc(view.paper.title, view.files[0].public_id if view.files else "", False)
            for view in page.papers
            if view.paper.key in wanted
        ]
    names = facts.get("files") or facts.get("file") or []
    found = [files[str(item)] for item in names if str(item) in files]
    return [
        Doc(file.name or (_("Photo") if file.is_image else _("Document")), file.public_id, file.is_image)
        for file in found
    ]


def _of_message(message: Message, page: ClaimPage) -> Entry:
    incoming = message.direction == Message.Direction.IN
    return Entry(
        at=message.created_at, tab="messages", kind="msg--in" if incoming else "msg",
        title=_("wrote") if incoming else _("Told the customer"), detail=str(message.get_channel_display()),
        who=page.customer.name if incoming else "", words=message.body, seen=_seen(message),
        is_folded=bool(message.template),
    )  # fmt: skip


def _seen(message: Message) -> str:
    if message.direction == Message.Direction.IN:
        return ""
    at = message.read_at or message.arrived_at
    if at is None:
        return str(message.get_state_display())
    clock_time = f"{timezone.localtime(at):%H:%M}"
    return (_("read %(time)s") if message.read_at else _("arrived %(time)s")) % {"time": clock_time}


def _by_day(entries: list[Entry]) -> list[Day]:
    days: list[Day] = []
    for entry in entries:
        on = timezone.localdate(entry.at)
        if not days or days[-1].on != on:
            days.append(Day(on, []))
        days[-1].entries.append(entry)
    return days


def since(page: ClaimPage, seq: int) -> list[Entry]:
    """What happened after the reader looked (the event count they saw), newest first. Two queries."""
    rows = timeline(page.case, size=max(1, min(50, page.case.event_count - seq))).rows
    files = {item.public_id: item for item in _files(page)}
    named = departments()
    return [_entry(row, page, files, {}, named) for row in rows if row.event.seq > seq]

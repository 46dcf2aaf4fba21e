"""Acts on the record itself: correct an entry by one that names it; erase words and files that need not be kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.formats import moment
from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import text
from anxin.journal import actions as journal
from anxin.journal.activities import CASE_NOTED, EVENT_CORRECTED
from anxin.journal.permissions import ERASE_TEXT, NOTE
from anxin.journal.queries import TimelineRow, timeline
from anxin.messages import actions as messages
from anxin.papers import actions as papers

MOST = 200
# Words that are nobody's ground for a decision. What a claim rests on is kept as long as the law says.
_ERASABLE = frozenset({CASE_NOTED, EVENT_CORRECTED})


@act("correct_event")
class CorrectEvent(Act):
    title = gettext_lazy("Correct an entry")
    done = gettext_lazy("The correction is on record beside the entry.")
    explain = gettext_lazy("The entry stays as it is: a new one names it and says what is right.")
    permission = NOTE
    whole = frozenset({"seq"})

    seq = forms.TypedChoiceField(label=gettext_lazy("Which entry"), coerce=int)
    text = text(gettext_lazy("What is wrong, and what is right"), rows=4, required=True)

    def prepare(self) -> None:
        rows = timeline(self.context.page.case, size=MOST).rows
        self.fields["seq"].choices = [(row.event.seq, _entry(row)) for row in rows]  # type: ignore[attr-defined]
        self.fields["seq"].initial = self.context.asked.get("seq", "")

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return journal.correct_event(
            case=who["claim"], seq=data["seq"], text=data["text"], actor=who["actor"], now=who["now"]
        )


@act("erase")
class Erase(Act):
    title = gettext_lazy("Erase words or a file")
    button = gettext_lazy("Erase for good")
    done = gettext_lazy("Erased. That there was something stays on record.")
    explain = gettext_lazy(
        "On request of whom it is about (PIPL art. 47). Notes, messages and files can be erased; what a decision rests on "
        "is kept as long as the law says."
    )
    permission = ERASE_TEXT
    danger = True
    whole = frozenset({"what"})

    what = forms.ChoiceField(label=gettext_lazy("What"))
    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))

    def prepare(self) -> None:
        page = self.context.page
        notes = [
            (f"text:{row.facts['text']}", _entry(row, row.words))
            for row in timeline(page.case, size=MOST).rows
            if row.words and row.event.activity in _ERASABLE
        ]
        said = [
            (f"message:{row.public_id}", f"{moment(row.created_at)} · {row.body[:60]}")
            for row in page.messages
            if row.body
        ]
        kept = {file.public_id: file for view in page.papers for file in view.files}
        kept |= {photo.file.public_id: photo.file for photo in page.photos}
        files = [
            (f"file:{key}", f"{moment(file.uploaded_at)} · {file.name or _('Photo')}")
            for key, file in kept.items()
            if file.erased_at is None
        ]
        groups = [(_("Notes"), notes), (_("Messages"), said), (_("Files"), files)]
        self.fields["what"].choices = [group for group in groups if group[1]]  # type: ignore[attr-defined]

    def run(self, **who: Any) -> Any:
        kind, _colon, key = self.cleaned_data["what"].partition(":")
        erase = {"text": journal.erase_text, "message": messages.erase_words, "file": papers.erase}[kind]
        return erase(public_id=key, actor=who["actor"], now=who["now"])  # type: ignore[operator]


def _entry(row: TimelineRow, words: str | None = None) -> str:
    said = row.words if words is None else words
    head = f"{moment(row.event.occurred_at)} · {row.title}"
    return f"{head} · {said[:60]}" if said else head

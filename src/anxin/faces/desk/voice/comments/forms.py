"""Labels of a comment; a topic of the insurer's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anxin.faces.desk.forms_admin.base import Sheet, words
from anxin.voice.comments import labelling
from anxin.voice.comments.models import Comment, Correction
from anxin.voice.comments.queries import Topic

_UNKNOWN = "unknown"
_SENTIMENTS = (
    ("-1", pgettext_lazy("sentiment", "Negative")),
    ("0", pgettext_lazy("sentiment", "Neutral")),
    ("1", pgettext_lazy("sentiment", "Positive")),
    (_UNKNOWN, gettext_lazy("Cannot be told")),
)


class LabelsSheet(Sheet):
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All that the comment is about."),
        error_messages={"required": gettext_lazy("Choose a topic; “Other” where none fits.")},
    )
    sentiment = forms.ChoiceField(
        label=gettext_lazy("Sentiment"),
        choices=_SENTIMENTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the sentiments.")},
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    whole = frozenset({"topics", "sentiment"})

    def __init__(self, *args: Any, comment: Comment, topics: list[Topic], standing: Correction | None):
        super().__init__(*args)
        self.fields["topics"].choices = [(topic.code, topic.name) for topic in topics]  # type: ignore[attr-defined]
        sentiment = labelling.SENTIMENTS.get(Comment.Feeling(comment.feeling))
        self.initial = {
            "topics": [label.topic for label in comment.labels.all()],
            "sentiment": _UNKNOWN if sentiment is None else str(sentiment),
            "expected": standing.pk if standing else 0,
        }

    def given(self) -> dict[str, Any]:
        """What `correct` takes."""
        chosen = self.cleaned_data["sentiment"]
        return {
            "topics": self.cleaned_data["topics"],
            "sentiment": None if chosen == _UNKNOWN else int(chosen),
            "expected": self.cleaned_data["expected"] or 0,
        }


class TopicSheet(Sheet):
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=60)
    cues = words(
        gettext_lazy("Cues"), rows=8, most=20_000,
        help_text=gettext_lazy(
            "One a line: words or phrases, Chinese or English, that by themselves point to the topic. Ten good ones are "
            "better than a hundred vague ones; corrections teach the rest."
        ),
    )  # fmt: skip
    definition_zh = words(gettext_lazy("Definition, Chinese"), required=False)
    definition_en = words(gettext_lazy("Definition, English"), required=False)
    whole = frozenset({"cues"})

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "cues": self.cleaned_data["cues"].splitlines()}


def sentiment_words(sentiment: int | None) -> str:
    return str(dict(_SENTIMENTS)[_UNKNOWN if sentiment is None else str(sentiment)])


def topics_words(codes: list[str], topics: list[Topic]) -> str:
    """Names of topics; one that is no longer there by its code."""
    names = {topic.code: topic.name for topic in topics}
    return _(", ").join(names.get(code, code) for code in codes)

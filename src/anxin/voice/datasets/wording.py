"""Texts of the tables' own two languages in the language of whoever reads, and the other way round into JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from anxin.voice.datasets.table import BadTable
from anxin.voice.questionnaires.form import Text


def in_words(text: Text) -> str:
    """In the reader's language."""
    return text.get("en" if (get_language() or "").startswith("en") else "zh")


def text_data(text: Text) -> dict[str, str]:
    return dict(text.words)


def data_in_words(data: dict[str, str] | None) -> str:
    return in_words(Text(tuple((data or {}).items())))


def faults_of(error: BadTable) -> dict[str, Any]:
    """What a refusal says, to be kept and shown later in either language."""
    return {
        "why": text_data(error.text),
        "count": error.count,
        "places": [
            {"line": place.line, "column": place.column, "value": place.value, "why": text_data(place.why)}
            for place in error.places
        ],
    }


def places_in_words(faults: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows for a page: line, column, value, reason."""
    return [
        {
            "line": one["line"] or "–",
            "column": one["column"],
            "value": one["value"],
            "reason": data_in_words(one["why"]),
        }
        for one in faults.get("places", [])
    ]

"""The page that says what each column of a table is: a row a column, with the guess, its reason and first answers.

Works without a script. Buttons named `press` change the form and save nothing; what was chosen stays whatever happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Refused
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.voice.datasets.views import of
from anxin.voice.datasets import actions
from anxin.voice.datasets.models import Dataset
from anxin.voice.datasets.permissions import IMPORT_DATASETS, SEE_DATASETS
from anxin.voice.datasets.queries import dataset_of
from anxin.voice.datasets.table.signs import STAGES
from anxin.voice.datasets.wording import data_in_words, in_words, places_in_words

ROLE_WORDS: dict[str, str | Promise] = {
    "perception": gettext_lazy("Perception (how it was)"),
    "expectation": gettext_lazy("Expectation (how it should be)"),
    "importance": gettext_lazy("Importance"),
    "outcome": gettext_lazy("Outcome (satisfaction, loyalty)"),
    "nps": gettext_lazy("Likelihood to recommend, 0 to 10"),
    "profile": gettext_lazy("Profile (who answered)"),
    "segment": gettext_lazy("Segment (to compare by)"),
    "open": gettext_lazy("Open answer"),
    "weight": gettext_lazy("Survey weight"),
    "seconds": gettext_lazy("Seconds taken"),
    "id": gettext_lazy("Reference of the answer"),
    "ignore": gettext_lazy("Leave out"),
}
_SCALES = ("perception", "expectation", "importance", "outcome", "nps")
KIND_WORDS: dict[str, str | Promise] = {
    "one": gettext_lazy("one of several"),
    "many": gettext_lazy("several at once"),
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("words"),
}


@dataclass(slots=True)
class Line:
    """One column on the page. `wrong` are the words of a refusal by box."""

    place: int
    name: str
    label: str
    first: list[str]
    empty: int
    why: str
    role: str
    kind: str
    low: str = ""
    high: str = ""
    reversed: bool = False
    dimension: str = ""
    stage: str = ""
    missing: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def scaled(self) -> bool:
        return self.role in _SCALES


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_DATASETS, IMPORT_DATASETS)
def columns(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = dataset_of(public_id, actor)
    if row.is_open or row.state == Dataset.State.REFUSED:
        return redirect("desk:dataset", public_id=public_id)
    data = row.draft_data()
    if request.method != "POST":
        return _show(request, row, _lines(row, data), data)
    given = _given(request.POST, row, data)
    lines = _lines(row, given)
    for line in lines:
        _as_typed(line, request.POST)
    if request.POST.get("press") == "fill":
        _fill(lines, request.POST)
        return _show(request, row, lines, given)
    try:
        expected = int(request.POST.get("expected", ""))
    except ValueError:
        expected = -1
    try:
        done = actions.change_mapping(dataset=public_id, data=given, expected=expected, actor=actor, now=now)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        row.refresh_from_db()
        return _show(request, row, lines, given, refused=refused)
    if done.faults:
        return _show(request, done, lines, given, status=422)
    messages.success(
        request, _("The columns are being checked against all answers.") if done.is_open else _("The table is ready.")
    )
    return redirect("desk:dataset", public_id=public_id)


@require_GET
@staff(SEE_DATASETS)
def download(request: HttpRequest, public_id: str) -> HttpResponse:
    """The mapping as JSON, for `anxin voice report FILE --map mapping.json`."""
    actor, _now = who(request)
    row = dataset_of(public_id, actor)
    answer = HttpResponse(row.mapping or row.draft or "{}", content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mapping.json"'
    return answer


def _lines(row: Dataset, data: Mapping[str, Any]) -> list[Line]:
    found = []
    for place, fact in enumerate(row.column_facts):
        told = data["columns"].get(fact["name"], {"role": "ignore", "kind": "text"})
        found.append(
            Line(
                place, fact["name"], fact["label"] if fact["label"] != fact["name"] else "", fact["first"], fact["empty"],
                data_in_words(fact["why"]), told["role"], told.get("kind", "text"), _number(told.get("low")),
                _number(told.get("high")), bool(told.get("reversed")), told.get("dimension", ""), told.get("stage", ""),
                ", ".join(str(code) for code in told.get("missing", [])),
            )
        )  # fmt: skip
    return found


def _number(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _as_typed(line: Line, post: Mapping[str, Any]) -> None:
    """What no number can be made of stays in its box as it was typed."""
    for name in ("low", "high", "missing"):
        setattr(line, name, str(post.get(f"c{line.place}-{name}", "")).strip()[:60])


def _given(post: Mapping[str, Any], row: Dataset, before: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping that the boxes say; what has no box (options, points, wordings) is kept from the draft."""
    made: dict[str, Any] = {}
    stages: dict[str, Any] = dict(before.get("stages", {}))
    dimensions: dict[str, Any] = {}
    for place, fact in enumerate(row.column_facts):
        told = before["columns"].get(fact["name"], {"role": "ignore", "kind": "text"})

        def box(name: str, place: int = place) -> str:
            return str(post.get(f"c{place}-{name}", "")).strip()

        role = box("role") or told["role"]
        if role == "ignore":
            # What it was stays known, should it be taken in after all.
            made[fact["name"]] = {
                **{key: value for key, value in told.items() if key not in ("low", "high")},
                "role": "ignore",
            }
            made[fact["name"]].update(
                {
                    name: number
                    for name in ("low", "high")
                    if (number := _as_number(box(name))) is not None and not isinstance(number, str)
                }
            )
            continue
        kind = box("kind") or told.get("kind", "text")
        column: dict[str, Any] = {"role": role}
        if role in _SCALES:
            column["kind"] = "scale"
            for name in ("low", "high"):
                if box(name):
                    column[name] = _as_number(box(name))
            if role == "nps":
                column.setdefault("low", 0)
                column.setdefault("high", 10)
            if box("reversed"):
                column["reversed"] = True
            for name in ("dimension", "stage"):
                if box(name):
                    column[name] = box(name)[:100]
            if column.get("dimension"):
                dimensions[column["dimension"]] = before.get("dimensions", {}).get(
                    column["dimension"], {"zh": column["dimension"], "en": column["dimension"]}
                )
            if column.get("stage") in STAGES:
                stages.setdefault(column["stage"], dict(STAGES[column["stage"]][0].words))
            if told.get("item"):
                column["item"] = told["item"]
        elif role in ("weight", "seconds"):
            column["kind"] = "number"
        elif role in ("open", "id"):
            column["kind"] = "text"
        else:
            column["kind"] = kind if kind in KIND_WORDS else "one"
        if box("missing"):
            column["missing"] = [code.strip() for code in box("missing").replace("，", ",").split(",") if code.strip()]
        for name in ("text", "points", "options", "parted_by"):
            if told.get(name) and (
                name != "options" or column["kind"] in ("one", "many") or told.get("kind") == "scale"
            ):
                column[name] = told[name]
        made[fact["name"]] = column
    for code in dimensions:
        words = {
            language: text for language in ("zh", "en") if (text := str(post.get(f"d-{code}-{language}", "")).strip()[:120])
        }  # fmt: skip
        if words:
            dimensions[code] = words
    return {
        **{name: before[name] for name in ("title", "wave", "instrument") if before.get(name)}, "dimensions": dimensions,
        "stages": stages, "columns": made,
    }  # fmt: skip


def _as_number(text: str) -> float | str | None:
    """A number, or the text as it is for the action to refuse; None for nothing."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def _fill(lines: list[Line], post: Mapping[str, Any]) -> None:
    """The same for several columns at once: from one column to another, what the boxes above say; empty ones change nothing."""
    names = [line.name for line in lines]
    ends = [names.index(post[name]) if post.get(name) in names else None for name in ("fill-from", "fill-to")]
    if ends[0] is None:
        return
    last = ends[0] if ends[1] is None else ends[1]
    for line in lines[min(ends[0], last) : max(ends[0], last) + 1]:
        if post.get("fill-role") in ROLE_WORDS:
            line.role = post["fill-role"]
        for name in ("low", "high", "dimension", "stage", "missing"):
            if str(post.get(f"fill-{name}", "")).strip():
                setattr(line, name, str(post[f"fill-{name}"]).strip()[:100])


def _show(
    request: HttpRequest, row: Dataset, lines: list[Line], data: Mapping[str, Any], *, refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    other: list[str] = []
    if refused is not None:
        status = refused.status
        for where, why in refused.fields.items():
            for line in lines:
                if where.startswith(f"columns.{line.name}.") or where == f"columns.{line.name}":
                    line.wrong[where.removeprefix(f"columns.{line.name}").lstrip(".") or "role"] = why
                    break
            else:
                other.append(f"{where}: {why}" if where != "mapping" else why)
    known = dict.fromkeys([*(line.dimension for line in lines if line.dimension)])
    return render(
        request, "desk/voice/datasets/columns.html",
        {
            "row": row, "crumbs": of(row), "lines": lines, "roles": list(ROLE_WORDS.items()),
            "kinds": list(KIND_WORDS.items()),
            "stages": [(code, in_words(text)) for code, (text, _prefixes) in STAGES.items()]
            + [(code, data_in_words(words)) for code, words in data.get("stages", {}).items() if code not in STAGES],
            "dimensions": [
                (code, data.get("dimensions", {}).get(code, {}).get("zh", code), data.get("dimensions", {}).get(code, {}).get("en", code))
                for code in known
            ],
            "said": [data_in_words(text) for text in [*row.facts.get("notes", []), *row.facts.get("said", [])]],
            "refused": str(refused.message) if refused else "", "other": other, "wrong_count": sum(bool(line.wrong) for line in lines),
            "why": data_in_words(row.faults.get("why")) if row.faults else "", "bad": places_in_words(row.faults)[:100],
            "bad_count": row.faults.get("count", 0),
            "expected": row.edit,
        },
        status=status,
    )  # fmt: skip

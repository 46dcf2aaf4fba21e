"""The boxes of one question: what is stored laid out in them, what was typed taken from them. Nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from anxin.faces.desk.voice.studio.conditions import ConditionBoxes
from anxin.voice.questionnaires.catalogue import block, instrument_questions
from anxin.voice.questionnaires.form import KINDS, LANGUAGES, Question
from anxin.voice.questionnaires.form.definition import ROLES

Data = dict[str, Any]
FEWEST_ROWS, MORE_ROWS, MOST_ROWS = 4, 3, 60
_FLAGS = ("required", "shuffle", "unsure")
EXTRAS = ("", "other", "alone")


def kind_words() -> dict[str, str]:
    return {
        "scale": _("Rating on a scale"), "one": _("Choice of one"), "many": _("Choice of several"), "number": _("A number"),
        "text": _("Open text"), "date": _("A day"),
    }  # fmt: skip


def role_words() -> dict[str, str]:
    return {
        "": _("nothing in particular"), "profile": _("profile: groups to compare"), "perception": _("perception of the service"),
        "expectation": _("expectation"), "importance": _("importance"), "outcome": _("outcome: satisfaction, loyalty, NPS"),
        "open": _("open comments"),
    }  # fmt: skip


def scale_presets() -> dict[str, tuple[str, Data]]:
    """Usual scales by name: words and the scale, taken from the instruments and blocks that use them."""
    return {
        "agree": (_("Agreement, 1 to 5"), instrument_questions("servperf-insurance")[0]["scale"]),
        "satisfied": (_("Satisfaction, 1 to 5"), instrument_questions("csat")[0]["scale"]),
        "important": (_("Importance, 1 to 5"), block("importance").questions[0]["scale"]),
        "likely": (_("Likelihood, 0 to 10"), block("nps").questions[0]["scale"]),
    }


class QuestionSheet:
    """`question` is the stored one (for a new one: its kind and code); `typed` what a form sent."""

    def __init__(
        self, question: Data, asked: Sequence[Question], language: str, typed: Mapping[str, Any] | None = None
    ) -> None:
        self.stored = question
        self.typed: dict[str, str] = {key: str(value) for key, value in typed.items()} if typed is not None else {}
        if typed is None:
            self.typed = _spread(question)
        self.errors: dict[str, str] = {}
        self.condition = ConditionBoxes(asked, language, question.get("show_if"), typed)

    @property
    def kind(self) -> str:
        kind = self.typed.get("kind", "text")
        return kind if kind in KINDS else "text"

    @property
    def count(self) -> int:
        try:
            return max(FEWEST_ROWS, min(MOST_ROWS, int(self.typed.get("rows", FEWEST_ROWS))))
        except ValueError:
            return FEWEST_ROWS

    @property
    def options(self) -> list[Data]:
        return [
            {
                "n": n, "place": n + 1,
                **{part: self.typed.get(f"opt_{n}_{part}", "") for part in ("code", *LANGUAGES, "extra")},
                "error": self.errors.get(f"opt_{n}", ""),
            }
            for n in range(self.count)
        ]  # fmt: skip

    # -- buttons that change the form and save nothing --------------------------------------------------------------

    def press(self, button: str) -> None:
        """more, kind, up-n, down-n, drop-n or preset-name; anything else changes nothing."""
        name, _dash, argument = button.partition("-")
        if name == "more":
            self.typed["rows"] = str(min(MOST_ROWS, self.count + MORE_ROWS))
        elif name == "preset" and argument in (presets := scale_presets()):
            self.typed |= _spread_scale(presets[argument][1])
        elif name in ("up", "down", "drop") and argument.isdigit() and int(argument) < self.count:
            rows = [{part: row[part] for part in ("code", *LANGUAGES, "extra")} for row in self.options]
            row, place = rows.pop(int(argument)), int(argument)
            if name != "drop":
                rows.insert(max(0, place + (1 if name == "down" else -1)), row)
            self.typed = {key: value for key, value in self.typed.items() if not key.startswith("opt_")}
            self.typed |= _spread_options(rows)

    # -- taking it --------------------------------------------------------------------------------------------------

    def take(self) -> Data | None:
        """The question as typed, or None with `errors`. What only keeps it from being asked is no error here."""
        kind = self.kind
        question: Data = {
            "code": self.typed.get("code", "").strip(),
            "kind": kind,
            "text": self._words("text"),
            "hint": self._words("hint"),
            "required": "required" in self.typed,
            "role": self.typed.get("role", "") if self.typed.get("role", "") in ROLES else "",
        }
        if not question["text"]:
            self.errors["text"] = _("Write the question.")
        if kind in ("one", "many"):
            question |= {"options": self._options(), "shuffle": "shuffle" in self.typed}
        if kind == "many":
            question["most"] = self._number("most", whole=True, least=1)
        if kind == "scale":
            question["scale"] = self._scale()
        if kind in ("number", "text"):
            question |= {name: self._number(name, whole=kind == "text") for name in ("low", "high")}
            if None not in (question["low"], question["high"]) and question["low"] > question["high"]:
                self.errors["high"] = _("The highest is below the lowest.")
        question["show_if"] = self.condition.take()
        # What a question asks of an instrument holds as long as it is answered on a scale or in figures.
        if kind in ("scale", "number") and kind == self.stored.get("kind", kind):
            question["source"] = self.stored.get("source")
        self.errors |= self.condition.errors
        return None if self.errors else question

    def _words(self, name: str) -> Data:
        found = {language: self.typed.get(f"{name}_{language}", "").strip() for language in LANGUAGES}
        return {language: words for language, words in found.items() if words}

    def _options(self) -> list[Data]:
        found: list[Data] = []
        taken = {row["code"].strip() for row in self.options}
        for row in self.options:
            text = {language: row[language].strip() for language in LANGUAGES if row[language].strip()}
            code = row["code"].strip()
            if not text and not code:
                continue
            if code and not re.fullmatch(r"\w{1,40}", code, re.ASCII):
                self.errors[f"opt_{row['n']}"] = _("A code has letters, digits and _ only, 40 at most.")
            if not code:
                code = next(str(n) for n in range(1, MOST_ROWS * 2) if str(n) not in taken)
                taken.add(code)
            option: Data = {"code": code, "text": text}
            if row["extra"] in EXTRAS and row["extra"]:
                option[row["extra"]] = True
            found.append(option)
        return found

    def _scale(self) -> Data:
        low, high = self._number("scale_low", whole=True), self._number("scale_high", whole=True)
        low, high = (1 if low is None else low), (5 if high is None else high)
        if not low < high <= low + 10:
            self.errors["scale_high"] = _("A scale goes from a whole number to a higher one, with 11 points at most.")
        lines = {language: self._lines(f"labels_{language}") for language in LANGUAGES}
        count = max(len(found) for found in lines.values())
        if count not in (0, 2, high - low + 1):
            self.errors["labels_zh"] = _("Write %(points)d lines, one a point, or two for the ends.") % {
                "points": high - low + 1
            }
        labels = [
            {language: found[place] for language, found in lines.items() if place < len(found) and found[place]}
            for place in range(count)
        ]
        return {"low": low, "high": high, "labels": labels, **({"unsure": True} if "unsure" in self.typed else {})}

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.typed.get(name, "").rstrip().splitlines()]

    def _number(self, name: str, *, whole: bool = False, least: float | None = None) -> Any:
        text = self.typed.get(name, "").strip()
        if not text:
            return None
        try:
            value = int(text) if re.fullmatch(r"-?\d{1,12}", text) or whole else float(text)
        except ValueError:
            self.errors[name] = _("Write a whole number.") if whole else _("Write a number.")
            return None
        if (least is not None and value < least) or value != value or abs(value) == float("inf"):
            self.errors[name] = _("Write a number from %(least)s.") % {"least": 0 if least is None else least}
            return None
        return value


def _spread(question: Data) -> dict[str, str]:
    """A stored question laid out in the boxes."""
    typed = {"code": question["code"], "kind": question.get("kind", "text"), "role": question.get("role", "")}
    for name in ("text", "hint"):
        typed |= _spread_words(name, question.get(name))
    for name in ("low", "high", "most"):
        if question.get(name) is not None:
            typed[name] = f"{question[name]:g}"
    typed |= {name: "1" for name in ("required", "shuffle") if question.get(name)}
    typed |= _spread_scale(question.get("scale") or {"low": 1, "high": 5})
    options = question.get("options") or []
    typed |= _spread_options(
        [
            {
                "code": str(one.get("code", "")), **{key: _spread_words("", one.get("text")).get(f"_{key}", "") for key in LANGUAGES},
                "extra": next((extra for extra in EXTRAS if extra and one.get(extra)), ""),
            }
            for one in options
        ]
    )  # fmt: skip
    return typed


def _spread_words(name: str, text: Any) -> dict[str, str]:
    found = {"zh": text} if isinstance(text, str) else dict(text or {})
    return {f"{name}_{language}": str(found.get(language, "")) for language in LANGUAGES}


def _spread_scale(scale: Data) -> dict[str, str]:
    labels = [{"zh": one} if isinstance(one, str) else one for one in scale.get("labels") or []]
    typed = {"scale_low": str(scale.get("low", 1)), "scale_high": str(scale.get("high", 5))}
    for language in LANGUAGES:
        lines = [str(label.get(language, "")) for label in labels]
        typed[f"labels_{language}"] = "\n".join(lines) if any(lines) else ""
    return typed | ({"unsure": "1"} if scale.get("unsure") else {})


def _spread_options(rows: Sequence[Data]) -> dict[str, str]:
    typed = {"rows": str(max(FEWEST_ROWS, len(rows) + 1))}
    for n, row in enumerate(rows):
        typed |= {f"opt_{n}_{part}": str(row.get(part, "")) for part in ("code", *LANGUAGES, "extra")}
    return typed

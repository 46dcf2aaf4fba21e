"""The boxes of a condition: rows of "question … answer", joined by all or any; what rows cannot say is written as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from anxin.voice.questionnaires.form import Question, read_condition

Data = dict[str, Any]
ROWS = 4
_BETWEEN = "|"


class ConditionBoxes:
    """`typed` holds what the boxes show; `take()` the condition as JSON, None for none, with `errors` where it will not do.

    `asked`: the questions that may be looked at (those asked before). `prefix` keeps several conditions on a page apart.
    """

    def __init__(
        self,
        asked: Sequence[Question],
        language: str,
        condition: Data | None = None,
        typed: Mapping[str, Any] | None = None,
        prefix: str = "if",
    ) -> None:
        self.asked, self.language, self.prefix = asked, language, prefix
        self.errors: dict[str, str] = {}
        self.typed = dict(typed) if typed is not None else self._spread(condition)

    def _name(self, part: str) -> str:
        return f"{self.prefix}_{part}"

    def _spread(self, condition: Data | None) -> dict[str, str]:
        """A stored condition laid out in the boxes."""
        if not condition:
            return {}
        join = "any" if "any" in condition else "all"
        leaves = condition.get(join, [condition]) if {"all", "any"} & condition.keys() else [condition]
        rows: list[tuple[str, str]] = []
        for leaf in leaves:
            found = _rows_of(leaf)
            # Several answers to one question are rows joined by "or": that is only right where all rows are.
            if found is None or (len(found) > 1 and join == "all" and len(leaves) > 1):
                return {self._name("json"): json.dumps(condition, ensure_ascii=False)}
            if len(found) > 1:
                join = "any"
            rows += found
        if len(rows) > ROWS:
            return {self._name("json"): json.dumps(condition, ensure_ascii=False)}
        typed = {self._name("join"): join}
        for place, (choice, number) in enumerate(rows):
            typed |= {self._name(f"{place}"): choice, self._name(f"{place}_number"): number}
        return typed

    @property
    def rows(self) -> list[Data]:
        offered = {value for _words, offers in self.choices for value, _offer in offers}
        found = []
        for place in range(ROWS):
            name = self._name(str(place))
            value = str(self.typed.get(name, ""))
            found.append(
                {
                    "place": place + 1, "name": name, "value": value, "error": self.errors.get(name, ""),
                    "number_name": f"{name}_number", "number": self.typed.get(f"{name}_number", ""),
                    # What is waited for and is there no longer stays to be seen: saving something else must not drop it.
                    "is_gone": bool(value) and value not in offered,
                }
            )  # fmt: skip
        return found

    @property
    def is_used(self) -> bool:
        return any(row["value"] for row in self.rows)

    @property
    def join(self) -> Data:
        return {"name": self._name("join"), "value": self.typed.get(self._name("join"), "all")}

    @property
    def raw(self) -> Data:
        name = self._name("json")
        return {"name": name, "value": self.typed.get(name, ""), "error": self.errors.get(name, "")}

    @property
    def choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What a row offers: questions, each with what may be waited for."""
        return [
            (f"{question.code} · {question.text.get(self.language)[:60]}", self._offers(question))
            for question in self.asked
        ]

    def _offers(self, question: Question) -> list[tuple[str, str]]:
        code = question.code
        offers = [
            (f"{code}|is|{option.code}", _("is “%(answer)s”") % {"answer": option.text.get(self.language)[:60]})
            for option in question.options
        ]
        if question.kind in ("scale", "number"):
            offers += [
                (f"{code}|at_least", _("is the number or more")),
                (f"{code}|at_most", _("is the number or less")),
            ]
        return [*offers, (f"{code}|given", _("is answered")), (f"{code}|blank", _("is not answered"))]

    def take(self) -> Data | None:
        raw = str(self.typed.get(self._name("json"), "")).strip()
        if raw:
            return self._raw(raw)
        leaves: list[Data] = []
        for place in range(ROWS):
            name = self._name(str(place))
            choice = str(self.typed.get(name, ""))
            if choice:
                leaf = self._leaf(name, choice, str(self.typed.get(f"{name}_number", "")).strip())
                if leaf is not None:
                    leaves.append(leaf)
        if not leaves:
            return None
        join = "any" if self.typed.get(self._name("join")) == "any" else "all"
        merged = _merged(leaves) if join == "any" else leaves
        return merged[0] if len(merged) == 1 else {join: merged}

    def _leaf(self, name: str, choice: str, number: str) -> Data | None:
        code, _bar, rest = choice.partition(_BETWEEN)
        kind, _bar, value = rest.partition(_BETWEEN)
        if code not in {question.code for question in self.asked}:
            self.errors[name] = _("This question is not asked before.")
            return None
        match kind:
            case "is" if value:
                return {"answer": code, "is": [value]}
            case "given" | "blank":
                return {"answer": code, "given": kind == "given"}
            case "at_least" | "at_most":
                try:
                    return {"answer": code, kind: float(number) if not number.lstrip("-").isdigit() else int(number)}
                except ValueError:
                    self.errors[name] = _("Write the number beside it.")
                    return None
        self.errors[name] = _("Choose one of the answers offered.")
        return None

    def _raw(self, raw: str) -> Data | None:
        name = self._name("json")
        try:
            return read_condition(json.loads(raw)).to_data()
        except json.JSONDecodeError as error:
            self.errors[name] = _("This is not JSON: line %(line)d, column %(column)d.") % {
                "line": error.lineno, "column": error.colno,
            }  # fmt: skip
        except ValueError as error:
            self.errors[name] = str(error)
        except RecursionError:
            self.errors[name] = _("This is nested too deeply.")
        return None


def _rows_of(leaf: Data) -> list[tuple[str, str]] | None:
    """(choice, number) of each row that says this; None where rows cannot."""
    code = leaf.get("answer")
    if not isinstance(code, str):
        return None
    if "is" in leaf:
        values = leaf["is"] if isinstance(leaf["is"], list) else [leaf["is"]]
        return [(f"{code}|is|{value}", "") for value in values]
    if "given" in leaf:
        return [(f"{code}|{'given' if leaf['given'] else 'blank'}", "")]
    for kind in ("at_least", "at_most"):
        if kind in leaf:
            return [(f"{code}|{kind}", f"{leaf[kind]:g}")]
    return None


def _merged(leaves: list[Data]) -> list[Data]:
    """Answers to the same question in one list: shorter to read, and the same."""
    found: list[Data] = []
    for leaf in leaves:
        twin = next((one for one in found if "is" in one and "is" in leaf and one["answer"] == leaf["answer"]), None)
        if twin is None:
            found.append(leaf)
        else:
            twin["is"] += [value for value in leaf["is"] if value not in twin["is"]]
    return found

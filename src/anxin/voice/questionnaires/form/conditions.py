"""When a page or a question is shown: conditions over what was answered before.

As JSON: `{"answer": "q1", "is": ["a", "b"]}`, `{"answer": "q2", "at_least": 3}` (also `at_most`), `{"answer": "q3", "given": true}`,
joined by `{"all": […]}`, `{"any": […]}` and `{"not": …}`. An answer that was not given fulfils nothing but `"given": false`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """`kind`: all, any, not, is, at_least, at_most or given. Leaves name a question, the others hold parts."""

    kind: str
    question: str = ""
    values: tuple[str, ...] = ()
    bound: float = 0.0
    given: bool = True
    parts: tuple[Condition, ...] = ()

    def holds(self, answers: Answers) -> bool:
        match self.kind:
            case "all":
                return all(part.holds(answers) for part in self.parts)
            case "any":
                return any(part.holds(answers) for part in self.parts)
            case "not":
                return not self.parts[0].holds(answers)
        answer = answers.get(self.question)
        known = answer not in (None, "", [])
        if self.kind == "given":
            return known == self.given
        if not known:
            return False
        if self.kind == "is":
            chosen = answer if isinstance(answer, list) else [answer]
            return any(str(one) in self.values for one in chosen)
        number = _number(answer)
        if number is None:
            return False
        return number >= self.bound if self.kind == "at_least" else number <= self.bound

    def questions(self) -> Iterator[str]:
        """The questions it looks at."""
        if self.question:
            yield self.question
        for part in self.parts:
            yield from part.questions()

    def to_data(self) -> dict[str, Any]:
        match self.kind:
            case "all" | "any":
                return {self.kind: [part.to_data() for part in self.parts]}
            case "not":
                return {"not": self.parts[0].to_data()}
            case "is":
                return {"answer": self.question, "is": list(self.values)}
            case "given":
                return {"answer": self.question, "given": self.given}
        return {"answer": self.question, self.kind: self.bound}


def read_condition(data: Any) -> Condition:
    """Raises ValueError with what is wrong, for the definition's reader to say where."""
    if not isinstance(data, Mapping):
        raise ValueError(_("a condition is an object"))
    keys = set(data)
    for kind in ("all", "any"):
        if keys == {kind}:
            parts = data[kind]
            if not isinstance(parts, list) or not parts:
                raise ValueError(_("“%(kind)s” holds a list of conditions") % {"kind": kind})
            return Condition(kind, parts=tuple(read_condition(part) for part in parts))
    if keys == {"not"}:
        return Condition("not", parts=(read_condition(data["not"]),))
    question = data.get("answer")
    if not isinstance(question, str) or not question:
        raise ValueError(_("a condition names a question in “answer”"))
    if keys == {"answer", "is"}:
        values = data["is"] if isinstance(data["is"], list) else [data["is"]]
        if not values:
            raise ValueError(_("“is” holds at least one answer"))
        return Condition("is", question, values=tuple(str(value) for value in values))
    if keys == {"answer", "given"} and isinstance(data["given"], bool):
        return Condition("given", question, given=data["given"])
    for kind in ("at_least", "at_most"):
        if keys == {"answer", kind} and isinstance(data[kind], (int, float)) and not isinstance(data[kind], bool):
            return Condition(kind, question, bound=float(data[kind]))
    raise ValueError(_("a condition has one of: is, at_least, at_most, given, all, any, not"))


def _number(answer: Any) -> float | None:
    try:
        return float(answer)
    except (TypeError, ValueError):
        return None

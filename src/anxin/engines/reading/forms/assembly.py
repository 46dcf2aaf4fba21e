"""Pages into questionnaires: what belongs together, and what is lost, doubled or mixed up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anxin.engines.reading.forms.codes import PageCode
from anxin.engines.reading.forms.handwriting import Handwriting
from anxin.engines.reading.forms.marks import Answer
from anxin.engines.reading.forms.problems import Problem
from anxin.engines.reading.forms.reading import PageReading

_Key = tuple[str, int, str]  # form, version, serial


@dataclass(frozen=True)
class Questionnaire:
    """One returned copy. `pages` are those whose answers count, in order; `unread` those of this copy that a problem kept
    from being read; `rivals` pages that contradict one another, none of which counts until a person decides.
    """

    form_id: str
    version: int
    serial: str
    token: str
    pages: tuple[PageReading, ...]
    unread: tuple[PageReading, ...] = ()
    rivals: tuple[PageReading, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def complete(self) -> bool:
        """Every page is there, once or alike, and nothing is mixed up. Doubtful answers may remain."""
        return not [problem for problem in self.problems if problem.code != "doubled_page"]

    @property
    def answers(self) -> dict[str, Answer]:
        return {answer.field: answer for page in self.pages for answer in page.answers}

    @property
    def writings(self) -> dict[str, Handwriting]:
        return {writing.field: writing for page in self.pages for writing in page.writings}


@dataclass(frozen=True)
class Assembly:
    """`unplaced` are pages that say not, or not reliably, which copy they belong to; each has its `problem`."""

    questionnaires: tuple[Questionnaire, ...]
    unplaced: tuple[PageReading, ...]


def assemble(readings: Iterable[PageReading]) -> Assembly:
    """Put the pages of each serial together, in the order in which the serials first appear. Nothing is guessed."""
    unplaced: list[PageReading] = []
    copies: dict[_Key, list[tuple[PageCode, PageReading]]] = {}
    for reading in readings:
        code = reading.code
        if code is None or (reading.problem and reading.problem.code in ("several_pages", "unknown_page")):
            unplaced.append(reading)
        else:
            copies.setdefault((code.form_id, code.version, code.serial), []).append((code, reading))
    made = [_put_together(key, found) for key, found in copies.items()]
    return Assembly(tuple(_name_mixed(made)), tuple(unplaced))


def _put_together(key: _Key, found: Sequence[tuple[PageCode, PageReading]]) -> Questionnaire:
    form_id, version, serial = key
    problems: list[Problem] = []
    counting: list[PageReading] = []
    unread: list[PageReading] = []
    rivals: list[PageReading] = []
    tokens = sorted({code.token for code, _ in found})
    if len(tokens) > 1:
        problems.append(Problem("mixed_tokens", {"serial": serial}))
    for number in range(1, max(code.pages for code, _ in found) + 1):
        about: dict[str, str | int] = {"page": number, "serial": serial}
        here = [reading for code, reading in found if code.page == number]
        read = [reading for reading in here if reading.problem is None]
        failed = [reading for reading in here if reading.problem is not None]
        unread.extend(failed)
        if not read:
            # A page that is there and cannot be read names its own problem.
            problems.extend(reading.problem for reading in failed if reading.problem)
            if not failed:
                problems.append(Problem("lost_page", about))
        elif len(read) == 1:
            counting.append(read[0])
        else:
            about["times"] = len(read)
            if all(_agree(read[0], other) for other in read[1:]):
                problems.append(Problem("doubled_page", about))
                counting.append(max(read, key=_clarity))
            else:
                problems.append(Problem("contradicting_pages", about))
                rivals.extend(read)
    return Questionnaire(
        form_id,
        version,
        serial,
        tokens[0] if len(tokens) == 1 else "",
        tuple(counting),
        tuple(unread),
        tuple(rivals),
        tuple(problems),
    )


def _agree(one: PageReading, other: PageReading) -> bool:
    """Whether two readings of a page could be of the same sheet: what both are sure of is the same."""
    pairs = zip(one.marks, other.marks, strict=True)
    written = zip(one.writings, other.writings, strict=True)
    return all(a.state == b.state or "doubtful" in (a.state, b.state) for a, b in pairs) and all(
        a.written == b.written for a, b in written
    )


def _clarity(reading: PageReading) -> tuple[int, float]:
    return -len(reading.doubtful), reading.sharpness


def _name_mixed(made: Sequence[Questionnaire]) -> list[Questionnaire]:
    """Name serials of which pages of several forms or versions lie in the batch while some page is lost.

    Two forms may use the same serials: as long as each is complete, nothing is mixed.
    """
    by_serial: dict[str, list[Questionnaire]] = {}
    for one in made:
        by_serial.setdefault(one.serial, []).append(one)
    named: list[Questionnaire] = []
    for one in made:
        kin = by_serial[one.serial]
        if len(kin) > 1 and any(problem.code == "lost_page" for other in kin for problem in other.problems):
            forms = ", ".join(f"{other.form_id} version {other.version}" for other in kin)
            mixed = Problem("mixed_pages", {"serial": one.serial, "forms": forms})
            one = Questionnaire(**(vars(one) | {"problems": (*one.problems, mixed)}))
        named.append(one)
    return named

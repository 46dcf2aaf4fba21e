"""What every section stands on: the study's answers taken in once, screened, turned round and scored; dear results kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from anxin.engines import measure
from anxin.engines.measure import Answers, MeasureError
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content.blocks import Rows
from anxin.voice.reports.content.means import Floats, Means, means_by, person_means
from anxin.voice.study import Column, Study

FEWEST = 5  # a group smaller than this is not shown: one could guess who said what
FEW = 30  # below this many answers a number is flagged
MOST_GROUPS = 20
MOST_SAMPLED = 20_000  # rows for resampling and rank tests; more rows change the third digit of an interval
ALL = "all"

Found = TypeVar("Found")


class NotHere(Exception):
    """A section cannot be made; the words say why. `key` is a text of the report, `values` what it names."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """A profile or segment column as codes of the valid respondents; `small` groups are too small to show."""

    column: Column
    codes: NDArray[np.intp]  # -1: none, or a group too small
    options: tuple[tuple[str, Text], ...]
    counts: tuple[int, ...]
    small: int = 0


@dataclass(frozen=True, eq=False)
class Ground:
    study: Study
    previous: Ground | None = None
    weights: Mapping[str, float] | None = None  # of dimensions, from experts
    ahp: Any = None  # the AHP result these come from
    model: Any = None  # engines.reading.text.Model
    seed: int = 0
    interviews: Any = None  # sections.interviews.Interviews
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, key: str, work: Callable[[], Found]) -> Found:
        """`work()`, done once for all languages. A refusal is remembered as well."""
        if key not in self._kept:
            try:
                self._kept[key] = work()
            except (MeasureError, NotHere) as refused:
                self._kept[key] = refused
        found = self._kept[key]
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]

    # -- columns ----------------------------------------------------------------------------------------------------

    @cached_property
    def scale(self) -> tuple[float, float]:
        """The commonest scale of the perception items: the report's scores are on it."""
        ends = Counter(
            (one.low, one.high)
            for one in self.study.of_role("perception")
            if one.kind == "scale" and one.low is not None and one.high is not None
        )
        if not ends:
            raise NotHere("There are no rated questions, so nothing can be scored.")
        (low, high), _count = ends.most_common(1)[0]
        assert low is not None
        assert high is not None
        return low, high

    @cached_property
    def items(self) -> tuple[Column, ...]:
        """Perception items on that scale that anybody answered, in the order asked."""
        return tuple(
            one
            for one in self.study.of_role("perception")
            if one.kind == "scale" and (one.low, one.high) == self.scale and not bool(np.isnan(one.values).all())
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.items)

    @cached_property
    def left_out(self) -> tuple[Column, ...]:
        """Perception items on another scale, or that nobody answered."""
        return tuple(one for one in self.study.of_role("perception") if one.name not in set(self.names))

    def item(self, name: str) -> Column:
        return next(one for one in self.items if one.name == name)

    @cached_property
    def by_dimension(self) -> dict[str, tuple[str, ...]]:
        return _sorted_by(self.items, "dimension", self.study.dimensions)

    @cached_property
    def by_stage(self) -> dict[str, tuple[str, ...]]:
        return _sorted_by(self.items, "stage", self.study.stages)

    @cached_property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """What the items are thought to measure: dimensions, else stages, else one thing."""
        for parts in (self.by_dimension, self.by_stage):
            if parts and sum(map(len, parts.values())) >= len(self.items) / 2:
                return parts
        return {ALL: self.names}

    def part_words(self, key: str) -> Text:
        """A dimension's or stage's name."""
        if key == ALL:
            return Text.of(zh="全部题目", en="All items")
        return self.study.dimensions.get(key) or self.study.stages.get(key) or Text.of(zh=key, en=key)

    @cached_property
    def outcomes(self) -> tuple[Column, ...]:
        return tuple(
            one for one in self.study.of_role("outcome") if one.kind == "scale" and not bool(np.isnan(one.values).all())
        )

    @cached_property
    def nps_column(self) -> Column | None:
        return next((one for one in self.study.of_role("nps") if not bool(np.isnan(one.values).all())), None)

    @cached_property
    def apart(self) -> bool:
        """Whether too few answered every item to analyse all together, since people met different stages."""
        if len(self.by_stage) < 2:
            return False
        given = self.answers.answered.all(axis=1)
        return int(given.sum()) < max(100, 3 * len(self.names))

    def within(self, stage: str) -> Ground:
        """The same respondents, with the items of one stage alone; screening is of the whole questionnaire."""

        def work() -> Ground:
            columns = tuple(one for one in self.study.columns if one.role != "perception" or one.stage == stage)
            own = replace(self, study=replace(self.study, columns=columns), previous=None, _kept={})
            own.__dict__["keep"] = self.keep
            return own

        return self.once(f"within:{stage}", work)

    @cached_property
    def fullest(self) -> str:
        """The stage that most answered in full."""
        at = {name: place for place, name in enumerate(self.names)}
        given = self.answers.answered
        full = {
            key: int(given[:, [at[name] for name in members]].all(axis=1).sum())
            for key, members in self.by_stage.items()
        }
        return max(full, key=lambda key: full[key])

    # -- screening --------------------------------------------------------------------------------------------------

    @cached_property
    def asked(self) -> tuple[Column, ...]:
        """What straight lines and gaps are looked for in: found and expected on the one scale, in the order asked."""
        return tuple(
            one
            for one in self.study.columns
            if one.role in ("perception", "expectation") and one.kind == "scale" and (one.low, one.high) == self.scale
        )

    @cached_property
    def flags(self) -> dict[str, NDArray[np.bool_]]:
        """(n,) by reason: straight, fast, missing, range. As the study says, else by measure.screen, in blocks of rows."""
        if self.study.flags:
            return {"range": np.zeros(self.study.n, bool), **self.study.flags}
        table = _answers(self.asked, None)
        seconds = next((one.values for one in self.study.of_role("seconds")), None)
        if seconds is not None and bool(np.isnan(seconds).all()):
            seconds = None
        branched = self._branched(table)
        flags: dict[str, list[NDArray[np.bool_]]] = {"straight": [], "fast": [], "missing": [], "range": []}
        block = 200_000  # bounded memory; flags are row by row
        for start in range(0, table.n, block):
            part = table if table.n <= block else table.rows(np.arange(start, min(start + block, table.n)))
            # Somebody whose time was not taken (paper, imports) is not fast.
            times = None if seconds is None else np.nan_to_num(seconds[start : start + block], nan=1e9)
            found = measure.screen(
                part, scale=self.scale, durations=times, most_missing=1.0 if branched is not None else 0.5
            )
            for reason, rows in found.flags.items():
                flags[reason].append(rows)
        done = {reason: np.concatenate(parts) for reason, parts in flags.items()}
        if branched is not None:
            done["missing"] = branched
        return done

    def _branched(self, table: Answers) -> NDArray[np.bool_] | None:
        """Where stages were skipped: who left more than half of the stages they entered empty, or everything."""
        stages = sorted({one.stage for one in self.asked})
        if len(stages) < 2:
            return None
        given = table.answered
        answered = np.zeros(table.n)
        entered = np.zeros(table.n)
        for stage in stages:
            places = [at for at, one in enumerate(self.asked) if one.stage == stage]
            count = given[:, places].sum(axis=1)
            answered += count
            entered += np.where(count > 0, len(places), 0)
        if bool((entered == table.p).all()):
            return None
        return np.asarray((answered == 0) | (answered < 0.5 * entered))

    @cached_property
    def keep(self) -> NDArray[np.bool_]:
        try:
            return ~np.any(np.array(list(self.flags.values())), axis=0)
        except (MeasureError, NotHere):
            return np.ones(self.study.n, bool)  # nothing rated: everybody counts

    @cached_property
    def valid(self) -> int:
        return int(self.keep.sum())

    # -- answers ----------------------------------------------------------------------------------------------------

    def values(self, column: Column) -> NDArray[Any]:
        """The valid respondents' answers to a column as given."""
        return column.values if self.valid == self.study.n else column.values[self.keep]

    def turned(self, column: Column) -> Floats:
        values = self.values(column)
        return (
            column.low + column.high - values
            if column.reversed and column.low is not None and column.high is not None
            else values
        )

    @cached_property
    def weight(self) -> Floats | None:
        """Survey weights of the valid respondents; a missing or negative one counts 0."""
        column = next(iter(self.study.of_role("weight")), None)
        if column is None:
            return None
        values = np.nan_to_num(np.asarray(self.values(column), np.float64), nan=0.0)
        values = np.maximum(values, 0.0)
        return values if values.sum() > 0 else None

    @cached_property
    def answers(self) -> Answers:
        """(valid, items), reversed items turned; int8 where whole."""
        if not self.valid:
            raise NotHere("No answers are left after screening.")
        found = _answers(self.items, None if self.valid == self.study.n else self.keep)
        turned = [one.name for one in self.items if one.reversed]
        if turned:
            found = found.reversed(turned, low=self.scale[0], high=self.scale[1])
        return found if self.weight is None else Answers.of(found, weights=self.weight)

    @cached_property
    def persons(self) -> dict[str, Floats]:
        """Each valid respondent's mean by part ("dimension:x", "stage:y", "all"), NaN where over half is missing."""
        values = self.answers.values
        at = {name: place for place, name in enumerate(self.names)}
        found = {}
        for kind, parts in (("dimension", self.by_dimension), ("stage", self.by_stage)):
            for key, members in parts.items():
                found[f"{kind}:{key}"] = person_means(values[:, [at[one] for one in members]], self.least(members))
        found[ALL] = person_means(values, self.least(self.names))
        return found

    def least(self, names: tuple[str, ...]) -> float:
        """The share of these items that somebody must have answered to have a mean of them.

        A mean across stages is over what they were asked: whoever met one stage of four answered a quarter of it. That too
        little was answered of a stage they entered is screening's to find.
        """
        return 0.0 if len({self.item(name).stage for name in names}) > 1 else 0.5

    def who(self, names: tuple[str, ...], where: tuple[tuple[str, str], ...] = ()) -> Rows:
        """The rows behind the mean of these items."""
        return Rows("valid", names, 0.0 if len(names) == 1 else self.least(names), where)

    def factor_scores(self) -> dict[str, Floats]:
        kind = "dimension" if self.factors is self.by_dimension else "stage"
        return {key: self.persons[ALL if key == ALL else f"{kind}:{key}"] for key in self.factors}

    @cached_property
    def item_means(self) -> Means:
        return means_by(self.answers.values, weights=self.weight)

    @cached_property
    def part_means(self) -> dict[str, Means]:
        return {key: means_by(values[:, None], weights=self.weight) for key, values in self.persons.items()}

    @cached_property
    def outcome(self) -> tuple[str, Floats, tuple[Column, ...], tuple[float, float]]:
        """("outcome" or "nps", values of the valid, the columns, the scale): what drivers are sought for."""
        first = self.outcomes[0] if self.outcomes else None
        if first is not None:
            own = tuple(one for one in self.outcomes if (one.low, one.high) == (first.low, first.high))
            table = np.column_stack([self.turned(one) for one in own])
            return "outcome", person_means(table), own, (float(first.low or 0), float(first.high or 0))
        if self.nps_column is not None:
            return "nps", np.asarray(self.values(self.nps_column), np.float64), (self.nps_column,), (0.0, 10.0)
        raise NotHere(
            "The questionnaire asks for no outcome (satisfaction overall, loyalty, recommendation), so what drives it cannot be told."
        )

    @cached_property
    def groupings(self) -> tuple[Grouping, ...]:
        return tuple(
            _grouping(one, self.values(one))
            for one in self.study.of_role("profile", "segment")
            if one.kind == "one" and 2 <= len(one.options) <= MOST_GROUPS
        )

    def sample(self, most: int = MOST_SAMPLED) -> NDArray[np.intp] | None:
        """Places of a bounded random part of the valid respondents, or None for everybody."""
        if self.valid <= most:
            return None
        chosen = np.random.default_rng(self.seed).choice(self.valid, most, replace=False)
        return np.sort(chosen)


def _answers(columns: tuple[Column, ...], rows: NDArray[np.bool_] | None) -> Answers:
    """The columns as the engine takes them: int8 where all answers are whole numbers."""
    if not columns:
        raise NotHere("There are no rated questions, so nothing can be scored.")
    table = {one.name: one.values if rows is None else one.values[rows] for one in columns}
    return Answers.of(table, items=list(table))


def _sorted_by(items: tuple[Column, ...], what: str, known: Mapping[str, Text]) -> dict[str, tuple[str, ...]]:
    keys = dict.fromkeys([*known, *(getattr(one, what) for one in items)])
    parts = {key: tuple(one.name for one in items if getattr(one, what) == key) for key in keys if key}
    return {key: names for key, names in parts.items() if names}


def _grouping(column: Column, values: NDArray[Any]) -> Grouping:
    codes = np.asarray(values, np.intp)
    counts = np.bincount(codes[codes >= 0], minlength=len(column.options))
    shown = [place for place in range(len(column.options)) if counts[place] >= FEWEST]
    small = sum(1 for count in counts if 0 < count < FEWEST)
    place_of = np.full(len(column.options) + 1, -1, np.intp)  # the last: no answer
    place_of[shown] = np.arange(len(shown))
    return Grouping(
        column,
        place_of[codes],
        tuple(column.options[place] for place in shown),
        tuple(int(counts[place]) for place in shown),
        small,
    )

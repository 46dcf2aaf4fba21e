"""Answers that people like the sample insurer's customers would give to a questionnaire: a factor model with a believable shape.

Every respondent has a view of the company on the whole, of five dimensions (RELY, DUTY, CONV, SECU, KIND) and of each stage they met;
an item is that view with an error of its own, cut into the points of its scale. Claims are weak in responsibility and
convenience; satisfaction follows responsibility and reliability most; loyalty follows satisfaction. A few answer carelessly.
Pure: the same definition, number and seed give the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.sample.comments import sayings
from anxin.voice.questionnaires.form import Definition, Question, shown_pages, shown_questions

DIMENSIONS = ("RELY", "DUTY", "CONV", "SECU", "KIND")
STAGES = ("sales", "underwriting", "claims", "care")
# How far above or below the middle each stage stands in each dimension, in standard deviations of a respondent's view.
LEVELS: dict[str, tuple[float, ...]] = {
    "sales": (0.15, 0.20, 0.30, 0.15, 0.35),
    "underwriting": (0.20, -0.05, -0.05, 0.25, 0.10),
    "claims": (-0.10, -0.50, -0.40, 0.25, 0.05),
    "care": (0.20, 0.00, 0.05, 0.30, 0.30),
}
IMPORTANCE = (1.10, 1.00, 0.70, 0.95, 0.40)
WEIGHTS = (0.30, 0.34, 0.16, 0.10, 0.10)
MET = (0.72, 0.45, 0.55, 0.60)
CUTS = np.array([-2.0, -1.2, -0.25, 0.85])
STRAIGHT, HASTY, BLANK, ENGLISH = 0.04, 0.02, 0.012, 0.06

_PROFILE: dict[str, tuple[float, ...]] = {
    "age": (6, 26, 29, 21, 12, 6),
    "sex": (47, 50, 3),
    "occupation": (42, 14, 17, 6, 2, 11, 8, 0),
    "income": (8, 24, 31, 21, 9, 7),
    "channel": (34, 16, 9, 22, 8, 11, 0),
    "years": (14, 31, 27, 28),
    "products": (64, 18, 30, 38, 27, 7, 0),
}
# Items are not alike: how much error an item has, and how readily it is agreed with.
_QUIRKS = ((0.62, 0.0), (0.52, 0.10), (0.62, -0.06), (0.78, -0.14))
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One respondent's answers by question code, their language, and the seconds they took."""

    answers: dict[str, Any]
    language: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Wave:
    """What is different this time: shifts of (stage, dimension) in standard deviations."""

    shifts: Mapping[tuple[str, str], float] = field(default_factory=dict)


def draw(definition: Definition, count: int, seed: int, wave: Wave, branches: NDArray[np.int64]) -> list[Opinion]:
    """`branches` (count,) are places of the respondents' branches: the second and the eighth are weaker in claims."""
    rng = np.random.default_rng(seed)
    views = _Views.draw(rng, count, wave, branches)
    return [_Respondent(views, place, rng).opinion(definition) for place in range(count)]


@dataclass(frozen=True, slots=True)
class _Views:
    quality: Floats  # (count, stages, dimensions)
    met: NDArray[np.bool_]  # (count, stages)
    satisfied: Floats
    loyal: Floats

    @classmethod
    def draw(cls, rng: np.random.Generator, count: int, wave: Wave, branches: NDArray[np.int64]) -> _Views:
        whole = rng.standard_normal((count, 1, 1))
        dimension = rng.standard_normal((count, 1, 5))
        stage = rng.standard_normal((count, 4, 1))
        quality = 0.62 * whole + 0.52 * dimension + 0.38 * stage + 0.44 * rng.standard_normal((count, 4, 5))
        quality += np.array([LEVELS[name] for name in STAGES])
        for (name, of), shift in wave.shifts.items():
            quality[:, STAGES.index(name), DIMENSIONS.index(of)] += shift
        weak = np.isin(branches, [1, 7])
        quality[weak, 2, 1] -= 0.35
        met = rng.random((count, 4)) < np.array(MET)
        met[~met.any(axis=1), 0] = True
        felt = met * np.array([1.0, 0.7, 2.0, 1.0])
        view = (quality * felt[:, :, None]).sum(axis=1) / felt.sum(axis=1, keepdims=True)
        satisfied = view @ np.array(WEIGHTS) * 1.15 + 0.45 * rng.standard_normal(count)
        loyal = 0.75 * satisfied + 0.5 * rng.standard_normal(count)
        return cls(quality, met, satisfied, loyal)


class _Respondent:
    def __init__(self, views: _Views, place: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.quality, self.met = views.quality[place], views.met[place]
        self.satisfied, self.loyal = float(views.satisfied[place]), float(views.loyal[place])
        self.language = "en" if rng.random() < ENGLISH else "zh"
        careless = rng.random()
        self.always = int(rng.integers(3, 6)) if careless < STRAIGHT else 0
        self.hasty = STRAIGHT <= careless < STRAIGHT + HASTY

    def opinion(self, definition: Definition) -> Opinion:
        answers: dict[str, Any] = {}
        asked = 0
        for page in definition.pages:
            if page not in shown_pages(definition, answers):
                continue
            for question in shown_questions(page, answers):
                asked += 1
                answer = self._answer(question)
                if answer is not None:
                    answers[question.code] = answer
        pace = self.rng.uniform(0.5, 0.9) if self.hasty else self.rng.lognormal(1.75, 0.3)
        return Opinion(answers, self.language, round(asked * pace, 1))

    def _answer(self, question: Question) -> Any:
        if not question.required and self.rng.random() < BLANK:
            return None
        match question.kind:
            case "scale":
                return self._point(question)
            case "one":
                return question.options[self._choice(question)].code
            case "many":
                return self._choices(question)
            case "text":
                return self._words(question)
        return None

    def _point(self, question: Question) -> int:
        assert question.scale is not None
        scale, item = question.scale, question.source.item if question.source else question.code
        if self.always and scale.high - scale.low == 4:
            return self.always
        if self.hasty:
            return int(self.rng.integers(scale.low, scale.high + 1))
        error, shift = _QUIRKS[int(item[-1]) % len(_QUIRKS)] if item[-1].isdigit() else _QUIRKS[0]
        latent = self._latent(question, item) + shift + error * float(self.rng.standard_normal())
        if scale.high - scale.low == 4:
            return scale.low + int(np.searchsorted(CUTS, latent))
        share = 1 / (1 + np.exp(-1.05 * (latent + 0.75)))
        return int(np.clip(round(scale.low + share * (scale.high - scale.low)), scale.low, scale.high))

    def _latent(self, question: Question, item: str) -> float:
        dimension = item[:4]
        if item.startswith("SAT"):
            return self.satisfied
        if item.startswith("LOY") or item == "NPS":
            return self.loyal
        if dimension in DIMENSIONS:
            at = DIMENSIONS.index(dimension)
            if question.role == "importance":
                return IMPORTANCE[at] + 0.25 * float(self.rng.standard_normal())
            if question.role == "expectation":
                return 1.0 + 0.3 * IMPORTANCE[at]
            stage = question.source.stage if question.source else ""
            if stage in STAGES:
                return float(self.quality[STAGES.index(stage), at])
            return float(self.quality[self.met, at].mean())
        return self.satisfied

    def _choice(self, question: Question) -> int:
        weights = np.array(_PROFILE.get(question.code, (1.0,) * len(question.options)))
        if len(weights) != len(question.options):
            weights = np.ones(len(question.options))
        # Whoever chooses "other" writes what; nobody of ours does.
        weights[[place for place, option in enumerate(question.options) if option.other]] = 0
        return int(self.rng.choice(len(weights), p=weights / weights.sum()))

    def _choices(self, question: Question) -> list[str]:
        codes = [option.code for option in question.options]
        if set(STAGES) <= set(codes):
            return [name for name, met in zip(STAGES, self.met, strict=True) if met]
        weights = _PROFILE.get(question.code, (30.0,) * len(codes))
        chosen = [
            option.code
            for option, weight in zip(question.options, weights, strict=False)
            if not option.other and not option.alone and self.rng.random() * 100 < weight
        ]
        return chosen[: question.most] or [codes[0]]

    def _words(self, question: Question) -> str | None:
        good = question.code == "good" or (question.code not in ("better", "worst") and self.satisfied > 0.2)
        if self.hasty or self.always or self.rng.random() > (0.30 if good else 0.42):
            return None
        seen = np.where(self.met[:, None], self.quality, np.nan)
        best = np.nanargmax(seen) if good else np.nanargmin(seen)
        stage, dimension = divmod(int(best), len(DIMENSIONS))
        offered = sayings(self.language, good=good, stage=STAGES[stage], dimension=DIMENSIONS[dimension])
        return str(offered[int(self.rng.integers(len(offered)))])

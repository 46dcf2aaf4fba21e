"""The model that labels texts: topics and sentiment, learned together with what persons corrected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from anxin.engines.reading.text import features
from anxin.engines.reading.text.calibration import Calibration
from anxin.engines.reading.text.errors import TextError
from anxin.engines.reading.text.language import Language, language_of
from anxin.engines.reading.text.linear import Heads, fit
from anxin.engines.reading.text.masking import mask
from anxin.engines.reading.text.taxonomy import Topic
from anxin.engines.reading.text.teaching import Correction, Lesson, cues, sentences

_Floats = NDArray[np.float32]
FORMAT = 1
SHIPPED = "model.npz"
# How much a lesson counts against the pull to the prior, found by cross-validation over our sentences.
TOPIC_STRENGTH, FEELING_STRENGTH = 8.0, 8.0
# A correction outweighs our own sentences: it is of this insurer's customers, and a person stands behind it.
CORRECTION_WEIGHT = 5.0
_NEW_TOPIC_INTERCEPT = -2.0
# A topic of the insurer's own has no sentences behind its cues, so that each stands for several. (At 1 a comment with one of four
# cues in it is missed; at 16 hardly more of them are found than at 8.)
OWN_CUE_WEIGHT = 8.0
# Rarities are kept in sixteenths.
RARITY_STEPS = 16


@dataclass(frozen=True, eq=False)
class Predictions:
    """Probabilities of labels. `topics` is texts × topics; `negative` and `positive` one each a text, not adding up to 1: a text
    can be neither, and both. `known` is false where nothing in the text says anything (empty, figures only, a language not known).
    """

    topics: _Floats
    negative: _Floats
    positive: _Floats
    known: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Model:
    """Immutable; safe to share between threads. `measured` is what it reached on texts it had not seen, as `train` found."""

    topics: tuple[Topic, ...]
    heads: Heads
    rarity: _Floats
    calibration: Calibration
    threshold: float
    lessons: str
    measured: dict[str, Any]

    @staticmethod
    @cache
    def shipped() -> Model:
        """The model in the package."""
        with as_file(files(__package__) / SHIPPED) as path:
            return Model.load(path)

    def codes(self) -> tuple[str, ...]:
        return tuple(topic.code for topic in self.topics)

    def topic(self, code: str) -> Topic:
        for topic in self.topics:
            if topic.code == code:
                return topic
        raise TextError(
            f"There is no topic {code!r}. The model knows: {', '.join(self.codes())}.",
            code="unknown-topic",
            about=[code],
        )

    def rows(self, texts: Sequence[str]) -> csr_array:
        """The texts as this model sees them: hashed n-grams weighted by rarity, each row of length 1 (or empty)."""
        return weighted(features.rows(texts), self.rarity)

    def predict(self, texts: Sequence[str], languages: Sequence[Language] | None = None) -> Predictions:
        """`texts` should be masked. `languages`, if the caller has them, saves finding them again."""
        if languages is None:
            languages = [language_of(text) for text in texts]
        english = np.array(
            [language in (Language.ENGLISH, Language.OTHER, Language.NONE) for language in languages], dtype=bool
        )
        rows = self.rows(texts)
        probabilities = self.calibration.probabilities(self.heads.logits(rows), english)
        readable = np.array([language not in (Language.OTHER, Language.NONE) for language in languages], dtype=bool)
        count = len(self.topics)
        return Predictions(
            topics=probabilities[:, :count],
            negative=probabilities[:, count],
            positive=probabilities[:, count + 1],
            known=readable & (np.diff(rows.indptr) > 0),
        )

    def updated(self, corrections: Sequence[Correction]) -> Model:
        """A model that has learned the corrections, from this one. Takes about a second.

        Texts are masked before they are learned, and no text is kept: the caller keeps its corrections and hands all of them to the
        shipped model, so that the outcome does not hang on their order and a correction withdrawn is unlearned. Of two
        corrections of one text the later counts. Our own sentences are rehearsed meanwhile, so that the rest stays as it was.
        """
        for correction in corrections:
            for code in correction.topics or ():
                self.topic(code)
        latest = {correction.text: correction for correction in corrections}
        if not latest:
            return self
        learned = [
            Lesson(
                mask(correction.text).text,
                None if correction.topics is None else frozenset(correction.topics),
                correction.sentiment,
                CORRECTION_WEIGHT,
            )
            for correction in latest.values()
        ]
        return replace(self, heads=self._taught(learned))

    def with_topics(self, topics: Sequence[Topic]) -> Model:
        """A model that knows more topics, first from their cues alone; corrections teach it the rest."""
        for topic in topics:
            if topic.code in self.codes():
                raise TextError(
                    f"The model has a topic {topic.code!r} already.", code="topic-twice", about=[topic.code]
                )
            if not topic.cues:
                raise TextError(
                    f"Topic {topic.code} needs some cues: words that point to it.",
                    code="topic-cues",
                    about=[topic.code],
                )
        if not topics:
            return self
        old, more = len(self.topics), len(topics)

        def widened(values: _Floats, value: float) -> _Floats:
            fresh = np.full((*values.shape[:-1], more), value, dtype=np.float32)
            return np.concatenate((values[..., :old], fresh, values[..., old:]), axis=-1)

        slope = float(np.median(self.calibration.slopes[:, :old]))
        shift = float(np.median(self.calibration.shifts[:, :old]))
        wider = replace(
            self,
            topics=(*self.topics, *topics),
            heads=Heads(widened(self.heads.weights, 0.0), widened(self.heads.intercepts, _NEW_TOPIC_INTERCEPT)),
            calibration=Calibration(widened(self.calibration.slopes, slope), widened(self.calibration.shifts, shift)),
        )
        lessons = [Lesson(cue, frozenset([topic.code]), None, OWN_CUE_WEIGHT) for topic in topics for cue in topic.cues]
        return replace(wider, heads=wider._taught(lessons, new=range(old, old + more)))

    def _taught(self, learned: Sequence[Lesson], new: range = range(0)) -> Heads:
        """`new` topics are not in the lessons of old: those are no longer anchored for them, they say "not this"."""
        old = [*sentences(), *cues()]
        lessons = [*old, *learned]
        wanted, losses = targets(lessons, self.codes())
        anchored = np.zeros(wanted.shape, dtype=bool)
        anchored[: len(old)] = True
        anchored[:, list(new)] = False
        return fit(self.rows([lesson.text for lesson in lessons]), wanted, losses, self.heads, anchored=anchored)

    def save(self, path: Path) -> None:
        """As one file without code in it. Weights are rounded to 255 steps a label, which costs no accuracy that can be seen."""
        scales = np.abs(self.heads.weights).max(axis=0) / 127
        scales[scales == 0] = 1
        about = {
            "format": FORMAT,
            "topics": [
                [topic.code, topic.name_zh, topic.name_en, topic.definition_zh, topic.definition_en, list(topic.cues)]
                for topic in self.topics
            ],
            "threshold": self.threshold,
            "lessons": self.lessons,
            "measured": self.measured,
        }
        with Path(path).open("wb") as file:
            np.savez_compressed(
                file,
                weights=np.rint(self.heads.weights / scales).astype(np.int8).T,
                scales=scales.astype(np.float32),
                intercepts=self.heads.intercepts,
                rarity=np.rint(self.rarity * RARITY_STEPS).astype(np.uint8),
                slopes=self.calibration.slopes,
                shifts=self.calibration.shifts,
                about=np.frombuffer(json.dumps(about, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8),
            )

    @staticmethod
    def load(path: Path) -> Model:
        """Raises `TextError` for a file that is not such a model."""
        try:
            with Path(path).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            about = json.loads(arrays["about"].tobytes())
            if about["format"] != FORMAT or arrays["weights"].shape != (len(about["topics"]) + 2, features.WIDTH):
                raise TextError(
                    f"{Path(path).name} is a model of another version of this program. Train it anew.",
                    code="model-version",
                )
            return Model(
                topics=tuple(_topic(fields) for fields in about["topics"]),
                heads=Heads(
                    np.ascontiguousarray((arrays["weights"].astype(np.float32) * arrays["scales"][:, None]).T),
                    arrays["intercepts"],
                ),
                rarity=arrays["rarity"].astype(np.float32) / RARITY_STEPS,
                calibration=Calibration(arrays["slopes"], arrays["shifts"]),
                threshold=about["threshold"],
                lessons=about["lessons"],
                measured=about["measured"],
            )
        except (BadZipFile, EOFError, KeyError, ValueError, TypeError) as error:
            if isinstance(error, TextError):
                raise
            raise TextError(
                f"{Path(path).name} is not a text model, or is damaged. Use one that Model.save wrote.",
                code="model-file",
            ) from error


def _topic(fields: list[Any]) -> Topic:
    code, name_zh, name_en, definition_zh, definition_en, cues_told = fields
    return Topic(code, name_zh, name_en, definition_zh, definition_en, tuple(cues_told))


def weighted(rows: csr_array, rarity: _Floats) -> csr_array:
    """Each row's n-grams by their rarity, scaled to length 1."""
    data = rarity[rows.indices]
    lengths = np.diff(rows.indptr)
    filled = np.flatnonzero(lengths)
    if len(filled):
        squares = np.add.reduceat(data * data, rows.indptr[filled])
        data = data / np.repeat(np.sqrt(squares), lengths[filled])
    return csr_array((data.astype(np.float32), rows.indices, rows.indptr), shape=rows.shape)


def targets(lessons: Sequence[Lesson], codes: Sequence[str]) -> tuple[NDArray[np.bool_], _Floats]:
    """What lessons say of each label (topics, then negative and positive), and how much they count for it."""
    place = {code: at for at, code in enumerate(codes)}
    wanted = np.zeros((len(lessons), len(codes) + 2), dtype=bool)
    losses = np.zeros(wanted.shape, dtype=np.float32)
    for at, lesson in enumerate(lessons):
        if lesson.topics is not None:
            losses[at, : len(codes)] = lesson.weight * TOPIC_STRENGTH
            wanted[at, [place[code] for code in lesson.topics]] = True
        if lesson.sentiment is not None:
            losses[at, len(codes) :] = lesson.weight * FEELING_STRENGTH
            wanted[at, len(codes)] = lesson.sentiment < 0
            wanted[at, len(codes) + 1] = lesson.sentiment > 0
    return wanted, losses

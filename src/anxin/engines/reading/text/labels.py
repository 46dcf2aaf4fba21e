"""From probabilities to what is said of a text: its topics, its sentiment, and whether either is unsure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.text.model import Predictions
from anxin.engines.reading.text.taxonomy import OTHER

# A label that is as likely wrong as right is no label.
SURE = 0.5


class Feeling(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"


_FEELINGS = (Feeling.NEGATIVE, Feeling.NEUTRAL, Feeling.POSITIVE)


@dataclass(frozen=True)
class Sentiment:
    """`value` is from -1 to 1, probability positive less probability negative. `confidence` is the probability of the likeliest
    feeling; below one half the label is `UNSURE`. `mixed`: both praise and complaint are likely in it.
    """

    value: float
    label: Feeling
    confidence: float
    mixed: bool = False


@dataclass(frozen=True)
class Topics:
    """`codes` are the topics at or above the model's threshold, the likeliest first; where none is, `other`. `unsure`: no topic is
    likelier than not, so that a person should look.
    """

    codes: tuple[str, ...]
    unsure: bool


NO_SENTIMENT = Sentiment(0.0, Feeling.UNSURE, 0.0)
NO_TOPICS = Topics((OTHER,), True)


def sentiments(predictions: Predictions) -> list[Sentiment]:
    negative, positive = predictions.negative.astype(float), predictions.positive.astype(float)
    # Neither of the two is asked to leave room for the other; both together are `mixed`, and divided.
    both = negative * positive
    odds = np.stack((negative - both, (1 - negative) * (1 - positive), positive - both), axis=1)
    shares = odds + both[:, None] * np.array([0.5, 0.0, 0.5])
    best = shares.argmax(axis=1)
    confidence = shares.max(axis=1)
    mixed = (negative >= SURE) & (positive >= SURE)
    values = shares[:, 2] - shares[:, 0]
    return [
        Sentiment(value, _FEELINGS[at] if sure >= SURE else Feeling.UNSURE, sure, bool(two)) if known else NO_SENTIMENT
        for value, at, sure, two, known in zip(
            values.tolist(), best.tolist(), confidence.tolist(), mixed.tolist(), predictions.known.tolist(), strict=True
        )
    ]


def topics(predictions: Predictions, codes: tuple[str, ...], threshold: float) -> list[Topics]:
    chosen = choose(predictions.topics, codes, threshold)
    unsure = predictions.topics.max(axis=1) < SURE
    ordered = np.argsort(-predictions.topics, axis=1, kind="stable")
    return [
        Topics(tuple(codes[at] for at in order if row[at]), doubtful) if known else NO_TOPICS
        for row, order, doubtful, known in zip(
            chosen.tolist(), ordered.tolist(), unsure.tolist(), predictions.known.tolist(), strict=True
        )
    ]


def choose(probabilities: NDArray[np.float32], codes: tuple[str, ...], threshold: float) -> NDArray[np.bool_]:
    """Which topics, texts × topics: those at or above the threshold, and `other` where there is none of them.

    `other` stands alone: a text is not about something and about nothing.
    """
    chosen = probabilities >= threshold
    other = codes.index(OTHER)
    chosen[:, other] = False
    alone = ~chosen.any(axis=1) | ((probabilities.argmax(axis=1) == other) & (probabilities[:, other] >= threshold))
    chosen[alone] = False
    chosen[alone, other] = True
    return chosen

"""How good a model is, on texts it has not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.reading.text.calibration import calibrated
from anxin.engines.reading.text.corpora import Review
from anxin.engines.reading.text.labels import choose

_Floats = NDArray[np.float32]
_Bools = NDArray[np.bool_]
_THRESHOLDS = np.arange(0.15, 0.61, 0.05)


def folds_of(patterns: Sequence[str], folds: int) -> NDArray[np.intp]:
    """A fold for each text; all of one pattern (one voice) are in the same, so that no near-duplicate helps."""
    place = {pattern: at % folds for at, pattern in enumerate(sorted(set(patterns)))}
    return np.array([place[pattern] for pattern in patterns], dtype=np.intp)


def held_out(documents: Sequence[str]) -> _Bools:
    """A fifth, drawn by document."""
    return np.array([hashlib.sha256(document.encode()).digest()[0] < 51 for document in documents], dtype=bool)


def measured(
    logits: _Floats, wanted: _Bools, english: _Bools, folds: NDArray[np.intp], codes: tuple[str, ...]
) -> tuple[dict[str, Any], float]:
    """Figures per language, and the threshold for topics. `logits` are each of a model that was not taught the text's pattern; the
    calibration and the threshold used on a fold come from the others too.
    """
    topics = len(codes)
    probabilities = np.zeros_like(logits)
    chosen = np.zeros((len(logits), topics), dtype=bool)
    for fold in range(int(folds.max()) + 1):
        here, rest = folds == fold, folds != fold
        calibration = calibrated(logits[rest], wanted[rest], english[rest])
        probabilities[here] = calibration.probabilities(logits[here], english[here])
        threshold = best_threshold(
            calibration.probabilities(logits[rest], english[rest])[:, :topics], wanted[rest, :topics], codes
        )
        chosen[here] = choose(probabilities[here, :topics], codes, threshold)
    results: dict[str, Any] = {}
    for name, of_it in (("zh", ~english), ("en", english)):
        results[name] = {
            "texts": int(of_it.sum()),
            "topics": _of_topics(probabilities[of_it, :topics], chosen[of_it], wanted[of_it, :topics], codes),
            "sentiment": _of_sentiment(probabilities[of_it, topics:], wanted[of_it, topics:]),
        }
    whole = calibrated(logits, wanted, english).probabilities(logits, english)
    return results, best_threshold(whole[:, :topics], wanted[:, :topics], codes)


def best_threshold(probabilities: _Floats, wanted: _Bools, codes: tuple[str, ...]) -> float:
    scores = [np.mean(f1_scores(choose(probabilities, codes, threshold), wanted)) for threshold in _THRESHOLDS]
    return round(float(_THRESHOLDS[int(np.argmax(scores))]), 2)


def f1_scores(found: _Bools, wanted: _Bools) -> NDArray[np.float64]:
    """Of each label."""
    right = (found & wanted).sum(axis=0)
    return np.asarray(2 * right / np.maximum(found.sum(axis=0) + wanted.sum(axis=0), 1), dtype=np.float64)


def _of_topics(probabilities: _Floats, chosen: _Bools, wanted: _Bools, codes: tuple[str, ...]) -> dict[str, Any]:
    first = wanted[np.arange(len(wanted)), probabilities.argmax(axis=1)]
    each = f1_scores(chosen, wanted)
    return {
        "first_right": round(float(first.mean()), 3),
        "macro_f1": round(float(each.mean()), 3),
        "precision": round(float((chosen & wanted).sum() / max(chosen.sum(), 1)), 3),
        "recall": round(float((chosen & wanted).sum() / max(wanted.sum(), 1)), 3),
        "f1": {code: round(float(score), 2) for code, score in zip(codes, each, strict=True)},
    }


def _of_sentiment(probabilities: _Floats, wanted: _Bools) -> dict[str, Any]:
    negative, positive = probabilities.T
    neutral = (1 - negative) * (1 - positive)
    shares = np.stack((negative * (1 - positive / 2), neutral, positive * (1 - negative / 2)), axis=1)
    truth = np.where(wanted[:, 0], 0, np.where(wanted[:, 1], 2, 1))
    found = shares.argmax(axis=1)
    sure = shares.max(axis=1) >= 0.5
    polar = truth != 1
    ranked = np.where(shares[:, 2] > shares[:, 0], 2, 0)
    each = f1_scores(found[:, None] == np.arange(3), truth[:, None] == np.arange(3))
    return {
        "of_three_right": round(float((found == truth).mean()), 3),
        "macro_f1": round(float(each.mean()), 3),
        "of_two_right": round(float((ranked == truth)[polar].mean()), 3),
        "sure": round(float(sure.mean()), 3),
        "right_where_sure": round(float((found == truth)[sure].mean()), 3),
    }


def on_reviews(logits: _Floats, corpora: Sequence[Review]) -> dict[str, Any]:
    """Positive against negative on held-out reviews, by source."""
    truth = np.array([review.sentiment for review in corpora])
    found = np.where(logits[:, 1] > logits[:, 0], 1, -1)
    results = {}
    for source in dict.fromkeys(review.source for review in corpora):
        of_it = np.array([review.source == source for review in corpora]) & (truth != 0)
        each = f1_scores(found[of_it, None] == [-1, 1], truth[of_it, None] == [-1, 1])
        results[source] = {
            "texts": int(of_it.sum()),
            "of_two_right": round(float((found == truth)[of_it].mean()), 3),
            "macro_f1": round(float(each.mean()), 3),
        }
    return results

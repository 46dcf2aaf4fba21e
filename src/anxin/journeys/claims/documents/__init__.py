"""Papers we write about a claim: the letter that explains a decision, and the refusal notice with its reasons."""

from anxin.journeys.claims.documents.letter import decision_letter, refusal_notice

__all__ = ["decision_letter", "refusal_notice"]

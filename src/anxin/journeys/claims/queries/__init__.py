"""Reads of claims, for pages and programs. All begin at what the reader may see."""

from anxin.journeys.claims.queries.lists import ClaimList, claims_of, search_claims
from anxin.journeys.claims.queries.next_actions import NextAction, next_actions
from anxin.journeys.claims.queries.page import ClaimPage, claim_page
from anxin.journeys.claims.queries.steps import Step, portal_steps

__all__ = [
    "ClaimList", "ClaimPage", "NextAction", "Step", "claim_page", "claims_of", "next_actions", "portal_steps",
    "search_claims",
]  # fmt: skip

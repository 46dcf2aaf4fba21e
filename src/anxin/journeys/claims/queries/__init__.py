"""Reads of claims, for pages and programs. All begin at what the reader may see."""

from anxin.journeys.claims.queries.page import ClaimPage, claim_page

__all__ = ["ClaimPage", "claim_page"]

"""The regulator's indicators: facts from outside, values computed from facts and claims, and what was reported."""

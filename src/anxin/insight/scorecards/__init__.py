"""Scorecards of people, teams and branches, and the plan that weighs them."""

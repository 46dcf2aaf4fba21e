"""Promises: what is due, to whom, since which event, by when, on whose authority, and how it ended.

`rules` says what a rule is, `fold` turns events into clocks (pure), `source` is the port through which the rulebook
supplies rules and calendars by edition.
"""

"""What the rooms have registered, taken together."""

from __future__ import annotations

from anxin.journal import activities, reacting


def test_no_reaction_feeds_itself() -> None:
    assert reacting.cycles() == []


def test_reactions_name_registered_activities() -> None:
    known = {item.name for item in activities.all_activities()}
    for item in reacting.all_reactions():
        assert item.to <= known, item.name
        assert item.emits <= known, item.name


def test_every_activity_has_a_title() -> None:
    assert all(str(item.title) for item in activities.all_activities())

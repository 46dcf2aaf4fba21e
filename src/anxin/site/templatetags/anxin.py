"""`{% load anxin %}`: what `access.formats` writes, as filters."""

from __future__ import annotations

from typing import Any

from django import template

from anxin.access import formats

register = template.Library()
for _name in (
    "fen",
    "fen_plain",
    "day",
    "full_day",
    "weekday",
    "clock_time",
    "moment",
    "iso",
    "iso_day",
    "duration",
    "share",
    "per_cent",
    "get",
    "department_name",
):
    register.filter(_name, getattr(formats, _name))


@register.filter
def reaches(nav: list[dict[str, Any]], href: str) -> bool:
    """The reader's navigation (`nav`) has this place, so a link to it leads somewhere."""
    return any(item["href"] == href for item in nav)

"""Addresses of the customer's voice: a folder a noun, each with urls.py, views.py and forms.py."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from anxin.faces.desk.voice.overview import overview

_NOUNS = ("studio", "campaigns", "paper", "reports", "datasets", "interviews", "weights", "comments")

urlpatterns: list[URLPattern | URLResolver] = [
    path("voice/", overview, name="voice"),
    *(path(f"voice/{noun}/", include(f"anxin.faces.desk.voice.{noun}.urls")) for noun in _NOUNS),
]

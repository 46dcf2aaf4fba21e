"""Addresses under /desk/voice/studio/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

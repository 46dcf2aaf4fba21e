"""Addresses under /desk/voice/campaigns/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

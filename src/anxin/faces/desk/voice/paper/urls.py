"""Addresses under /desk/voice/paper/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses under /desk/voice/weights/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

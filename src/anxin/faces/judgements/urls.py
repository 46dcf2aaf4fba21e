"""Addresses under /w/: an expert's pair judgements, by the key of a personal link."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.faces.judgements import views

app_name = "judgements"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:key>/", views.judge, name="judge"),
    path("<str:key>/ratio/", views.ratio, name="ratio"),
]

"""Addresses under /q/: whoever has the key may answer; nothing here asks for a sign-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.faces.answers import views

app_name = "answers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:key>/", views.start, name="start"),
    path("<str:key>/p/<str:page>/", views.page, name="page"),
    path("<str:key>/done/", views.done, name="done"),
    path("<str:key>/stop/", views.stop, name="stop"),
]

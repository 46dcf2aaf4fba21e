"""Addresses under /desk/voice/interviews/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.interviews import codebook, views

urlpatterns: list[URLPattern] = [
    path("", views.interviews, name="interviews"),
    path("add/", views.add, name="interview-add"),
    path("codes/", codebook.codes, name="codes"),
    path("codes/add/", codebook.add, name="code-add"),
    path("codes/<str:code>/", codebook.change, name="code"),
    path("<str:public_id>/", views.interview, name="interview"),
    path("<str:public_id>/change/", views.change, name="interview-change"),
    path("<str:public_id>/quotes/", views.mark, name="interview-quotes"),
    path("<str:public_id>/quotes/<str:quote>/remove/", views.remove, name="interview-quote-remove"),
    path("<str:public_id>/restore/<int:edit>/", views.restore, name="interview-restore"),
    path("<str:public_id>/erase/", views.erase, name="interview-erase"),
]

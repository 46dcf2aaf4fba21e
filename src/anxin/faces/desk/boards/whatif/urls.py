"""Addresses under /desk/boards/whatif/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.boards.whatif import planning, views

urlpatterns: list[URLPattern] = [
    path("", views.scenarios, name="whatif"),
    path("add/", planning.add, name="whatif-add"),
    path("storm/", planning.storm, name="whatif-storm"),
    path("phone/", planning.phone, name="whatif-phone"),
    path("model/", views.model, name="whatif-model"),
    path("<str:public_id>/", views.scenario, name="whatif-scenario"),
    path("<str:public_id>/again/", planning.again, name="whatif-again"),
    path("<str:public_id>/remove/", planning.remove, name="whatif-remove"),
]

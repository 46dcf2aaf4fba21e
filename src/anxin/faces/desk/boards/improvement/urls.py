"""Addresses under /desk/boards/improvement/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.boards.improvement import control, planning, views

urlpatterns: list[URLPattern] = [
    path("", views.findings, name="improvement"),
    path("findings/<str:public_id>/", views.finding, name="improvement-finding"),
    path("findings/<str:public_id>/dismiss/", planning.dismiss, name="improvement-dismiss"),
    path("findings/<str:public_id>/reopen/", planning.reopen, name="improvement-reopen"),
    path("actions/", views.actions_list, name="improvement-actions"),
    path("actions/add/", planning.add, name="improvement-add"),
    path("actions/<str:public_id>/", views.action, name="improvement-action"),
    path("actions/<str:public_id>/change/", planning.change, name="improvement-change"),
    path("actions/<str:public_id>/decide/", planning.decide, name="improvement-decide"),
    path("control/", control.control, name="improvement-control"),
]

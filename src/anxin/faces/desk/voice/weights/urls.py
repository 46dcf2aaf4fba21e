"""Addresses under /desk/voice/weights/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.weights import setting_up, views

urlpatterns: list[URLPattern] = [
    path("", views.panels, name="panels"),
    path("add/", setting_up.add, name="panel-add"),
    path("<str:public_id>/", views.panel, name="panel"),
    path("<str:public_id>/change/", setting_up.change, name="panel-change"),
    path("<str:public_id>/experts/", views.add_expert, name="panel-experts"),
    path("<str:public_id>/experts/<str:expert>/<str:do>/", views.do_expert, name="panel-expert-do"),
    path("<str:public_id>/<str:do>/", views.do, name="panel-do"),
]

"""Addresses under /desk/voice/reports/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.reports import views

urlpatterns: list[URLPattern] = [
    path("", views.reports, name="voice-reports"),
    path("add/", views.add, name="voice-report-add"),
    path("<str:public_id>/", views.report, name="voice-report"),
    path("<str:public_id>/number/<str:number>/", views.number, name="voice-report-number"),
    path("<str:public_id>/file.<str:kind>", views.download, name="voice-report-file"),
    path("<str:public_id>/remove/", views.remove, name="voice-report-remove"),
]

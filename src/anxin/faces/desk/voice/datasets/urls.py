"""Addresses under /desk/voice/datasets/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.datasets import exporting, mapping, views

urlpatterns: list[URLPattern] = [
    path("", views.datasets, name="datasets"),
    path("add/", views.add, name="dataset-add"),
    path("export/", exporting.export, name="answers-export"),
    path("exports/", exporting.exports, name="answers-exports"),
    path("exports/<str:public_id>/", exporting.order, name="export-order"),
    path("exports/<str:public_id>/file/", exporting.file, name="export-file"),
    path("exports/<str:public_id>/remove/", exporting.remove, name="export-remove"),
    path("<str:public_id>/", views.dataset, name="dataset"),
    path("<str:public_id>/change/", views.change, name="dataset-change"),
    path("<str:public_id>/columns/", mapping.columns, name="dataset-columns"),
    path("<str:public_id>/mapping.json", mapping.download, name="dataset-mapping"),
    path("<str:public_id>/erase/", views.erase, name="dataset-erase"),
]

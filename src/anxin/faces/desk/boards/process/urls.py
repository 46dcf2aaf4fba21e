"""Addresses under /desk/boards/process/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.boards.process import flow, prescribed, slow, variants, waits

urlpatterns: list[URLPattern] = [
    path("", flow.flow, name="process"),
    path("variants/", variants.variants, name="process-variants"),
    path("variants.csv", variants.download, name="process-variants-csv"),
    path("waits/", waits.waits, name="process-waits"),
    path("slow/", slow.slow, name="process-slow"),
    path("prescribed/", prescribed.prescribed, name="process-prescribed"),
    path("prescribed/edit/", prescribed.edit, name="process-prescribe"),
]

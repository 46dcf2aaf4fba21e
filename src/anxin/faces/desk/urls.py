"""The desk: the working part (queue, cases, acts) and the administration, each in a file of its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = []

for _part in ("anxin.faces.desk.urls_work", "anxin.faces.desk.urls_admin"):
    if find_spec(_part) is not None:
        urlpatterns += import_module(_part).urlpatterns

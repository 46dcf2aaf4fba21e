"""The desk: the working part (queue, cases, acts) and the administration, each in a file of its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from anxin.faces.desk import urls_admin, urls_work

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [*urls_work.urlpatterns, *urls_admin.urlpatterns]

"""The desk: the working part (queue, cases, acts) and the administration, each in a file of its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from anxin.faces.desk import urls_admin, urls_work
from anxin.faces.desk.boards import urls as urls_boards
from anxin.faces.desk.voice import urls as urls_voice

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    *urls_work.urlpatterns,
    *urls_voice.urlpatterns,
    *urls_boards.urlpatterns,
    *urls_admin.urlpatterns,
]

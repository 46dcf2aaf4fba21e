"""Addresses of the working part of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.faces.desk.views import case, queue

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="queue"),
    path("bulk/", queue.bulk, name="bulk"),
    path("views/", queue.keep_view, name="keep-view"),
    path("views/<int:view_id>/remove/", queue.drop_view, name="drop-view"),
    path("approvals/", queue.queue, name="approvals"),
    path("supervision/", queue.queue, name="supervision"),
    path("cases/<str:public_id>/", case.case, name="case"),
    path("cases/<str:public_id>/show/", case.show_in_full, name="show-in-full"),
]

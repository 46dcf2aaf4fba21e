"""Addresses of the working part of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.faces.desk.views import act, case, notify, papers, queue, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="queue"),
    path("bulk/", queue.bulk, name="bulk"),
    path("views/", queue.keep_view, name="keep-view"),
    path("views/<int:view_id>/remove/", queue.drop_view, name="drop-view"),
    path("approvals/", work.approvals, name="approvals"),
    path("supervision/", work.supervision, name="supervision"),
    path("appointments/", work.appointments, name="appointments"),
    path("notify/", notify.find, name="notify"),
    path("notify/<str:customer_id>/", notify.report, name="notify-report"),
    path("cases/<str:public_id>/", case.case, name="case"),
    path("cases/<str:public_id>/show/", case.show_in_full, name="show-in-full"),
    path("cases/<str:public_id>/papers/", papers.papers, name="papers"),
    path("cases/<str:public_id>/do/say/", act.say, name="say"),
    path("cases/<str:public_id>/do/<str:name>/", act.act, name="act"),
]

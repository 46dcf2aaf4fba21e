"""Addresses of paper questionnaires."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.paper.views import batches, checking, pages, prints

urlpatterns: list[URLPattern] = [
    path("", batches.batches, name="paper"),
    path("send/", batches.send, name="paper_send"),
    path("batches/<str:public_id>/", batches.batch, name="paper_batch"),
    path("batches/<str:public_id>/check/", checking.next_form, name="paper_next"),
    path("batches/<str:public_id>/erase/", batches.erase_batch, name="paper_erase"),
    path("forms/<str:public_id>/", checking.form, name="paper_form"),
    path("forms/<str:public_id>/take/", checking.take, name="paper_take"),
    path("forms/<str:public_id>/leave/", checking.leave, name="paper_leave"),
    path("pages/<str:public_id>/", pages.page, name="paper_page"),
    path("pages/<str:public_id>/picture/", pages.picture, name="paper_picture"),
    path("pages/<str:public_id>/aside/", pages.aside, name="paper_aside"),
    path("cutouts/<str:public_id>/", pages.cutout, name="paper_cutout"),
    path("prints/", prints.prints, name="paper_prints"),
    path("prints/add/", prints.add, name="paper_print"),
    path("prints/invite/", prints.invite, name="paper_invite"),
    path("prints/<str:public_id>/", prints.run, name="paper_run"),
    path("prints/<str:public_id>/addresses/", prints.addresses, name="paper_addresses"),
    path("prints/<str:public_id>/<int:part>.pdf", prints.part, name="paper_part"),
]

"""Addresses under /desk/boards/scorecards/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.boards.scorecards import plans, views

urlpatterns: list[URLPattern] = [
    path("", views.overview, name="scorecards"),
    path("mine/", views.mine, name="scorecard-mine"),
    path("plan/", plans.plan, name="scorecard-plan"),
    path("plan/edit/", plans.edit, name="scorecard-plan-edit"),
    path("plan/publish/", plans.publish, name="scorecard-plan-publish"),
    path("plan/drop/", plans.drop, name="scorecard-plan-drop"),
    path("objections/", views.objections, name="scorecard-objections"),
    path("objections/<str:public_id>/", views.answer, name="scorecard-answer"),
    path("<str:public_id>/", views.card, name="scorecard"),
    path("<str:public_id>/note/", views.note, name="scorecard-note"),
    path("<str:public_id>/<str:indicator>/", views.rows, name="scorecard-rows"),
]

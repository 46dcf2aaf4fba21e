"""Addresses under /desk/voice/campaigns/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.campaigns import answers, lists, people, views

urlpatterns: list[URLPattern] = [
    path("", lists.campaigns, name="campaigns"),
    path("add/", views.add, name="campaign-add"),
    path("ratings/", answers.ratings, name="ratings"),
    path("optout/", people.optout, name="campaign-optout"),
    path("<str:public_id>/", views.campaign, name="campaign"),
    path("<str:public_id>/change/", views.change, name="campaign-change"),
    path("<str:public_id>/list/", views.upload, name="campaign-list"),
    path("<str:public_id>/do/<str:act>/", views.do, name="campaign-do"),
    path("<str:public_id>/invitations/", people.invitations, name="campaign-invitations"),
    path("<str:public_id>/answers/", answers.answers, name="campaign-answers"),
    path("<str:public_id>/answers/<str:response>/", answers.one, name="campaign-answer"),
    path("<str:public_id>/answers/<str:response>/erase/", answers.erase, name="campaign-erase"),
    path("<str:public_id>/code/<str:kind>/", views.code, name="campaign-code"),
]

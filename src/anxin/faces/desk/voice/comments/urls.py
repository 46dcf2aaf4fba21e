from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.faces.desk.voice.comments import topics, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="voice-comments-overview"),
    path("all/", views.comments, name="voice-comments"),
    path("learning/", views.learning, name="voice-comments-learning"),
    path("topics/", topics.topics, name="voice-comments-topics"),
    path("topics/add/", topics.add, name="voice-comments-topic-add"),
    path("topics/<str:code>/", topics.change, name="voice-comments-topic"),
    path("topics/<str:code>/retire/", topics.retire, name="voice-comments-topic-retire"),
    path("<str:public_id>/", views.comment, name="voice-comment"),
    path("<str:public_id>/undo/", views.undo, name="voice-comment-undo"),
]

"""Addresses under /desk/voice/studio/."""

from __future__ import annotations

from django.urls import URLPattern, path

from anxin.faces.desk.voice.studio import checks, editor, questions, views

urlpatterns: list[URLPattern] = [
    path("", views.questionnaires, name="voice-studio"),
    path("new/", views.create, name="voice-studio-new"),
    path("import/", views.import_file, name="voice-studio-import"),
    path("<slug:questionnaire>/", views.questionnaire, name="voice-questionnaire"),
    path("<slug:questionnaire>/rename/", views.rename, name="voice-questionnaire-rename"),
    path("<slug:questionnaire>/archive/", views.archive, name="voice-questionnaire-archive"),
    path("<slug:questionnaire>/draft/", views.draft, name="voice-questionnaire-draft"),
    path("v/<slug:version>/", editor.outline, name="voice-version"),
    path("v/<slug:version>/do/", editor.rearrange, name="voice-version-do"),
    path("v/<slug:version>/undo/", editor.undo, name="voice-version-undo"),
    path("v/<slug:version>/state/<slug:move>/", editor.state, name="voice-version-state"),
    path("v/<slug:version>/settings/", editor.settings, name="voice-version-settings"),
    path("v/<slug:version>/quotas/", editor.quotas, name="voice-version-quotas"),
    path("v/<slug:version>/pages/add/", editor.add_page, name="voice-page-add"),
    path("v/<slug:version>/pages/<slug:page>/", editor.page, name="voice-page"),
    path("v/<slug:version>/pages/<slug:page>/insert/", editor.insert, name="voice-insert"),
    path("v/<slug:version>/pages/<slug:page>/ask/", questions.add, name="voice-question-add"),
    path("v/<slug:version>/questions/<slug:code>/", questions.change, name="voice-question"),
    path("v/<slug:version>/translations/", checks.translations, name="voice-translations"),
    path("v/<slug:version>/preview/", checks.preview, name="voice-preview"),
    path("v/<slug:version>/pretest/", checks.pretest, name="voice-pretest"),
    path("v/<slug:version>/questionnaire.json", checks.export_file, name="voice-export"),
]

from django.urls import path

from anxin.faces.desk.boards.indicators import behind, facts, reported, views

urlpatterns = [
    path("", views.board, name="indicators"),
    path("rows/", behind.rows, name="indicator-rows"),
    path("rows.csv", behind.file, name="indicator-rows-file"),
    path("file.<str:form>", views.download, name="indicators-file"),
    path("facts/", facts.batches, name="fact-batches"),
    path("facts/add/", facts.add, name="facts-add"),
    path("facts/example/<str:kind>.csv", facts.example, name="facts-example"),
    path("facts/<str:public_id>/", facts.batch, name="fact-batch"),
    path("facts/<str:public_id>/remove/", facts.remove, name="fact-batch-remove"),
    path("reported/", reported.values, name="reported-values"),
    path("reported/add/", reported.add, name="reported-add"),
    path("reported/file/", reported.upload, name="reported-file"),
    path("<str:indicator>/", views.detail, name="indicator"),
]

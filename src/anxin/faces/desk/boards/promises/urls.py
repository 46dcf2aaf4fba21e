from django.urls import path

from anxin.faces.desk.boards.promises import views

urlpatterns = [
    path("", views.promises, name="board-promises"),
    path("pair/", views.pair, name="board-promises-pair"),
]

from django.urls import path

from anxin.faces.desk.boards.cockpit import views

urlpatterns = [path("", views.cockpit, name="board-cockpit")]

from django.urls import path

from anxin.faces.desk.boards.handovers import views

urlpatterns = [path("", views.handovers, name="board-handovers")]

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "anxin.faces.desk"
    label = "desk"

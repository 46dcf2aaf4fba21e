from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "anxin.faces.desk"
    label = "desk"

    def ready(self) -> None:
        import_module("anxin.faces.desk.permissions")
        import_module("anxin.faces.desk.jobs")

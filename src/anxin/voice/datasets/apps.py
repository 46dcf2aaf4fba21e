from importlib import import_module

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "anxin.voice.datasets"
    label = "datasets"

    def ready(self) -> None:
        import_module("anxin.voice.datasets.permissions")
        import_module("anxin.voice.datasets.jobs")

from importlib import import_module

from django.apps import AppConfig


class WeightsConfig(AppConfig):
    name = "anxin.voice.weights"
    label = "weights"

    def ready(self) -> None:
        import_module("anxin.voice.weights.permissions")

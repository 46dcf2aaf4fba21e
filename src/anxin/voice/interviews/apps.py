from importlib import import_module

from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    name = "anxin.voice.interviews"
    label = "interviews"

    def ready(self) -> None:
        import_module("anxin.voice.interviews.permissions")

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "anxin.voice.responses"
    label = "responses"

    def ready(self) -> None:
        from anxin.voice.responses import permissions  # noqa: F401 - registers this room's names

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "anxin.voice.responses"
    label = "responses"

    def ready(self) -> None:
        # Registers this room's names, its reactions and what the worker does for it.
        from anxin.voice.responses import jobs, permissions, reactions  # noqa: F401

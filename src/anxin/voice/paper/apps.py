from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "anxin.voice.paper"
    label = "paper"

    def ready(self) -> None:
        # Registers this room's names and what the worker does for it.
        from anxin.voice.paper import jobs, permissions  # noqa: F401

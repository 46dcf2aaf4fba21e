from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "anxin.voice.reports"
    label = "reports"

    def ready(self) -> None:
        from anxin.voice.reports import (  # noqa: F401 - registers this room's names and periodic jobs
            jobs,
            permissions,
        )

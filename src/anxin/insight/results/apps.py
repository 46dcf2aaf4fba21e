from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "anxin.insight.results"
    label = "results"

    def ready(self) -> None:
        from anxin.insight.results import jobs, permissions  # noqa: F401 - registers this room's names and periodic jobs

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "anxin.insight.scorecards"
    label = "scorecards"

    def ready(self) -> None:
        from anxin.insight.scorecards import jobs, permissions  # noqa: F401 - registers this room's names and periodic jobs

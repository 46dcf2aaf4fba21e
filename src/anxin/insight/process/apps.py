from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "anxin.insight.process"
    label = "process"

    def ready(self) -> None:
        from anxin.insight.process import boards, permissions  # noqa: F401 - registers this room's boards and names

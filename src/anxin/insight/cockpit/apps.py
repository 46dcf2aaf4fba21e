from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "anxin.insight.cockpit"
    label = "cockpit"

    def ready(self) -> None:
        from anxin.insight.cockpit import boards  # noqa: F401 - registers this room's boards

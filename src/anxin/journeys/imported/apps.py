from django.apps import AppConfig


class ImportedConfig(AppConfig):
    name = "anxin.journeys.imported"
    label = "imported"
    verbose_name = "Imported event logs"

    def ready(self) -> None:
        from anxin.journeys.imported import activities, permissions  # noqa: F401 - registers what can happen here

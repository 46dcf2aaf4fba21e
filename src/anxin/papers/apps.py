from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "anxin.papers"
    label = "papers"
    verbose_name = "Papers"

    def ready(self) -> None:
        from anxin.papers import permissions  # noqa: F401

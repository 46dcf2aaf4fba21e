from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "anxin.faces.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from anxin.faces.api import jobs  # noqa: F401

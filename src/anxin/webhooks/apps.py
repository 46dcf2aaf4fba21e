from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "anxin.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"

    def ready(self) -> None:
        from anxin.webhooks import jobs, permissions  # noqa: F401

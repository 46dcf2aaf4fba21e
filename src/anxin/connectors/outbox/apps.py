from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "anxin.connectors.outbox"
    label = "outbox"

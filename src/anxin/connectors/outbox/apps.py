from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "anxin.connectors.outbox"
    label = "outbox"
    verbose_name = "Outbox (simulated carrier)"

    def ready(self) -> None:
        from anxin.connectors.outbox import jobs  # noqa: F401 - the worker finds them
        from anxin.connectors.outbox.simulator import Outbox
        from anxin.messages import ports

        ports.supply(Outbox())

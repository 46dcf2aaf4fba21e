from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "anxin.connectors.outbox"
    label = "outbox"
    verbose_name = "Outbox (simulated carrier)"

    def ready(self) -> None:
        from anxin.connectors.outbox.simulator import Outbox
        from anxin.messages import ports

        ports.supply(Outbox())

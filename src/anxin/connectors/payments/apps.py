from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "anxin.connectors.payments"
    label = "payment_connector"
    verbose_name = "Bank (simulated)"

    def ready(self) -> None:
        from anxin.connectors.payments import jobs  # noqa: F401 - the worker finds them
        from anxin.connectors.payments.simulator import Bank
        from anxin.journeys.claims import ports

        ports.supply(Bank())

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "anxin.connectors.payments"
    label = "payment_connector"

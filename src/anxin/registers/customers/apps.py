from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "anxin.registers.customers"
    label = "customers"

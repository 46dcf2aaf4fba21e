from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "anxin.registers.customers"
    label = "customers"

    def ready(self) -> None:
        from anxin.registers.customers import permissions  # noqa: F401 - registers this room's names

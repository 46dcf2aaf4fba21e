from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "anxin.registers.products"
    label = "products"

    def ready(self) -> None:
        from anxin.registers.products import permissions  # noqa: F401 - registers this room's names

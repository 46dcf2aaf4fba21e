from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "anxin.registers.products"
    label = "products"

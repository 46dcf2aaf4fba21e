from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "anxin.faces.api"
    label = "api"

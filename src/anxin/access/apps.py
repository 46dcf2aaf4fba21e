from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anxin.access"
    label = "access"
    verbose_name = "People and permissions"

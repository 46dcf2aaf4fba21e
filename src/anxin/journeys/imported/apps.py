from django.apps import AppConfig


class ImportedConfig(AppConfig):
    name = "anxin.journeys.imported"
    label = "imported"

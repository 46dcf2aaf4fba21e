from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "anxin.papers"
    label = "papers"

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "anxin.rulebook"
    label = "rulebook"

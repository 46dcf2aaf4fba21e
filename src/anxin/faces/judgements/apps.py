from django.apps import AppConfig


class JudgementsConfig(AppConfig):
    name = "anxin.faces.judgements"
    label = "judgements"

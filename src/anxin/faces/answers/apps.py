from django.apps import AppConfig


class AnswersConfig(AppConfig):
    name = "anxin.faces.answers"
    label = "answers"

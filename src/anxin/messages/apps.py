from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "anxin.messages"
    label = "anxin_messages"

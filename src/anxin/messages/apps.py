from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "anxin.messages"
    label = "anxin_messages"
    verbose_name = "Messages"

    def ready(self) -> None:
        from anxin.messages import activities, jobs, permissions  # noqa: F401

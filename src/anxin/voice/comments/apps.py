from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "anxin.voice.comments"
    label = "comments"

    def ready(self) -> None:
        from anxin.voice.comments import jobs, permissions, reactions  # noqa: F401 - registers this room's names

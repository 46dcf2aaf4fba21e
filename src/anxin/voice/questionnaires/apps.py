from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "anxin.voice.questionnaires"
    label = "questionnaires"

    def ready(self) -> None:
        from anxin.voice.questionnaires import permissions  # noqa: F401 - registers this room's names

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "anxin.registers.policies"
    label = "policies"

    def ready(self) -> None:
        from anxin.registers.policies import permissions  # noqa: F401 - registers this room's names

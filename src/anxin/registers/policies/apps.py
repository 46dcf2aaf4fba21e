from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "anxin.registers.policies"
    label = "policies"

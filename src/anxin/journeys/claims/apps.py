from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "anxin.journeys.claims"
    label = "claims"

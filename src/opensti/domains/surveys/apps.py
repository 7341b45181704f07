from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "opensti.domains.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

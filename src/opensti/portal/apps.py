from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "opensti.portal"
    label = "portal"

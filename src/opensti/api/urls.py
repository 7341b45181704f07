from django.urls import path

from opensti.api.routes import api

urlpatterns = [path("v1/", api.urls)]

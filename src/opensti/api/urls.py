from django.urls import path

from opensti.api import oai
from opensti.api.registrations import router as registrations
from opensti.api.routes import api

api.add_router("", registrations)
urlpatterns = [path("v1/", api.urls), path("oai", oai.endpoint, name="oai")]

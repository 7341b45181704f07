from django.urls import path

from opensti.api.registrations import router as registrations
from opensti.api.routes import api
from opensti.api.voices import router as voices

api.add_router("", registrations)
api.add_router("", voices)
urlpatterns = [path("v1/", api.urls)]

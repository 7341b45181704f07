from django.urls import path

from opensti.api.changes import router as changes
from opensti.api.register import router as register
from opensti.api.registrations import router as registrations
from opensti.api.routes import api

api.add_router("", registrations)
api.add_router("", register)
api.add_router("", changes)
urlpatterns = [path("v1/", api.urls)]

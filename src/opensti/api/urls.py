from django.urls import path

from opensti.api import oai
from opensti.api.changes import router as changes
from opensti.api.register import router as register
from opensti.api.registrations import router as registrations
from opensti.api.routes import api
from opensti.api.voices import router as voices
from opensti.api.webhooks import router as webhooks

api.add_router("", registrations)
api.add_router("", register)
api.add_router("", changes)
api.add_router("", voices)
api.add_router("/webhooks", webhooks)
urlpatterns = [path("v1/", api.urls), path("oai", oai.endpoint, name="oai")]

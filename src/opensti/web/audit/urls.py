from django.urls import path

from opensti.web.audit import flags

app_name = "audit"
urlpatterns = [
    path("flags/", flags.red_flags, name="flags"),
    path("flags/<int:year>/", flags.red_flags, name="flags_of"),
]

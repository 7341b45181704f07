from django.urls import path

from opensti.web.audit import flags, stages

app_name = "audit"
urlpatterns = [
    path("stages/", stages.StageCases.as_view(), name="stages"),
    path("flags/", flags.red_flags, name="flags"),
    path("flags/<int:year>/", flags.red_flags, name="flags_of"),
]

from django.urls import path

from opensti.web.supervision import alerts, units, voices

app_name = "supervision"
urlpatterns = [
    path("", voices.Voices.as_view(), name="voices"),
    path("queue/", voices.queue, name="queue"),
    path("units/", units.units, name="units"),
    path("templates/", units.templates, name="templates"),
    path("inspectors/", units.inspectors, name="inspectors"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<str:public_id>/", alerts.alert, name="alert"),
    path("alert-files/<str:public_id>", alerts.alert_file, name="alert_file"),
    path("<str:public_id>/", voices.voice, name="voice"),
]

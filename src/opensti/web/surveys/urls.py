from django.urls import path

from opensti.web.surveys import pages, results

app_name = "surveys"
urlpatterns = [
    path("", pages.Waves.as_view(), name="waves"),
    path("new/", pages.new, name="new"),
    path("<str:public_id>/", pages.wave, name="wave"),
    path("<str:public_id>/edit/", pages.edit, name="edit"),
    path("<str:public_id>/organisations/", pages.Units.as_view(), name="units"),
    path("<str:public_id>/result/", results.result, name="result"),
    path("<str:public_id>/report.<str:kind>", results.report, name="report"),
]

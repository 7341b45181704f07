from django.urls import path

from opensti.web.disclosure import preview, versions, writing

app_name = "disclosure"
urlpatterns = [
    path("", versions.versions, name="versions"),
    path("new/", writing.new, name="new"),
    path("preview/<str:kind>/<str:public_id>/", preview.preview, name="preview"),
    path("<str:public_id>/", versions.version, name="version"),
    path("<str:public_id>/file.yaml", versions.file, name="file"),
    path("<str:public_id>/simulation/", versions.simulation, name="simulation"),
    path("<str:public_id>/edit/", writing.edit, name="edit"),
    path("<str:public_id>/rule/", writing.rule, name="rule"),
    path("<str:public_id>/check/", writing.check, name="check"),
    path("<str:public_id>/issue/", writing.issue, name="issue"),
]

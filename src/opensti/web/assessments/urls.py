from django.urls import path

from opensti.web.assessments import changing, modules, pages, planning, results

app_name = "assessments"
urlpatterns = [
    path("", pages.Assessments.as_view(), name="assessments"),
    path("new/", pages.new, name="new"),
    path("modules/", modules.modules, name="modules"),
    path("sharing/", pages.sharing, name="sharing"),
    path("files/<str:file_id>", pages.evidence_file, name="file"),
    path("<str:public_id>/", pages.assessment, name="assessment"),
    path("actions/<str:public_id>/", planning.improvement, name="improvement"),
    path("<str:public_id>/plan/", planning.plan, name="plan"),
    path("<str:public_id>/changes/", changing.changes, name="changes"),
    path("<str:public_id>/findings/", planning.findings, name="findings"),
    path("<str:public_id>/result/", results.result, name="result"),
    path("<str:public_id>/report.<str:kind>", results.report, name="report"),
]

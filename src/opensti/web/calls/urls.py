from django.urls import path

from opensti.web.calls import announcing, checking, dossiers, writing

app_name = "calls"
D = "dossiers/<str:public_id>/"
urlpatterns = [
    path("", announcing.Calls.as_view(), name="calls"),
    path("new/", announcing.call_new, name="call_new"),
    path("dossiers/", dossiers.Dossiers.as_view(), name="dossiers"),
    path("dossiers/confirm/", checking.dossiers_bulk, name="dossiers_bulk"),
    path(D, dossiers.dossier_page, name="dossier"),
    path(f"{D}step/", dossiers.dossier_step, name="dossier_step"),
    path(f"{D}edit/<slug:section>/", writing.dossier_edit, name="dossier_edit"),
    path(
        f"{D}autosave/<slug:section>/",
        writing.dossier_autosave,
        name="dossier_autosave",
    ),
    path(f"{D}team/", writing.dossier_team, name="dossier_team"),
    path(f"{D}budget/", writing.dossier_budget, name="dossier_budget"),
    path(f"{D}budget/import/", writing.budget_import, name="budget_import"),
    path(f"{D}budget/sheet/", writing.budget_template, name="budget_template"),
    path(f"{D}files/", writing.dossier_files, name="dossier_files"),
    path(f"{D}files/<str:file_id>/", dossiers.dossier_file, name="dossier_file"),
    path(f"{D}people/", writing.dossier_people, name="dossier_people"),
    path(f"{D}check/", writing.dossier_check, name="dossier_check"),
    path(f"{D}versions/", dossiers.dossier_versions, name="dossier_versions"),
    path(f"{D}changes/", dossiers.dossier_diff, name="dossier_diff"),
    path(f"{D}receipt/", dossiers.dossier_receipt, name="dossier_receipt"),
    path(f"{D}summary.<str:kind>", dossiers.dossier_document, name="dossier_document"),
    path(f"{D}validity/", checking.eligibility, name="eligibility"),
    path(
        f"{D}validity.<str:kind>",
        checking.eligibility_document,
        name="eligibility_document",
    ),
    path("<str:public_id>/", announcing.call_page, name="call"),
    path("<str:public_id>/edit/", announcing.call_edit, name="call_edit"),
    path("<str:public_id>/step/", announcing.call_step, name="call_step"),
    path(
        "<str:public_id>/late-exception/",
        announcing.late_exception,
        name="late_exception",
    ),
    path(
        "<str:public_id>/early-opening/", announcing.early_opening, name="early_opening"
    ),
    path("<str:public_id>/dossier/", writing.dossier_new, name="dossier_new"),
    path(
        "<str:public_id>/announcement.<str:kind>",
        announcing.call_document,
        name="call_document",
    ),
]

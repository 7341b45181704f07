from django.urls import path

from opensti.web.registry import bulk, duplicates, importing, organisations, people

app_name = "registry"
urlpatterns = [
    path("organisations/", organisations.Organisations.as_view(), name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation_new"),
    path(
        "organisations/suggestions/",
        organisations.organisation_suggestions,
        name="organisation_suggestions",
    ),
    path(
        "organisations/bulk/<slug:act>/",
        bulk.organisations_bulk,
        name="organisations_bulk",
    ),
    path(
        "organisations/<str:public_id>/",
        organisations.organisation_page,
        name="organisation",
    ),
    path(
        "organisations/<str:public_id>/edit/",
        organisations.organisation_edit,
        name="organisation_edit",
    ),
    path(
        "organisations/<str:public_id>/members/add/",
        organisations.member_add,
        name="member_add",
    ),
    path(
        "organisations/<str:public_id>/members/<int:membership_id>/end/",
        organisations.member_end,
        name="member_end",
    ),
    path("people/", people.People.as_view(), name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/me/", people.own_entry, name="me"),
    path(
        "people/suggestions/",
        organisations.person_suggestions,
        name="person_suggestions",
    ),
    path("people/bulk/<slug:act>/", bulk.people_bulk, name="people_bulk"),
    path("people/<str:public_id>/", people.person_page, name="person"),
    path("people/<str:public_id>/erase/", people.person_erase, name="person_erase"),
    path("people/<str:public_id>/edit/", people.person_edit, name="person_edit"),
    path(
        "people/<str:public_id>/positions/add/",
        people.position_add,
        name="position_add",
    ),
    path(
        "people/<str:public_id>/positions/<int:position_id>/end/",
        people.position_end,
        name="position_end",
    ),
    path("people/<str:public_id>/degrees/add/", people.degree_add, name="degree_add"),
    path(
        "people/<str:public_id>/relations/add/",
        people.relation_add,
        name="relation_add",
    ),
    path(
        "people/<str:public_id>/relations/<int:relation_id>/end/",
        people.relation_end,
        name="relation_end",
    ),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path(
        "duplicates/<slug:kind>/<int:first_id>/<int:second_id>/dismiss/",
        duplicates.dismiss,
        name="dismiss",
    ),
    path(
        "merge/<slug:kind>/<int:survivor_id>/<int:merged_id>/",
        duplicates.merge,
        name="merge",
    ),
    path("merges/", duplicates.merges, name="merges"),
    path("merges/<int:merge_id>/undo/", duplicates.undo, name="undo_merge"),
    path("imports/", importing.Imports.as_view(), name="imports"),
    path("imports/new/", importing.import_new, name="import_new"),
    path("imports/<int:run_id>/", importing.import_page, name="import"),
    path("imports/<int:run_id>/start/", importing.import_start, name="import_start"),
    path("imports/<int:run_id>/errors/", importing.import_errors, name="import_errors"),
]

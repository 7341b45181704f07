from django.urls import path

from opensti.web.strategies import accounts, accounts_asking, accounts_runs

urlpatterns = [
    path("datasets/", accounts.Datasets.as_view(), name="datasets"),
    path("datasets/new/", accounts.dataset_new, name="dataset_new"),
    path("datasets/<str:code>/", accounts.DatasetPage.as_view(), name="dataset"),
    path("datasets/<str:code>/edit/", accounts.dataset_edit, name="dataset_edit"),
    path("datasets/<str:code>/load/", accounts.vintage_load, name="vintage_load"),
    path("releases/<str:public_id>/", accounts.VintagePage.as_view(), name="vintage"),
    path(
        "releases/<str:public_id>/file", accounts.vintage_download, name="vintage_file"
    ),
    path("accounts/", accounts_runs.Runs.as_view(), name="account_runs"),
    path("accounts/new/", accounts_asking.account_new, name="account_new"),
    path("accounts/<str:public_id>/", accounts_runs.account_page, name="account_run"),
    path(
        "accounts/<str:public_id>/publish/",
        accounts_runs.account_publish,
        name="account_publish",
    ),
    path(
        "accounts/<str:public_id>/without/",
        accounts_asking.account_without,
        name="account_without",
    ),
    path(
        "accounts/<str:public_id>/beside/<str:other_id>/",
        accounts_runs.account_beside,
        name="account_beside",
    ),
    path(
        "accounts/<str:public_id>/<slug:key>.<str:kind>",
        accounts_runs.account_picture,
        name="account_picture",
    ),
]

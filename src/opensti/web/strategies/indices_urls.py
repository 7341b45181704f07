from django.urls import path

from opensti.web.strategies import (
    index_comparing,
    index_judging,
    index_versions,
    indices,
)

urlpatterns = [
    path("indices/", indices.Indices.as_view(), name="indices"),
    path("indices/new/", indices.index_new, name="index_new"),
    path("indices/<str:public_id>/", indices.index_page, name="index"),
    path(
        "indices/<str:public_id>/compare/",
        index_comparing.compare,
        name="index_compare",
    ),
    path(
        "index-versions/<str:public_id>/",
        index_versions.version_page,
        name="index_version",
    ),
    path(
        "index-versions/<str:public_id>/save/",
        index_versions.version_save,
        name="index_save",
    ),
    path(
        "index-versions/<str:public_id>/judge/",
        index_judging.version_judge,
        name="index_judge",
    ),
    path(
        "index-versions/<str:public_id>/<str:act>/",
        index_versions.version_act,
        name="index_act",
    ),
    path(
        "index-versions/<str:public_id>/file/<str:name>",
        index_versions.version_file,
        name="index_file",
    ),
]

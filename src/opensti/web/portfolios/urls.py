from django.urls import path

from opensti.web.portfolios import views

app_name = "portfolios"
urlpatterns = [
    path("", views.Rounds.as_view(), name="rounds"),
    path("new/<int:call_id>/", views.round_new, name="round_new"),
    path("round/<str:public_id>/", views.round_page, name="round"),
    path("round/<str:public_id>/propose/", views.round_propose, name="round_propose"),
    path("round/<str:public_id>/return/", views.round_return, name="round_return"),
    path("round/<str:public_id>/decide/", views.round_decide, name="round_decide"),
    path("round/<str:public_id>/release/", views.round_release, name="round_release"),
    path("round/<str:public_id>/mail/", views.round_mail, name="round_mail"),
    path(
        "round/<str:public_id>/document.<str:kind>",
        views.round_document,
        name="round_document",
    ),
    path("decision/<str:public_id>/", views.decision_page, name="decision"),
    path("decision/<str:public_id>/edit/", views.decision_edit, name="decision_edit"),
    path("dossier/<str:public_id>/object/", views.dossier_object, name="object"),
    path("decision/<str:public_id>/receipt/", views.decision_receipt, name="receipt"),
    path("letters/", views.Letters.as_view(), name="letters"),
    path("letters/check/", views.letters_check, name="letters_check"),
    path("letters/<str:public_id>/", views.letter_page, name="letter"),
    path("letters/<str:public_id>/edit/", views.letter_edit, name="letter_edit"),
    path("letters/<str:public_id>/check/", views.letter_check, name="letter_check"),
    path(
        "letters/<str:public_id>/document.<str:kind>",
        views.letter_document,
        name="letter_document",
    ),
    path("objections/", views.Objections.as_view(), name="objections"),
    path("objections/<int:objection_id>/", views.objection_page, name="objection"),
]

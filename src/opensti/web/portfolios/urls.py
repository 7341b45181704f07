from django.urls import path

from opensti.web.portfolios import (
    asked,
    comparing,
    decisions,
    letters,
    locking,
    objections,
    planning,
    proposals,
    ranking,
    rounds,
    scenarios,
)

app_name = "portfolios"
urlpatterns = [
    path("", rounds.Rounds.as_view(), name="rounds"),
    path("new/<int:call_id>/", rounds.round_new, name="round_new"),
    path("round/<str:public_id>/", rounds.round_page, name="round"),
    path(
        "round/<str:public_id>/ranking/",
        ranking.RankingPage.as_view(),
        name="ranking",
    ),
    path("round/<str:public_id>/propose/", rounds.round_propose, name="round_propose"),
    path("round/<str:public_id>/return/", rounds.round_return, name="round_return"),
    path("round/<str:public_id>/decide/", rounds.round_decide, name="round_decide"),
    path("round/<str:public_id>/release/", rounds.round_release, name="round_release"),
    path("round/<str:public_id>/mail/", rounds.round_mail, name="round_mail"),
    path(
        "round/<str:public_id>/document.<str:kind>",
        rounds.round_document,
        name="round_document",
    ),
    path(
        "round/<str:public_id>/proposal.<str:kind>",
        proposals.round_proposal,
        name="proposal",
    ),
    path(
        "scenario/<str:public_id>/proposal.<str:kind>",
        proposals.scenario_proposal,
        name="scenario_proposal",
    ),
    path("decision/<str:public_id>/", decisions.decision_page, name="decision"),
    path(
        "decision/<str:public_id>/edit/", decisions.decision_edit, name="decision_edit"
    ),
    path(
        "round/<str:public_id>/scenarios/",
        scenarios.scenarios_page,
        name="scenarios",
    ),
    path(
        "round/<str:public_id>/scenarios/new/",
        planning.scenario_new,
        name="scenario_new",
    ),
    path("round/<str:public_id>/compare/", comparing.compare, name="compare"),
    path("scenario/<str:public_id>/", scenarios.scenario_page, name="scenario"),
    path(
        "scenario/<str:public_id>/edit/", planning.scenario_edit, name="scenario_edit"
    ),
    path(
        "scenario/<str:public_id>/step/", scenarios.scenario_step, name="scenario_step"
    ),
    path(
        "scenario/<str:public_id>/changed/",
        asked.scenario_changed,
        name="scenario_changed",
    ),
    path(
        "scenario/<str:public_id>/list.xlsx",
        scenarios.scenario_workbook,
        name="scenario_workbook",
    ),
    path("decision/<str:public_id>/lock/", locking.lock, name="lock"),
    path("dossier/<str:public_id>/object/", objections.dossier_object, name="object"),
    path(
        "decision/<str:public_id>/receipt/", decisions.decision_receipt, name="receipt"
    ),
    path("letters/", letters.Letters.as_view(), name="letters"),
    path("letters/check/", letters.letters_check, name="letters_check"),
    path("letters/<str:public_id>/", letters.letter_page, name="letter"),
    path("letters/<str:public_id>/edit/", letters.letter_edit, name="letter_edit"),
    path("letters/<str:public_id>/check/", letters.letter_check, name="letter_check"),
    path(
        "letters/<str:public_id>/document.<str:kind>",
        letters.letter_document,
        name="letter_document",
    ),
    path("objections/", objections.Objections.as_view(), name="objections"),
    path("objections/<int:objection_id>/", objections.objection_page, name="objection"),
]

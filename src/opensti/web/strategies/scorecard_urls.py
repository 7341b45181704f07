from django.urls import path

from opensti.web.strategies import (
    coherence,
    scorecards,
    stocktake_acts,
    stocktake_paper,
    stocktakes,
)

urlpatterns = [
    path("", scorecards.dashboard, name="dashboard"),
    path("scorecards/<str:public_id>/", scorecards.scorecard, name="scorecard"),
    path(
        "scorecards/<str:public_id>/scorecard.<str:kind>",
        scorecards.scorecard_file,
        name="scorecard_file",
    ),
    path(
        "scorecards/<str:public_id>/way-<int:target_id>.svg",
        scorecards.way_file,
        name="way_file",
    ),
    path("coherence/", coherence.coherence, name="coherence"),
    path("coherence/<str:public_id>/", coherence.coherence, name="plan_coherence"),
    path("stocktakes/", stocktakes.Stocktakes.as_view(), name="stocktakes"),
    path("stocktakes/new/", stocktake_acts.stocktake_new, name="stocktake_new"),
    path("stocktakes/<str:public_id>/", stocktakes.stocktake_page, name="stocktake"),
    path(
        "stocktakes/<str:public_id>/change/",
        stocktake_acts.stocktake_edit,
        name="stocktake_edit",
    ),
    path(
        "stocktakes/<str:public_id>/judge/<int:target_id>/",
        stocktake_acts.stocktake_judge,
        name="stocktake_judge",
    ),
    path(
        "stocktakes/<str:public_id>/decide/",
        stocktake_acts.stocktake_decide,
        name="stocktake_decide",
    ),
    path(
        "stocktakes/<str:public_id>/hold/",
        stocktake_acts.stocktake_hold,
        name="stocktake_hold",
    ),
    path(
        "stocktakes/<str:public_id>/minutes.<str:kind>",
        stocktake_paper.stocktake_minutes,
        name="stocktake_minutes",
    ),
    path(
        "stocktake-decisions/<int:decision_id>/",
        stocktake_acts.stocktake_decision,
        name="stocktake_decision",
    ),
    path(
        "stocktake-decisions/<int:decision_id>/drop/",
        stocktake_acts.decision_drop,
        name="stocktake_decision_drop",
    ),
]

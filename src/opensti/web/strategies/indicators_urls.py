from django.urls import path

from opensti.web.strategies import (
    campaign_steps,
    campaigns,
    card_acts,
    indicators,
    observations,
    observing,
    sheets,
)

urlpatterns = [
    path("indicators/", indicators.Indicators.as_view(), name="indicators"),
    path("indicators/new/", card_acts.indicator_new, name="indicator_new"),
    path("indicators/<str:public_id>/", indicators.indicator_page, name="indicator"),
    path(
        "indicators/<str:public_id>/values.<str:kind>",
        indicators.values_file,
        name="indicator_values",
    ),
    path(
        "indicators/<str:public_id>/edit/",
        card_acts.indicator_edit,
        name="indicator_edit",
    ),
    path(
        "indicators/<str:public_id>/retire/",
        card_acts.indicator_retire,
        name="indicator_retire",
    ),
    path(
        "indicators/<str:public_id>/part/",
        card_acts.indicator_place,
        name="indicator_place",
    ),
    path(
        "indicators/<str:public_id>/dimensions/",
        card_acts.dimensions,
        name="indicator_dimensions",
    ),
    path(
        "indicators/<str:public_id>/targets/new/",
        card_acts.target_new,
        name="target_new",
    ),
    path(
        "indicators/<str:public_id>/report/",
        observing.observe,
        name="observe",
    ),
    path("values/", observations.Observations.as_view(), name="observations"),
    path("values/waiting/", observations.Approval.as_view(), name="approval"),
    path("values/import/", sheets.bulk_import, name="observations_import"),
    path("values/many/<slug:act>/", observations.observations_bulk, name="values_bulk"),
    path("values/<str:public_id>/", observations.observation_page, name="observation"),
    path(
        "values/<str:public_id>/file/",
        observations.observation_download,
        name="observation_file",
    ),
    path(
        "values/<str:public_id>/correct/",
        observing.correct,
        name="observation_correct",
    ),
    path(
        "values/<str:public_id>/return/",
        observations.observation_return,
        name="observation_return",
    ),
    path(
        "values/<str:public_id>/decide/<slug:act>/",
        observations.observation_decide,
        name="observation_decide",
    ),
    path("campaigns/", campaigns.Campaigns.as_view(), name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<str:public_id>/", campaigns.campaign_page, name="campaign"),
    path(
        "campaigns/<str:public_id>/edit/", campaigns.campaign_edit, name="campaign_edit"
    ),
    path(
        "campaigns/<str:public_id>/asked/",
        campaigns.campaign_asked,
        name="campaign_asked",
    ),
    path(
        "campaigns/<str:public_id>/reopen/",
        campaign_steps.campaign_reopen,
        name="campaign_reopen",
    ),
    path(
        "campaigns/<str:public_id>/step/<slug:act>/",
        campaign_steps.campaign_step,
        name="campaign_step",
    ),
    path(
        "campaigns/<str:public_id>/sheet/<str:agency_id>/",
        sheets.sheet_download,
        name="campaign_sheet",
    ),
    path(
        "campaigns/<str:public_id>/hand-in/<str:agency_id>/",
        sheets.sheet_hand_in,
        name="sheet_hand_in",
    ),
]

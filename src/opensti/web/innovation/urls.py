from django.urls import path

from opensti.web.innovation import ideas, initiatives, measures, sharing

app_name = "innovation"
urlpatterns = [
    path("", initiatives.board, name="board"),
    path("initiatives/", initiatives.Initiatives.as_view(), name="initiatives"),
    path("initiatives/new/", initiatives.initiative_new, name="initiative_new"),
    path("initiatives/<str:public_id>/", initiatives.initiative, name="initiative"),
    path(
        "initiatives/<str:public_id>/edit/",
        initiatives.initiative_edit,
        name="initiative_edit",
    ),
    path("campaigns/", ideas.Campaigns.as_view(), name="campaigns"),
    path("campaigns/new/", ideas.campaign_new, name="campaign_new"),
    path("campaigns/<str:public_id>/", ideas.campaign, name="campaign"),
    path("campaigns/<str:public_id>/hand-in/", ideas.hand_in, name="hand_in"),
    path("ideas/", ideas.Ideas.as_view(), name="ideas"),
    path("ideas/<str:public_id>/", ideas.idea, name="idea"),
    path("measures/", measures.measures, name="measures"),
    path("sharing/", sharing.sharing, name="sharing"),
]

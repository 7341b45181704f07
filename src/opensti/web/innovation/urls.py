from django.urls import path

from opensti.web.innovation import (
    governing,
    ideas,
    initiatives,
    measures,
    sharing,
    steering,
)

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
    path("signals/", steering.Signals.as_view(), name="signals"),
    path("signals/new/", steering.signal_new, name="signal_new"),
    path("signals/<str:public_id>/", steering.signal, name="signal"),
    path("strategy/", steering.strategy, name="strategy"),
    path("audits/", governing.Audits.as_view(), name="audits"),
    path("audits/new/", governing.audit_new, name="audit_new"),
    path("audits/<str:public_id>/", governing.audit, name="audit"),
    path("reviews/", governing.Reviews.as_view(), name="reviews"),
    path("reviews/new/", governing.review_new, name="review_new"),
    path("reviews/<str:public_id>/", governing.review, name="review"),
    path("records/", governing.records, name="records"),
    path("records/<str:file_id>", governing.record_file, name="record_file"),
    path("sharing/", sharing.sharing, name="sharing"),
]

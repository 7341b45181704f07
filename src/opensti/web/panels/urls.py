from django.urls import path

from opensti.web.panels import councils, experts, lists, seats, sessions

app_name = "panels"
urlpatterns = [
    path("", lists.Councils.as_view(), name="councils"),
    path("new/", councils.council_new, name="council_new"),
    path("items/", lists.Items.as_view(), name="items"),
    path("ballots/", lists.Ballots.as_view(), name="ballots"),
    path("item/<str:public_id>/", experts.item_page, name="item"),
    path(
        "item/<str:public_id>/paper/<str:file>/", experts.item_paper, name="item_paper"
    ),
    path("item/<str:public_id>/ballot/", experts.ballot, name="ballot"),
    path(
        "item/<str:public_id>/ballot/save/",
        experts.ballot_autosave,
        name="ballot_autosave",
    ),
    path(
        "item/<str:public_id>/contents/", councils.item_contents, name="item_contents"
    ),
    path("<str:public_id>/", councils.council_page, name="council"),
    path("<str:public_id>/step/", councils.council_step, name="council_step"),
    path("<str:public_id>/seats/", seats.council_seats, name="council_seats"),
    path("<str:public_id>/invitation/", experts.invitation, name="invitation"),
    path("<str:public_id>/meeting/", sessions.meeting, name="meeting"),
    path("<str:public_id>/results/", sessions.results, name="results"),
    path("<str:public_id>/minutes.<str:kind>", sessions.minutes, name="minutes"),
    path("<str:public_id>/scores.<str:kind>", sessions.scores, name="scores"),
]

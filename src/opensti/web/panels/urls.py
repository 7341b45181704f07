from django.urls import path

from opensti.web.panels import (
    answering,
    calling,
    conflicts,
    councils,
    experts,
    figures,
    independence,
    knowing,
    lists,
    live,
    own,
    preparing,
    reviewing,
    seats,
    secret,
    sessions,
    signing,
)

app_name = "panels"
urlpatterns = [
    path("", lists.Councils.as_view(), name="councils"),
    path("new/", councils.council_new, name="council_new"),
    path("items/", lists.Items.as_view(), name="items"),
    path("ballots/", lists.Ballots.as_view(), name="ballots"),
    path("reviews/", lists.Reviews.as_view(), name="reviews"),
    path(
        "reviews/<str:public_id>.<str:kind>",
        reviewing.review_paper,
        name="review_paper",
    ),
    path("answer/<str:token>/", answering.answer, name="answer"),
    path(
        "questions/<str:public_id>/",
        answering.dossier_questions,
        name="dossier_questions",
    ),
    path("me/", own.own_page, name="own"),
    path("me/calendar/", own.calendar_link, name="calendar_link"),
    path("me/calendar/<str:secret>.ics", own.calendar, name="calendar"),
    path(
        "me/certificate/<int:year>.<str:kind>", own.certificate, name="certificate_year"
    ),
    path(
        "me/certificate/<str:public_id>.<str:kind>",
        own.certificate,
        name="certificate",
    ),
    path(
        "knowing/<str:kind>/<str:public_id>/", knowing.Knowing.as_view(), name="knowing"
    ),
    path("knowing/<str:kind>/<str:public_id>/ask/", knowing.ask, name="knowing_ask"),
    path("knowing/<str:kind>/<str:public_id>/seat/", knowing.seat, name="knowing_seat"),
    path("conflicts/", conflicts.Conflicts.as_view(), name="conflicts"),
    path("conflicts.json", conflicts.conflicts_json, name="conflicts_json"),
    path("conflicts/find/", conflicts.conflicts_find, name="conflicts_find"),
    path("conflicts/judge/", conflicts.conflicts_judge, name="conflicts_judge"),
    path("conflicts/case/<str:public_id>/", conflicts.conflict_page, name="conflict"),
    path(
        "conflicts/case/<str:public_id>/judge/",
        conflicts.conflict_judge,
        name="conflict_judge",
    ),
    path(
        "conflicts/case/<str:public_id>/step/",
        conflicts.conflict_step,
        name="conflict_step",
    ),
    path("exclusions/<str:public_id>/", conflicts.exclusions, name="exclusions"),
    path("figures/", figures.figures, name="figures"),
    path("item/<str:public_id>/remark/", live.remark_autosave, name="remark"),
    path("vote/<str:public_id>/", secret.ballot, name="secret"),
    path("vote/<str:public_id>/paper/", secret.paper, name="secret_paper"),
    path("urn/<str:public_id>/", secret.urn, name="urn"),
    path("item/<str:public_id>/", experts.item_page, name="item"),
    path("item/<str:public_id>/note/", reviewing.note, name="item_note"),
    path("item/<str:public_id>/ask/", reviewing.ask, name="item_ask"),
    path("item/<str:public_id>/review/", reviewing.review, name="review"),
    path(
        "item/<str:public_id>/review/save/",
        reviewing.review_autosave,
        name="review_autosave",
    ),
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
    path("<str:public_id>/reading/", reviewing.reading_room, name="reading_room"),
    path("<str:public_id>/preparation/", preparing.preparation, name="preparation"),
    path(
        "<str:public_id>/preparation/step/",
        preparing.preparation_step,
        name="preparation_step",
    ),
    path("<str:public_id>/meeting/", sessions.meeting, name="meeting"),
    path("<str:public_id>/results/", sessions.results, name="results"),
    path("<str:public_id>/minutes.<str:kind>", sessions.minutes, name="minutes"),
    path("<str:public_id>/scores.<str:kind>", sessions.scores, name="scores"),
    path(
        "<str:public_id>/independence.<str:kind>",
        independence.independence,
        name="independence",
    ),
    path("<str:public_id>/convocation/", calling.convocation, name="convocation"),
    path("<str:public_id>/convocation.<str:kind>", calling.letter, name="letter"),
    path(
        "<str:public_id>/meeting.ics",
        calling.calendar,
        name="meeting_calendar",
    ),
    path("<str:public_id>/session/", live.session, name="session"),
    path("<str:public_id>/room/", live.room, name="room"),
    path("<str:public_id>/now/", live.mine, name="mine"),
    path("<str:public_id>/minutes/", signing.minutes_page, name="minutes_page"),
    path("<str:public_id>/course.<str:kind>", signing.course, name="course"),
]

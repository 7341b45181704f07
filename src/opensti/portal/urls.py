from django.urls import path

from opensti.portal import advice, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("calls/", views.Calls.as_view(), name="calls"),
    path("calls/<str:public_id>/", views.call, name="call"),
    path("calls/<str:public_id>/receipt", views.call_receipt, name="call_receipt"),
    path("orders/", views.Orders.as_view(), name="orders"),
    path("orders/<str:public_id>/", views.order, name="order"),
    path("decisions/", views.Decisions.as_view(), name="decisions"),
    path("decisions/<str:public_id>/", views.decision, name="decision"),
    path(
        "decisions/<str:public_id>/receipt",
        views.decision_receipt,
        name="decision_receipt",
    ),
    path("tasks/", views.Tasks.as_view(), name="tasks"),
    path("tasks/<str:public_id>/", views.task, name="task"),
    path("statistics/", views.statistics, name="statistics"),
    path("statistics/councils/", views.councils, name="councils"),
    path("statistics/advice/", advice.deviations, name="deviations"),
    path("statistics/advice.csv", advice.deviations_csv, name="deviations_csv"),
    path("verify/", views.verify, name="verify"),
]

from django.urls import path

from opensti.web.publications.honours import views

app_name = "honours"
urlpatterns = [
    path("", views.Honours.as_view(), name="honours"),
    path("criteria/new/", views.criterion_new, name="criterion_new"),
    path("runs/new/", views.run_new, name="run_new"),
    path("runs/<str:public_id>/", views.run, name="run"),
    path("<str:public_id>/", views.honour, name="honour"),
    path("<str:public_id>/confirm", views.confirm, name="confirm"),
    path("<str:public_id>/naming", views.naming, name="naming"),
    path("<str:public_id>/decline/", views.decline, name="decline"),
    path("<str:public_id>/withdraw/", views.withdraw, name="withdraw"),
]

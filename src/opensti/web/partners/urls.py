from django.urls import path

from opensti.web.partners import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("partners/", views.partners, name="partners"),
    path("partners/<str:public_id>/end/", views.partner_end, name="partner_end"),
    path("<str:public_id>/", views.webhook, name="webhook"),
    path("<str:public_id>/end/", views.webhook_end, name="webhook_end"),
    path("<str:public_id>/wake/", views.webhook_wake, name="webhook_wake"),
    path("<str:public_id>/renew/", views.webhook_renew, name="webhook_renew"),
    path("deliveries/<str:public_id>/again/", views.resend, name="resend"),
]

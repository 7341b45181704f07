from django.urls import path

from opensti.web.register import consent, corrections

app_name = "register"
urlpatterns = [
    path("corrections/", corrections.Corrections.as_view(), name="corrections"),
    path(
        "corrections/new/<slug:kind>/<str:thing>/",
        corrections.correction_new,
        name="correction_new",
    ),
    path("corrections/<str:public_id>/", corrections.correction, name="correction"),
    path(
        "corrections/<str:public_id>/confirm/",
        corrections.correction_confirm,
        name="correction_confirm",
    ),
    path(
        "corrections/<str:public_id>/refuse/",
        corrections.correction_refuse,
        name="correction_refuse",
    ),
    path("my-page/", consent.my_page, name="my_page"),
    path("my-page/agree/", consent.agree, name="agree"),
    path("my-page/withdraw/", consent.withdraw, name="withdraw"),
]

from __future__ import annotations

from django.urls import path

from opensti.portal.log import views

app_name = "log"
urlpatterns = [
    path("", views.state, name="state"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("key", views.key, name="key"),
    path("policy", views.policy, name="policy"),
    path("verify.py", views.program, {"name": "verify.py"}, name="verify_program"),
    path(
        "verify_witnesses.py",
        views.program,
        {"name": "verify_witnesses.py"},
        name="verify_witnesses",
    ),
    path("entry/<int:position>/", views.entry, name="entry"),
    path("entry/<int:position>/receipt", views.entry_receipt, name="entry_receipt"),
    path("tile/<path:place>", views.tile, name="tile"),
]

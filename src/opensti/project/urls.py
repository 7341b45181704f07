"""Every address of the house."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from opensti.project.language import choose
from opensti.project.signin import address_is_given
from opensti.web.contracts.calendars import feed

PLACES = [
    ("", "opensti.portal.urls"),
    ("ui/", "opensti.ui.urls"),
    ("log/", "opensti.portal.log.urls"),
    ("api/", "opensti.api.urls"),
    ("work/", "opensti.web.urls"),
    ("work/registry/", "opensti.web.registry.urls"),
    ("work/strategies/", "opensti.web.strategies.urls"),
    ("work/tasks/", "opensti.web.tasks.urls"),
    ("work/calls/", "opensti.web.calls.urls"),
    ("work/overlaps/", "opensti.web.overlaps.urls"),
    ("work/councils/", "opensti.web.panels.urls"),
    ("work/decisions/", "opensti.web.portfolios.urls"),
    ("work/contracts/", "opensti.web.contracts.urls"),
    ("work/results/", "opensti.web.results.urls"),
    ("work/assessments/", "opensti.web.assessments.urls"),
    ("work/innovation/", "opensti.web.innovation.urls"),
    ("work/surveys/", "opensti.web.surveys.urls"),
    ("work/webhooks/", "opensti.web.partners.urls"),
    ("work/publications/", "opensti.web.publications.urls"),
    ("work/audit/", "opensti.web.audit.urls"),
    ("work/register/", "opensti.web.register.urls"),
    ("work/disclosure/", "opensti.web.disclosure.urls"),
    ("work/honours/", "opensti.web.publications.honours.urls"),
    ("work/voices/", "opensti.web.supervision.urls"),
]
handler404 = "opensti.project.errors.not_found"
urlpatterns = [
    path("accounts/email/", address_is_given, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("calendar/<str:secret>.ics", feed, name="contract_calendar"),
    path("language/", choose, name="set_language"),
    *[path(at, include(m)) for at, m in PLACES if find_spec(m)],
]

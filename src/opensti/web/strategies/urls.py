"""Addresses of strategies, joined from the lists of their areas."""

from opensti.web.strategies import (
    accounts_urls,
    goals_urls,
    indicators_urls,
    indices_urls,
    plans_urls,
    scorecard_urls,
)

app_name = "strategies"
urlpatterns = [
    *accounts_urls.urlpatterns,
    *goals_urls.urlpatterns,
    *indicators_urls.urlpatterns,
    *indices_urls.urlpatterns,
    *plans_urls.urlpatterns,
    *scorecard_urls.urlpatterns,
]

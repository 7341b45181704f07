"""How many queries the public pages of offers cost; tested where offers are made."""

from tests.web.results.test_offers import PORTAL_BUDGETS as BUDGETS

__all__ = ["BUDGETS"]

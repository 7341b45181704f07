"""How many queries the public pages of plans cost; tested where plans are made."""

from tests.web.strategies.test_plans import PORTAL_BUDGETS as BUDGETS

__all__ = ["BUDGETS"]

"""How many queries the public pages of indicators cost; tested where values are made."""

from tests.web.strategies.test_indicators import PORTAL_BUDGETS as BUDGETS

__all__ = ["BUDGETS"]

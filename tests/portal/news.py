"""Where the numbers of the public pages of news and events are counted."""

from tests.web.publications.test_articles import PORTAL_BUDGETS as BUDGETS

__all__ = ["BUDGETS"]

"""How many queries the public pages of targets need; they are tested with their own."""

BUDGETS = {"scorecards": 4, "scorecard": 4}

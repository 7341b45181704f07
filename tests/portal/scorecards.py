"""How many queries the public pages of targets need; they are tested with their own."""

BUDGETS = {"scorecards": 5, "scorecard": 5}

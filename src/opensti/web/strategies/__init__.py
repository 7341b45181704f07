"""Pages of plans, goals, indicators, scorecards, productivity accounts and indices."""

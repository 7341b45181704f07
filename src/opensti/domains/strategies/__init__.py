"""Plans, goals, actions and budgets; indicators, productivity accounts, composite indices."""

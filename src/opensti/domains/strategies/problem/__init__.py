"""Rows of plans, accounts and indices as the methods take them."""

"""Who plans, reports, computes, publishes; who may know of what."""

from opensti.domains.strategies.permissions import accounts, indicators, plans

__all__ = ["accounts", "indicators", "plans"]

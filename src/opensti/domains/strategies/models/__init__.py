"""Plans, indicators, reports and stocktakes, productivity accounts, composite indices."""

from opensti.domains.strategies.models.accounts import (
    Dataset,
    MethodRun,
    Series,
    Vintage,
)
from opensti.domains.strategies.models.composites import (
    CompositeModel,
    CompositeVersion,
)
from opensti.domains.strategies.models.indicators import (
    Indicator,
    IndicatorEdition,
    Observation,
    Target,
)
from opensti.domains.strategies.models.plans import (
    Assignment,
    BudgetLine,
    Envelope,
    Goal,
    Milestone,
    Plan,
    PlanAction,
    PlanComment,
    PlanEdition,
    Risk,
)
from opensti.domains.strategies.models.reporting import (
    Campaign,
    CampaignItem,
    Judgement,
    Stocktake,
    StocktakeDecision,
)

__all__ = [
    "Assignment",
    "BudgetLine",
    "Campaign",
    "CampaignItem",
    "CompositeModel",
    "CompositeVersion",
    "Dataset",
    "Envelope",
    "Goal",
    "Indicator",
    "IndicatorEdition",
    "Judgement",
    "MethodRun",
    "Milestone",
    "Observation",
    "Plan",
    "PlanAction",
    "PlanComment",
    "PlanEdition",
    "Risk",
    "Series",
    "Stocktake",
    "StocktakeDecision",
    "Target",
    "Vintage",
]

"""Rows of the results domain."""

from opensti.domains.results.models.acceptance import Acceptance
from opensti.domains.results.models.assets import (
    WHOLE,
    Asset,
    AssetEvent,
    OwnershipChoice,
    Stocktake,
)
from opensti.domains.results.models.deals import (
    Deal,
    DealIncome,
    DealParty,
    Interest,
    Offer,
    Payout,
    PayoutPayment,
    Split,
)
from opensti.domains.results.models.judging import (
    BaseCouncil,
    ExpertOpinion,
    HandedIn,
    ProductVerdict,
)
from opensti.domains.results.models.registration import Handover, Registration
from opensti.domains.results.models.results import Result, ResultAuthor, ResultVersion
from opensti.domains.results.models.rights import (
    DocketEntry,
    Right,
    RightAuthor,
    RightOwner,
    RightVersion,
)
from opensti.domains.results.models.uptake import UptakeAnswer, UptakeYear

__all__ = [
    "WHOLE",
    "Acceptance",
    "Asset",
    "AssetEvent",
    "BaseCouncil",
    "Deal",
    "DealIncome",
    "DealParty",
    "DocketEntry",
    "ExpertOpinion",
    "HandedIn",
    "Handover",
    "Interest",
    "Offer",
    "OwnershipChoice",
    "Payout",
    "PayoutPayment",
    "ProductVerdict",
    "Registration",
    "Result",
    "ResultAuthor",
    "ResultVersion",
    "Right",
    "RightAuthor",
    "RightOwner",
    "RightVersion",
    "Split",
    "Stocktake",
    "UptakeAnswer",
    "UptakeYear",
]

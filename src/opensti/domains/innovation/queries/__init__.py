"""What other floors may ask of innovation work."""

from opensti.domains.innovation.queries.ideas import (
    Followed,
    OpenedCampaign,
    OpenedIdea,
    author_of,
    campaign,
    campaign_of,
    campaigns,
    followed,
    ideas,
    opened_campaign,
    opened_idea,
    work_for,
)
from opensti.domains.innovation.queries.initiatives import (
    Column,
    OpenedInitiative,
    board,
    initiative,
    initiatives,
    opened_initiative,
)
from opensti.domains.innovation.queries.measures import (
    FEW,
    Measures,
    expected_value_of,
    measured_organisations,
    measures,
)
from opensti.domains.innovation.queries.sharing import sharings_of

__all__ = [
    "FEW",
    "Column",
    "Followed",
    "Measures",
    "OpenedCampaign",
    "OpenedIdea",
    "OpenedInitiative",
    "author_of",
    "board",
    "campaign",
    "campaign_of",
    "campaigns",
    "expected_value_of",
    "followed",
    "ideas",
    "initiative",
    "initiatives",
    "measured_organisations",
    "measures",
    "opened_campaign",
    "opened_idea",
    "opened_initiative",
    "sharings_of",
    "work_for",
]

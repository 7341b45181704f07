"""What is kept of publication: the policy, news, honours, corrections, partners, harvests."""

from opensti.domains.publications.models.changes import Change, ChangeHead
from opensti.domains.publications.models.figures import Figures
from opensti.domains.publications.models.harvest import HarvestRecord, HarvestRun
from opensti.domains.publications.models.honours import (
    Honour,
    HonourCriterion,
    HonourRun,
)
from opensti.domains.publications.models.partners import Partner
from opensti.domains.publications.models.policy import PolicyVersion as PolicyVersion
from opensti.domains.publications.models.reading import (
    Article,
    ArticleVersion,
    Subscription,
)
from opensti.domains.publications.models.register import (
    Corrected as Corrected,
)
from opensti.domains.publications.models.register import (
    Correction as Correction,
)
from opensti.domains.publications.models.register import (
    CorrectionState as CorrectionState,
)
from opensti.domains.publications.models.register import (
    PersonConsent as PersonConsent,
)
from opensti.domains.publications.models.search import (
    SearchEntry,
    SearchState,
    SearchWord,
)
from opensti.domains.publications.models.webhooks import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
)

__all__ = [
    "Article",
    "ArticleVersion",
    "Change",
    "ChangeHead",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "EndpointState",
    "Figures",
    "HarvestRecord",
    "HarvestRun",
    "Honour",
    "HonourCriterion",
    "HonourRun",
    "Partner",
    "SearchEntry",
    "SearchState",
    "SearchWord",
    "Subscription",
]

"""What is kept of publication: the policy, what is announced, who is told."""

from opensti.domains.publications.models.changes import Change, ChangeHead
from opensti.domains.publications.models.partners import Partner
from opensti.domains.publications.models.policy import PolicyVersion as PolicyVersion
from opensti.domains.publications.models.webhooks import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
)

__all__ = [
    "Change",
    "ChangeHead",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "EndpointState",
    "Partner",
]

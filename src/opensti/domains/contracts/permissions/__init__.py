"""Who drafts, approves, signs, pays; who may know of a contract.

Staff know of every contract but those of a dossier in which they have a stake; the host's
side knows of its own. Experts and the public know of none.
"""

from opensti.domains.contracts.permissions import (
    amending,
    contracts,
    money,
    running,
    signing,
)
from opensti.domains.contracts.permissions.sides import (
    OFFICE,
    by_host,
    by_office,
    stake_in,
)
from opensti.domains.contracts.permissions.signing import turn_of

__all__ = [
    "OFFICE",
    "amending",
    "by_host",
    "by_office",
    "contracts",
    "money",
    "running",
    "signing",
    "stake_in",
    "turn_of",
]

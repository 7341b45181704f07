"""What is done about publication: the policy, what is announced, who is told."""

from opensti.domains.publications.actions.consenting import (
    give_consent as give_consent,
)
from opensti.domains.publications.actions.consenting import (
    withdraw_consent as withdraw_consent,
)
from opensti.domains.publications.actions.correcting import (
    confirm_correction as confirm_correction,
)
from opensti.domains.publications.actions.correcting import (
    propose_correction as propose_correction,
)
from opensti.domains.publications.actions.correcting import (
    refuse_correction as refuse_correction,
)

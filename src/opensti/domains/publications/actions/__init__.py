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
from opensti.domains.publications.actions.policy import check_policy as check_policy
from opensti.domains.publications.actions.policy import draft_policy as draft_policy
from opensti.domains.publications.actions.policy import issue_policy as issue_policy
from opensti.domains.publications.actions.policy import rewrite_policy as rewrite_policy

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
from opensti.domains.publications.actions.changes import tell_changes
from opensti.domains.publications.actions.partners import admit_partner, end_partner
from opensti.domains.publications.actions.policy import check_policy as check_policy
from opensti.domains.publications.actions.policy import draft_policy as draft_policy
from opensti.domains.publications.actions.policy import issue_policy as issue_policy
from opensti.domains.publications.actions.policy import rewrite_policy as rewrite_policy
from opensti.domains.publications.actions.sending import (
    forget_deliveries,
    put_on_the_way,
    send_due,
)
from opensti.domains.publications.actions.webhooks import (
    end_webhook,
    register_webhook,
    renew_webhook,
    resend_delivery,
    wake_webhook,
)

__all__ = [
    "admit_partner",
    "end_partner",
    "end_webhook",
    "forget_deliveries",
    "put_on_the_way",
    "register_webhook",
    "renew_webhook",
    "resend_delivery",
    "send_due",
    "tell_changes",
    "wake_webhook",
]
from opensti.domains.publications.actions.harvest import Found, Kept, keep_harvest

__all__ = ["Found", "Kept", "keep_harvest"]
from opensti.domains.publications.actions.honours import (
    CriterionFacts,
    agree_to_be_named,
    confirm_honour,
    decline_honour,
    run_honours,
    state_criterion,
    withdraw_honour,
)

__all__ = [
    "CriterionFacts",
    "agree_to_be_named",
    "confirm_honour",
    "decline_honour",
    "run_honours",
    "state_criterion",
    "withdraw_honour",
]

"""What is done about publication: the policy, what is announced, who is told."""

from opensti.domains.publications.actions.articles import (
    Content,
    approve_article,
    attach_article_file,
    draft_article,
    edit_article,
    publish_article,
    remove_article_file,
    withdraw_article,
)
from opensti.domains.publications.actions.changes import tell_changes
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
from opensti.domains.publications.actions.figures import ask_figures, make_figures
from opensti.domains.publications.actions.forgetting import (
    forget_account,
    forget_reader,
)
from opensti.domains.publications.actions.harvest import Found, Kept, keep_harvest
from opensti.domains.publications.actions.honours import (
    CriterionFacts,
    agree_to_be_named,
    confirm_honour,
    decline_honour,
    run_honours,
    state_criterion,
    withdraw_honour,
)
from opensti.domains.publications.actions.indexing import (
    Differences,
    ask_rebuild,
    catch_up,
    check_search,
    follow_acts,
    follow_days,
    follow_policy,
    index_rows,
    mend_words,
    rebuild_search,
)
from opensti.domains.publications.actions.partners import admit_partner, end_partner
from opensti.domains.publications.actions.policy import (
    check_policy as check_policy,
)
from opensti.domains.publications.actions.policy import (
    draft_policy as draft_policy,
)
from opensti.domains.publications.actions.policy import (
    issue_policy as issue_policy,
)
from opensti.domains.publications.actions.policy import (
    rewrite_policy as rewrite_policy,
)
from opensti.domains.publications.actions.sending import (
    forget_deliveries,
    put_on_the_way,
    send_due,
)
from opensti.domains.publications.actions.subscribing import (
    confirm_subscription,
    drop_unconfirmed,
    followed_at,
    mail_confirmation,
    page_of,
    send_digests,
    subscribe,
    token,
    told_of,
    unsubscribe,
)
from opensti.domains.publications.actions.webhooks import (
    end_webhook,
    register_webhook,
    renew_webhook,
    resend_delivery,
    wake_webhook,
)

__all__ = [
    "Content",
    "CriterionFacts",
    "Differences",
    "Found",
    "Kept",
    "admit_partner",
    "agree_to_be_named",
    "approve_article",
    "ask_figures",
    "ask_rebuild",
    "attach_article_file",
    "catch_up",
    "check_search",
    "confirm_honour",
    "confirm_subscription",
    "decline_honour",
    "draft_article",
    "drop_unconfirmed",
    "edit_article",
    "end_partner",
    "end_webhook",
    "follow_acts",
    "follow_days",
    "follow_policy",
    "followed_at",
    "forget_account",
    "forget_deliveries",
    "forget_reader",
    "index_rows",
    "keep_harvest",
    "mail_confirmation",
    "make_figures",
    "mend_words",
    "page_of",
    "publish_article",
    "put_on_the_way",
    "rebuild_search",
    "register_webhook",
    "remove_article_file",
    "renew_webhook",
    "resend_delivery",
    "run_honours",
    "send_digests",
    "send_due",
    "state_criterion",
    "subscribe",
    "tell_changes",
    "token",
    "told_of",
    "unsubscribe",
    "wake_webhook",
    "withdraw_article",
    "withdraw_honour",
]

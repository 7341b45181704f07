"""What opens the house to everybody: a policy, a partner, a person's page, the search."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.console.demo.cast import DOMAIN
from opensti.domains.publications import actions as publications
from opensti.domains.publications.disclosure import as_content
from opensti.domains.publications.queries import CONSENT_NOW, shipped_policy

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast

WEBHOOK = "https://harvest.example.org/opensti"


def open_house(cast: Cast, at: datetime) -> None:
    """Issue the policy, admit a partner whose program may harvest, and follow changes.

    A principal investigator agrees to a public page. Changes go to an address that no
    network knows (RFC 2606): what is sent is seen, and goes nowhere.
    """
    issue(cast, at)
    publications.give_consent(
        actor=cast.actor("applicant1"), text_version=CONSENT_NOW, at=at
    )
    publications.tell_changes(at=at)  # else the address is owed the whole past
    publications.register_webhook(
        actor=cast.actor("applicant1"), url=WEBHOOK, kinds=["task", "result"], at=at
    )
    publications.admit_partner(
        actor=cast.actor("admin"),
        organisation_id=cast.hosts["NARIME"].public_id,
        email=f"applicant1@{DOMAIN}",
        agreement="Thỏa thuận chia sẻ dữ liệu (minh họa)",
        until=localdate(at) + timedelta(days=365),
        at=at,
    )


def issue(cast: Cast, at: datetime) -> None:
    """The shipped policy as the house's own first version."""
    officer, leader = cast.actor("officer"), cast.actor("leader")
    drafted = publications.draft_policy(
        actor=officer, content=as_content(shipped_policy()), at=at
    )
    checked = publications.check_policy(
        actor=cast.actor("officer2"),
        policy_id=drafted.pk,
        version=drafted.version,
        at=at,
    )
    publications.issue_policy(
        actor=leader,
        policy_id=drafted.pk,
        in_force_from=localdate(at),
        reason="Ban hành lần đầu.",
        version=checked.version,
        at=at,
    )


def index(at: datetime) -> None:
    """The search, as the worker would build it."""
    publications.rebuild_search(at=at)

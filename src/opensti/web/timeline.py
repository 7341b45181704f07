"""The record as a reader sees it: who did what, when, on which article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import names_by_id
from opensti.domains.procedures.choices import ACT_LABELS
from opensti.kernel.access import ROLE_LABELS, Role
from opensti.ui.pages import TimelineItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.kernel.record.queries import Line
    from opensti.kernel.refusals import Text

ACTS: dict[str, Text] = {
    **{str(act): label for act, label in ACT_LABELS.items()},
    "accounts.create": _("account opened"),
    "accounts.close": _("account closed"),
    "accounts.reopen": _("account opened again"),
    "accounts.grant_role": _("role given"),
    "accounts.end_role": _("role ended"),
    "accounts.lend_role": _("role lent"),
    "accounts.revoke_delegation": _("lent role taken back"),
    "needs.draft": _("need begun"),
    "needs.save": _("need saved"),
    "needs.receive_merged": _("other needs merged into this one"),
    "orders.create": _("order drafted"),
    "orders.edit": _("order changed"),
    "order_lists.create": _("list made"),
    "order_lists.change": _("list changed"),
    "order_lists.approve": _("list approved by the leader"),
    "tasks.create": _("task file opened"),
    "tasks.import": _("archive brought in"),
    "portfolios.prepare": _("results laid out"),
    "portfolios.edit_decision": _("proposed ruling changed"),
    "portfolios.propose": _("laid before the leader"),
    "portfolios.return": _("sent back by the leader"),
    "portfolios.decide": _("decided by the leader"),
    "portfolios.edit_letter": _("letter changed"),
    "portfolios.check_letter": _("letter checked"),
    "portfolios.release": _("letters released together"),
    "portfolios.release_decision": _("decision released"),
    "portfolios.mail_letter": _("letter mailed"),
    "portfolios.object": _("objection filed"),
    "portfolios.answer_objection": _("objection answered"),
}


def timeline(lines: Iterable[Line], *, with_people: bool = True) -> list[TimelineItem]:
    """Turn record lines into timeline items, newest first; one query for the names."""
    lines = list(lines)
    names = (
        names_by_id({line.actor_user_id for line in lines if line.actor_user_id})
        if with_people
        else {}
    )
    items = []
    for line in reversed(lines):
        role = ROLE_LABELS[Role(line.role)] if line.role in set(Role) else ""
        name = names.get(line.actor_user_id or 0, "")
        who = f"{name} ({role})" if name and role else name or role
        reason = str(line.detail.get("reason") or line.detail.get("reply") or "")
        items.append(
            TimelineItem(
                title=ACTS.get(line.act, line.act),
                at=line.recorded_at,
                who=who,
                text=" · ".join(t for t in (reason, line.basis) if t),
            )
        )
    return items

"""The record as a reader sees it: who did what, when, on which article."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import names_by_id
from opensti.domains.assessments.choices import RECORDED as ASSESSMENTS_RECORDED
from opensti.domains.calls import choices as calls
from opensti.domains.contracts import choices as contracts
from opensti.domains.innovation.choices import RECORDED as INNOVATION_RECORDED
from opensti.domains.panels import choices as panels
from opensti.domains.procedures.choices import ACT_LABELS
from opensti.domains.publications.choices import HONOURS_RECORDED
from opensti.domains.publications.choices import RECORDED as PUBLICATIONS_RECORDED
from opensti.domains.results import choices as results
from opensti.domains.strategies.choices import PLANS_RECORDED
from opensti.domains.supervision.choices import RECORDED as SUPERVISION_RECORDED
from opensti.domains.surveys.choices import RECORDED as SURVEYS_RECORDED
from opensti.kernel.access import ROLE_LABELS, Role
from opensti.kernel.citations import cited
from opensti.ui.pages import TimelineItem
from opensti.ui.templatetags.ui import day
from opensti.web.recorded import RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.kernel.record.queries import Line
    from opensti.kernel.refusals import Text

ACTS: dict[str, Text] = {
    **{str(act): label for act, label in ACT_LABELS.items()},
    **ASSESSMENTS_RECORDED,
    **calls.RECORDED,
    **panels.RECORDED,
    **contracts.RUNNING_RECORDED,
    **RECORDED,
    **results.RESULTS_RECORDED,
    **results.RIGHTS_RECORDED,
    **results.ACCEPTANCE_RECORDED,
    **PLANS_RECORDED,
    **INNOVATION_RECORDED,
    **HONOURS_RECORDED,
    **PUBLICATIONS_RECORDED,
    **SUPERVISION_RECORDED,
    **SURVEYS_RECORDED,
    "strategies.create_model": _("index opened"),
    "strategies.place_card": _("card placed in the identities of growth"),
    "strategies.publish_account": _("productivity run published"),
    "registry.create_organisation": _("organisation entered"),
    "registry.edit_organisation": _("organisation changed"),
    "registry.create_person": _("person entered"),
    "registry.edit_person": _("person changed"),
    "registry.erase_person": _("personal data of the person erased"),
    "registry.link_account": _("account joined to the person"),
    "registry.link_organisation": _("link to another organisation entered"),
    "registry.add_position": _("position added"),
    "registry.end_position": _("position ended"),
    "registry.add_degree": _("degree added"),
    "registry.declare_relation": _("relation declared"),
    "registry.end_relation": _("relation ended"),
    "registry.set_membership": _("member of the organisation named"),
    "registry.end_membership": _("membership ended"),
    "registry.create_code": _("code entered"),
    "registry.save_code": _("code saved"),
    "registry.merge": _("merged with a double"),
    "registry.undo_merge": _("merging undone"),
    "registry.dismiss_pair": _("found to be no double"),
    "registry.start_import": _("import begun"),
    "registry.import_row": _("brought in from a file"),
    "registry.finish_import": _("import ended"),
    "procedures.load": _("procedure loaded"),
    "procedures.announce_year": _("rest days of a year entered"),
    "procedures.set_switch": _("open question answered"),
    "procedures.adopt_version": _("case moved to another version of its procedure"),
    "procedures.suspend_deadlines": _("deadlines suspended"),
    "procedures.resume_deadlines": _("deadlines resumed"),
    "overlaps.ask": _("another comparison asked for"),
    "overlaps.screen": _("compared with other work"),
    "overlaps.judge": _("verdict on a likeness given"),
    "overlaps.confirm": _("verdict on a likeness confirmed"),
    "overlaps.return": _("verdict on a likeness not confirmed"),
    "overlaps.describe_archive": _("archive described"),
    "overlaps.set_thresholds": _("thresholds of overlap set"),
    "overlaps.put_terms": _("own terms put in"),
    "overlaps.remove_terms": _("own terms removed"),
    "record.erase_secret": _("personal data erased by law"),
    "files.upload": _("added a file"),
    "files.remove": _("removed a file"),
    "files.purge": _("file deleted for good, because it named a person who was erased"),
    "accounts.create": _("account opened"),
    "accounts.erase": _("personal data of the account erased"),
    "accounts.close": _("account closed"),
    "accounts.invite": _("link to set the password mailed"),
    "accounts.set_password": _("password set by the person"),
    "accounts.reopen": _("account opened again"),
    "accounts.grant_role": _("role given"),
    "accounts.end_role": _("role ended"),
    "accounts.lend_role": _("role lent"),
    "accounts.revoke_delegation": _("lent role taken back"),
    "accounts.issue_token": _("key for a program made"),
    "accounts.revoke_token": _("key for a program taken back"),
    "publications.admit_partner": _("partner admitted"),
    "publications.end_partner": _("partner ended"),
    "publications.register_webhook": _("address for changes registered"),
    "publications.end_webhook": _("address for changes ended"),
    "publications.wake_webhook": _("address for changes woken"),
    "publications.renew_webhook": _("secret of an address for changes renewed"),
    "publications.resend_delivery": _("a change sent once more"),
    "publications.stop_webhook": _("address for changes stopped after failures"),
    "needs.draft": _("need begun"),
    "needs.save": _("need saved"),
    "needs.set_reply_day": _("day of the reply set"),
    "needs.receive_merged": _("other needs merged into this one"),
    "orders.create": _("order drafted"),
    "orders.edit": _("order changed"),
    "needs.link_goal": _("goal of the need set"),
    "orders.link_goal": _("goal of the order set"),
    "tasks.link_goal": _("goal of the task set"),
    "results.link_goal": _("goal of the result set"),
    "uptake.link_goal": _("goal of the uptake set"),
    "order_lists.create": _("list made"),
    "order_lists.change": _("list changed"),
    "order_lists.approve": _("list approved by the leader"),
    "tasks.create": _("task file opened"),
    "tasks.set_state": _("standing of the task entered"),
    "contracts.approve_level": _("contract approved at one level"),
    "contracts.keep_signed": _("signed file kept"),
    "contracts.withdraw_signed": _("signed file taken out"),
    "tasks.import": _("archive brought in"),
    "portfolios.prepare": _("results laid out"),
    "portfolios.rank_round": _("dossiers ranked by calibrated merit"),
    "portfolios.edit_decision": _("proposed ruling changed"),
    "portfolios.make_scenario": _("scenario made"),
    "portfolios.change_scenario": _("scenario changed"),
    "portfolios.commit_draw": _("seed of a draw committed"),
    "portfolios.ask_scenario": _("scenario asked for"),
    "portfolios.finish_scenario": _("scenario computed"),
    "portfolios.explain_scenario": _("reasons of a scenario computed"),
    "portfolios.fail_scenario": _("scenario not computed"),
    "portfolios.put_forward": _("scenario put forward as advice"),
    "portfolios.send_back": _("scenario not adopted"),
    "portfolios.adopt_scenario": _("scenario adopted as advice"),
    "portfolios.lock_decision": _("dossier fixed by hand"),
    "portfolios.unlock_decision": _("dossier no longer fixed by hand"),
    "portfolios.propose": _("laid before the leader"),
    "portfolios.return": _("sent back by the leader"),
    "portfolios.decide": _("decided by the leader"),
    "portfolios.edit_letter": _("letter changed"),
    "portfolios.check_letter": _("letter checked"),
    "portfolios.release": _("letters released together"),
    "portfolios.release_decision": _("decision released"),
    "portfolios.mail_letter": _("letter mailed"),
    "portfolios.mail_again": _("mails asked for again"),
    "portfolios.object": _("objection filed"),
    "portfolios.answer_objection": _("objection answered"),
    "contracts.propose_budget": _("the council's budget entered"),
    "contracts.appraise_budget": _("the cost team's budget entered"),
    "contracts.approve_budget": _("budget brought to the decision"),
    "contracts.agree_budget": _("budget of the contract agreed"),
    "contracts.note_aid": _("aid money noted"),
    "contracts.drop_aid": _("note of aid money dropped"),
    "contracts.draft": _("draft of the contract changed"),
}


def roles_in_words(capacity: str) -> str:
    """Say the capacity of an entry: one role, or several joined with ``+``."""
    known = set(Role)
    return ", ".join(
        str(ROLE_LABELS[Role(role)]) for role in capacity.split("+") if role in known
    )


def _reply_day(line: Line) -> str:
    """From which day to which the reply was moved; none stands for none."""
    was, now = (
        day(date.fromisoformat(text)) if text else gettext("no day")
        for text in (line.detail.get("was", ""), line.detail.get("reply_by", ""))
    )
    return f"{was} → {now}"


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
        role = roles_in_words(line.role)
        name = names.get(line.actor_user_id or 0, "")
        who = f"{name} ({role})" if name and role else name or str(role)
        reason = str(line.detail.get("reason") or line.detail.get("reply") or "")
        if line.act == "needs.set_reply_day":
            reason = " · ".join(t for t in (_reply_day(line), reason) if t)
        items.append(
            TimelineItem(
                title=ACTS.get(line.act, line.act),
                at=line.recorded_at,
                who=who,
                text=" · ".join(t for t in (reason, cited(line.basis)) if t),
            )
        )
    return items

"""The words for calls and dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import ACT_LABELS, Act, State

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.refusals import Text


class CallSaid(TypedDict, total=False):
    """What of a call can be said anew until it is published."""

    code: str
    title_vi: str
    title_en: str
    description_vi: str
    description_en: str
    opens_at: datetime
    closes_at: datetime
    kind: str
    way: str


class CallState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    OPENED = "opened", _("dossiers opened")
    CONCLUDED = "concluded", _("concluded")
    CANCELLED = "cancelled", _("cancelled")


class MemberRole(models.TextChoices):
    LEADER = "leader", _("principal investigator")
    SECRETARY = "secretary", _("scientific secretary")
    MAIN = "main", _("main member")
    MEMBER = "member", _("team member")
    TECHNICIAN = "technician", _("technician or support")


class BudgetSource(models.TextChoices):
    STATE = "state", _("state budget")
    HOST = "host", _("host organisation")
    PARTNER = "partner", _("partner or other source")


class BudgetCategory(models.TextChoices):
    LABOUR = "labour", _("labour and experts")
    MATERIALS = "materials", _("materials and energy")
    EQUIPMENT = "equipment", _("equipment")
    SERVICES = "services", _("outside services")
    TRAVEL = "travel", _("travel and seminars")
    SURVEY = "survey", _("surveys and testing")
    OVERHEAD = "overhead", _("management")
    OTHER = "other", _("other")


class Verdict(models.TextChoices):
    MET = "met", _("fulfilled")
    NOT_MET = "not_met", _("not fulfilled")
    NOT_APPLICABLE = "na", _("does not apply")


class VersionReason(models.TextChoices):
    SUBMITTED = "submitted", _("submitted")
    SUPPLEMENTED = "supplemented", _("supplemented on request")
    REVISED = "revised", _("revised after the council")
    KEPT = "kept", _("kept by an editor")


EDITABLE = frozenset({State.DRAFT, State.SUPPLEMENT, State.REVISING})
# Who handed in has the floor; the office works on everything else.
HANDED_IN = frozenset(VersionReason) - {VersionReason.KEPT}
WAITING_FOR_CHECK = frozenset({State.SUBMITTED, State.SUPPLEMENT})

RECORDED: dict[str, Text] = {
    "calls.draft": _("drafted the call"),
    "calls.edit": _("changed the call"),
    "calls.publish": _("published the call"),
    "calls.extend": _("extended the call"),
    "calls.cancel": _("cancelled the call"),
    "calls.conclude": _("concluded the call"),
    "calls.open": _("opened the dossiers"),
    "calls.grant_late_exception": _("allowed an applicant to submit later"),
    "calls.ask_early_opening": _("asked to open the dossiers early"),
    "calls.agree_early_opening": _("agreed to open the dossiers early"),
    "dossiers.start": _("started the dossier"),
    "dossiers.add_editor": _("added an editor"),
    "dossiers.remove_editor": _("removed an editor"),
    "dossiers.keep_version": _("kept a version"),
    "dossiers.check_eligibility": _("checked the conditions"),
    "files.upload": _("added a file"),
    "files.remove": _("removed a file"),
}


def act_label(act: str) -> Text:
    """Say an act of a call or a dossier as the timeline does."""
    if act in RECORDED:
        return RECORDED[act]
    return ACT_LABELS[Act(act)] if act in ACT_LABELS else act

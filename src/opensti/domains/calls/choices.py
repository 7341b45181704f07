"""The words for calls and dossiers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    MEMBER = "member", _("member")
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
    MET = "met", _("met")
    NOT_MET = "not_met", _("not met")
    NOT_APPLICABLE = "na", _("does not apply")


class VersionReason(models.TextChoices):
    SUBMITTED = "submitted", _("submitted")
    SUPPLEMENTED = "supplemented", _("supplemented on request")
    REVISED = "revised", _("revised after the council")
    KEPT = "kept", _("kept by an editor")

"""The words for councils, meetings and ballots."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CouncilKind(models.TextChoices):
    DETERMINATION = "determination", _("council determining orders")
    SELECTION = "selection", _("selection council")
    COST = "cost", _("cost appraisal team")


class CouncilState(models.TextChoices):
    DRAFT = "draft", _("being formed")
    SET_UP = "set_up", _("set up by decision")
    MEETING = "meeting", _("in session")
    CONCLUDED = "concluded", _("concluded")
    DISSOLVED = "dissolved", _("dissolved")


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("chair")
    VICE = "vice", _("vice chair")
    REVIEWER = "reviewer", _("reviewer")
    MEMBER = "member", _("member")
    SCIENTIFIC_SECRETARY = "scientific_secretary", _("scientific secretary")
    ADMIN_SECRETARY = "admin_secretary", _("administrative secretary")
    HEAD = "head", _("head of the team")
    DEPUTY = "deputy", _("deputy head")


VOTING = frozenset(
    {
        SeatRole.CHAIR,
        SeatRole.VICE,
        SeatRole.REVIEWER,
        SeatRole.MEMBER,
        SeatRole.SCIENTIFIC_SECRETARY,
        SeatRole.HEAD,
        SeatRole.DEPUTY,
    }
)


class SeatState(models.TextChoices):
    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class MeetingMode(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")


class BallotState(models.TextChoices):
    DRAFT = "draft", _("being written")
    CAST = "cast", _("cast")


class Outcome(models.TextChoices):
    PROPOSED = "proposed", _("proposed for funding")
    NOT_PROPOSED = "not_proposed", _("not proposed")

"""Kinds, levels and states of what people say to the house, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class VoiceKind(models.TextChoices):
    COMMENT = "comment", _("comment")
    QUESTION = "question", _("question")
    PETITION = "petition", _("petition")
    OBJECTION = "objection", _("objection to a decision")


class Level(models.TextChoices):
    """How far the house knows who speaks; shown beside the text."""

    ANONYMOUS = "anonymous", _("anonymous")
    EMAIL = "email", _("e-mail address confirmed")
    PERSON = "person", _("signed in")
    ORGANISATION = "organisation", _("organisation, by its manager")


class VoiceState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("e-mail address not confirmed yet")
    RECEIVED = "received", _("received, to be screened")
    PUBLISHED = "published", _("published")
    HIDDEN = "hidden", _("hidden")
    ASSIGNED = "assigned", _("with the unit that answers")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class Use(models.TextChoices):
    """What became of it in the end."""

    USED = "used", _("used")
    NOT_USED = "not_used", _("not used")
    FOLLOWED_UP = "followed_up", _("followed up")
    LAPSED = "lapsed", _("not enough supporters")


class Effect(models.TextChoices):
    """What an objection does to the case of the decision."""

    SUSPEND = "suspend", _("the case stands still")
    CORRECT = "correct", _("the decision is corrected")
    NONE = "none", _("no effect on the case")


class Standing(models.TextChoices):
    """Why a decision concerns whoever objects to it."""

    COMPETITOR = "competitor", _("took part in the same call")
    RIGHTS = "rights", _("holds a right that the decision touches")
    AFFECTED = "affected", _("lives or works where the decision has effect")
    OTHER = "other", _("another interest, told in the text")


class AlertClass(models.TextChoices):
    CORRUPTION = "corruption", _("bribery, corruption")
    MONEY = "money", _("misuse of money")
    INTEREST = "interest", _("undeclared conflict of interest")
    INTEGRITY = "integrity", _("falsified or copied research")
    PROCEDURE = "procedure", _("procedure broken on purpose")
    RETALIATION = "retaliation", _("retaliation against somebody who spoke")
    OTHER = "other", _("something else")


class AlertState(models.TextChoices):
    RECEIVED = "received", _("received")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ASSESSED = "assessed", _("assessed")
    INVESTIGATED = "investigated", _("being investigated")
    CLOSED = "closed", _("closed")


class Outcome(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed, measures taken")
    PARTLY = "partly", _("confirmed in part")
    UNFOUNDED = "unfounded", _("not confirmed")
    PASSED_ON = "passed_on", _("passed on to the authority in charge")


# The states in which everybody reads the text.
OPEN = frozenset(
    {
        VoiceState.PUBLISHED,
        VoiceState.ASSIGNED,
        VoiceState.ANSWERED,
        VoiceState.CLOSED,
    }
)
# What may still be answered.
WAITING = frozenset({VoiceState.PUBLISHED, VoiceState.ASSIGNED})
IN_ORDER = list(AlertState)

RECORDED: dict[str, Text] = {
    "supervision.receive": _("received from a citizen"),
    "supervision.publish": _("screened and published"),
    "supervision.hide": _("screened and hidden, with a ground"),
    "supervision.ask_review": _("second look asked for"),
    "supervision.review": _("second look taken"),
    "supervision.assign": _("given to a unit to answer"),
    "supervision.answer": _("answered by the unit"),
    "supervision.use": _("what became of it told"),
    "supervision.reach": _("petition reached its number of supporters"),
    "supervision.lapse": _("petition closed without enough supporters"),
    "supervision.rule": _("objection ruled on"),
    "supervision.lift": _("effect of the objection lifted"),
    "supervision.erase": _("text of a citizen erased"),
    "supervision.keep_unit": _("answering unit kept"),
    "supervision.name_member": _("member of an answering unit named"),
    "supervision.end_member": _("membership of an answering unit ended"),
    "supervision.keep_template": _("template of an answer kept"),
    "supervision.name_inspector": _("reader of alerts named"),
    "supervision.end_inspector": _("reader of alerts relieved"),
    "supervision.receive_alert": _("alert received"),
    "supervision.continue_alert": _("alert continued by its author"),
    "supervision.reply_alert": _("reply to an alert"),
    "supervision.move_alert": _("alert brought to its next state"),
}

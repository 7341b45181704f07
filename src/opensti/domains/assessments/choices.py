"""Words of assessments: forms of a framework, with whom an organisation shares, acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class Form(models.TextChoices):
    """How much of a framework is asked."""

    SHORT = "short", _("short form")
    FULL = "full", _("full form")


class Audience(models.TextChoices):
    """With whom an organisation shares; with nobody unless it says so."""

    ADVISER = "adviser", _("an adviser, by name")
    MINISTRY = "ministry", _("the ministry's officers and leaders")
    PEERS = "peers", _("comparisons, without its name")


class Size(models.TextChoices):
    """By the number of people who work there, as surveys of firms count them."""

    MICRO = "micro", _("micro: up to 9 people")
    SMALL = "small", _("small: 10 to 49 people")
    MEDIUM = "medium", _("medium: 50 to 249 people")
    LARGE = "large", _("large: 250 people and more")


class Sector(models.TextChoices):
    """Sections of ISIC Rev. 4, which are those of the Vietnamese classification too."""

    A = "A", _("agriculture, forestry, fishing")
    B = "B", _("mining")
    C = "C", _("manufacturing")
    D = "D", _("electricity, gas, steam")
    E = "E", _("water, sewerage, waste")
    F = "F", _("construction")
    G = "G", _("trade, repair of vehicles")
    H = "H", _("transport and storage")
    I = "I", _("accommodation and food")  # noqa: E741 -- the letter of the section
    J = "J", _("information and communication")
    K = "K", _("finance and insurance")
    L = "L", _("real estate")
    M = "M", _("professional, scientific, technical services")
    N = "N", _("administrative and support services")
    O = "O", _("public administration")  # noqa: E741 -- the letter of the section
    P = "P", _("education")
    Q = "Q", _("health and social work")
    R = "R", _("arts, entertainment, recreation")
    S = "S", _("other services")


class Approach(models.TextChoices):
    SELF = "self", _("self-assessment")
    ASSISTED = "assisted", _("with an adviser")
    EXTERNAL = "external", _("by an outside assessor")


class State(models.TextChoices):
    """Where an assessment stands; ``lifecycle`` says from where to where."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open for answers")
    CLOSED = "closed", _("answers closed")
    CONSENSUS = "consensus", _("consensus meeting")
    EVIDENCE = "evidence", _("evidence being checked")
    SCORED = "scored", _("scored")
    REPORTED = "reported", _("reported")
    VALIDATED = "validated", _("validated from outside")
    ARCHIVED = "archived", _("archived")


class Step(models.TextChoices):
    OPEN = "open", _("Open for answers")
    CLOSE = "close", _("Close the answers")
    MEET = "meet", _("Hold the consensus meeting")
    CHECK = "check", _("Check the evidence")
    SCORE = "score", _("Work out the scores")
    REPORT = "report", _("Hand out the report")
    VALIDATE = "validate", _("Validate from outside")
    ARCHIVE = "archive", _("Put into the archive")
    REOPEN = "reopen", _("Reopen as a new revision")


class Strength(models.TextChoices):
    """What a paper shows; with an assessor's check it carries the highest score."""

    DOCUMENT = "e1", _("a document says so")
    RECORDS = "e2", _("a document, with records of its use")


class Grade(models.TextChoices):
    OBSERVATION = "observation", _("observation")
    MINOR = "minor", _("minor nonconformity")
    MAJOR = "major", _("major nonconformity")


RECORDED: dict[str, Text] = {
    "assessments.load_framework": _("framework loaded"),
    "assessments.extend_framework": _("framework extended by an organisation"),
    "assessments.draft": _("assessment drafted"),
    "assessments.invite": _("participant invited to an assessment"),
    "assessments.revoke": _("link of a participant revoked"),
    "assessments.step": _("assessment moved on"),
    "assessments.agree": _("consensus on an answer"),
    "assessments.add_evidence": _("evidence added to an assessment"),
    "assessments.check_evidence": _("evidence checked by an adviser"),
    "assessments.note_finding": _("finding noted in an assessment"),
    "assessments.describe": _("economy, sector and size of an organisation stated"),
    "assessments.freeze_peers": _("comparisons with peers worked out as of a day"),
    "assessments.share": _("assessments shared"),
    "assessments.end_sharing": _("sharing of assessments ended"),
}

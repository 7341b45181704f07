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


class Advice(models.TextChoices):
    """What became of a recommendation."""

    OPEN = "open", _("not decided yet")
    TAKEN = "taken", _("taken into the plan")
    DECLINED = "declined", _("declined")


class Progress(models.TextChoices):
    """Where an improvement action stands; it ends with the check of its effect."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    RUNNING = "running", _("running")
    DONE = "done", _("done, effect not checked yet")
    EFFECTIVE = "effective", _("effective")
    NO_EFFECT = "no_effect", _("not effective")
    DROPPED = "dropped", _("dropped")


class LinkKind(models.TextChoices):
    """What an improvement action may be linked to."""

    PROGRAMME = "programme", _("Programme")
    ADVISER = "adviser", _("Adviser")
    CALL = "call", _("Open call for funds")
    OFFER = "offer", _("Technology offer")
    ORGANISATION = "organisation", _("Organisation or fund")


class Standing(models.TextChoices):
    """Where a finding stands."""

    OPEN = "open", _("open")
    CAUSE = "cause", _("cause found")
    ACTION = "action", _("being mended")
    VERIFIED = "verified", _("verified")
    CLOSED = "closed", _("closed")


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
    "assessments.answer_finding": _("finding moved on in an assessment"),
    "assessments.load_rules": _("rules of recommendations loaded"),
    "assessments.save_profile": _("profile of an assessment saved"),
    "assessments.take_recommendation": _("recommendation taken into the plan"),
    "assessments.decline_recommendation": _("recommendation declined"),
    "assessments.save_gap": _("gap of an assessment described"),
    "assessments.propose_improvement": _("improvement action proposed"),
    "assessments.edit_improvement": _("improvement action changed"),
    "assessments.move_improvement": _("improvement action moved on"),
    "assessments.check_effect": _("effect of an improvement action checked"),
    "assessments.remind": _("reminded of an improvement action"),
    "assessments.describe": _("economy, sector and size of an organisation stated"),
    "assessments.freeze_peers": _("comparisons with peers worked out as of a day"),
    "assessments.share": _("assessments shared"),
    "assessments.end_sharing": _("sharing of assessments ended"),
}

"""Words of publication: what is announced, what can be searched, how often readers are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class Whom(TextChoices):
    """Who is honoured: all work of a host, or the team of one task."""

    ORGANISATION = "organisation", _("organisation")
    TEAM = "team", _("team of a task")


class Measure(TextChoices):
    """What is counted, of tasks whose work was accepted."""

    ACCEPTED = "accepted", _("tasks accepted")
    RESULTS = "results", _("results open to everybody")
    REGISTERED = "registered", _("results registered")
    USED = "used", _("tasks with results in use, by checked answers")


class HonourState(TextChoices):
    CANDIDATE = "candidate", _("candidate")
    CONFIRMED = "confirmed", _("honoured")
    DECLINED = "declined", _("not honoured")
    WITHDRAWN = "withdrawn", _("honour withdrawn")


HONOURS_RECORDED: dict[str, Text] = {
    "publications.state_criterion": _("criterion of honours stated"),
    "publications.run_honours": _("candidates for honours computed"),
    "publications.confirm_honour": _("honour confirmed"),
    "publications.decline_honour": _("candidate not honoured"),
    "publications.withdraw_honour": _("honour withdrawn, with the reason"),
    "publications.agree_to_be_named": _("agreed to be named"),
    "publications.end_naming": _("no longer wants to be named"),
}


class ArticleKind(TextChoices):
    NEWS = "news", _("News item")
    EVENT = "event", _("Event")


class EventKind(TextChoices):
    CONFERENCE = "conference", _("Conference")
    MATCHING = "matching", _("Matching day")
    TRAINING = "training", _("Training")
    CONSULTATION = "consultation", _("Consultation")
    OTHER = "other", _("Other event")


class ArticleState(TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Made public")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What was announced once keeps its address, also when it was withdrawn.
ANNOUNCED = (ArticleState.PUBLISHED, ArticleState.WITHDRAWN)


class Rhythm(TextChoices):
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")


class EntryKind(TextChoices):
    """What the search finds, in the order in which a reader is offered it."""

    CALL = "call", _("Calls")
    ORDER = "order", _("Orders")
    DECISION = "decision", _("Decisions")
    TASK = "task", _("Tasks")
    RESULT = "result", _("Results of tasks")
    OFFER = "offer", _("Offers")
    ORGANISATION = "organisation", _("Organisations")
    PLAN = "plan", _("Plans")
    GOAL = "goal", _("Goals")
    INDICATOR = "indicator", _("Indicators")
    INDEX = "index", _("Composite indices")
    NEWS = "news", _("News")
    EVENT = "event", _("Events")


# The acts that the law makes public.
PUBLIC_ACTS: dict[str, Text] = {
    "portfolios.commit_draw": _("the seed of a draw was committed"),
    "portfolios.release_decision": _("a decision was published"),
    "portfolios.release": _("the results of a call were published"),
    "tasks.create": _("a task file was opened"),
    "orders.approve": _("an order was approved"),
    "order_lists.approve": _("a list of orders was approved"),
    "calls.publish": _("a call was published"),
    "calls.extend": _("a call was extended"),
    "calls.open": _("the dossiers of a call were opened"),
    "calls.conclude": _("a call was concluded"),
    "results.publish_offer": _("an offer was made public"),
    "results.close_offer": _("an offer was closed"),
    "tasks.set_state": _("the state of a task changed"),
    "strategies.answer_comment": _("a comment on a plan was answered"),
    "publications.publish_article": _("news or an event was published"),
    "publications.correct_article": _("news or an event was corrected"),
    "publications.withdraw_article": _("news or an event was withdrawn"),
    "publications.issue_policy": _("a disclosure policy was issued"),
    "calls.cancel": _("a call was cancelled"),
    "calls.ask_early_opening": _("an early opening was asked for"),
    "calls.agree_early_opening": _("an early opening was agreed to"),
    "calls.correct": _("the words of a call were corrected"),
    "orders.correct": _("an order was corrected"),
    "tasks.correct": _("a task file was corrected"),
    "contracts.sign": _("a contract was signed"),
    "contracts.decide_amendment": _("a contract was amended"),
    "acceptances.recognise": _("a result was recognised"),
    "acceptances.register": _("a result was registered"),
    "results.change": _("what is said of a result was changed"),
}
RECORDED: dict[str, Text] = {
    "publications.draft_article": _("news or event drafted"),
    "publications.edit_article": _("draft of news or event changed"),
    "publications.approve_article": _("news or event approved"),
    "publications.publish_article": _("news or event published"),
    "publications.correct_article": _("news or event corrected"),
    "publications.withdraw_article": _("news or event withdrawn"),
    "publications.confirm_subscription": _("subscription of a reader confirmed"),
    "publications.unsubscribe": _("subscription of a reader ended, address erased"),
    "publications.send_digests": _("what is new mailed to readers"),
}

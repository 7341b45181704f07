"""The words for plans, indicators, reports, scorecards, accounts and indices."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# ---- plans


class PlanKind(models.TextChoices):
    RESOLUTION = "resolution", _("resolution")
    STRATEGY = "strategy", _("strategy")
    PROGRAMME = "programme", _("programme")
    PLAN = "plan", _("plan")
    NETWORK = "network", _("network plan")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    CONSULTED = "consulted", _("open for comments")
    ISSUED = "issued", _("issued")
    IN_FORCE = "in_force", _("in force")
    REVIEW = "review", _("under mid-term review")
    CLOSED = "closed", _("closed")


# States in which everybody may read a plan.
PUBLIC_PLANS = (
    PlanState.CONSULTED,
    PlanState.ISSUED,
    PlanState.IN_FORCE,
    PlanState.REVIEW,
    PlanState.CLOSED,
)


class GoalKind(models.TextChoices):
    GOAL = "goal", _("goal")
    GROUP = "group", _("solution group")
    STRATEGY = "strategy", _("line of strategy")


class ActionKind(models.TextChoices):
    POLICY = "policy", _("policy")
    PROGRAMME = "programme", _("programme")
    PROJECT = "project", _("project")
    INVESTMENT = "investment", _("investment")


class ActionState(models.TextChoices):
    PLANNED = "planned", _("planned")
    STARTED = "started", _("started")
    AT_RISK = "at_risk", _("at risk")
    DELAYED = "delayed", _("delayed")
    DONE = "done", _("done")
    EVALUATED = "evaluated", _("evaluated")
    CANCELLED = "cancelled", _("cancelled")


class Part(models.TextChoices):
    """What an agency does for an action."""

    LEAD = "lead", _("leads")
    CO_LEAD = "co_lead", _("leads together")
    SUPPORT = "support", _("supports")
    REPORT = "report", _("reports")


class Rhythm(models.TextChoices):
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")
    HALF = "half", _("every half-year")
    YEAR = "year", _("every year")
    ONCE = "once", _("once")


class MoneySource(models.TextChoices):
    STATE = "state", _("state budget")
    ENTERPRISE = "enterprise", _("enterprises")
    FUND = "fund", _("funds")
    PPP = "ppp", _("public-private partnership")
    OTHER = "other", _("other sources")


# ---- indicators


class Level(models.TextChoices):
    INPUT = "input", _("input")
    OUTPUT = "output", _("output")
    OUTCOME = "outcome", _("outcome")
    IMPACT = "impact", _("impact")


class AccountPart(models.TextChoices):
    """What a card is in the accounts: value added is productivity times employment."""

    VALUE_ADDED = "value_added", _("value added")
    PRODUCTIVITY = "productivity", _("labour productivity")
    EMPLOYMENT = "employment", _("employment")
    TFP = "tfp", _("total factor productivity")
    TFP_SHARE = "tfp_share", _("share of total factor productivity in growth")


class Direction(models.TextChoices):
    UP = "up", _("more is better")
    DOWN = "down", _("less is better")
    RANGE = "range", _("within a range")


class IndicatorKind(models.TextChoices):
    COUNT = "count", _("count")
    AMOUNT = "amount", _("amount")
    RATIO = "ratio", _("ratio")
    GROWTH = "growth", _("rate of growth")
    INDEX = "index", _("index")
    COMPOSITE = "composite", _("composite index")
    MILESTONE = "milestone", _("milestone")


class Scope(models.TextChoices):
    ECONOMY = "economy", _("whole economy")
    INDUSTRY_BF = "industry_bf", _("industry with construction (B-F)")
    INDUSTRY_BE = "industry_be", _("industry without construction (B-E)")
    MANUFACTURING = "manufacturing", _("manufacturing (C)")
    MINISTRY = "ministry", _("the ministry")
    OTHER = "other", _("another scope, stated in the definition")


class PriceBasis(models.TextChoices):
    NONE = "none", _("no prices")
    CURRENT = "current", _("current prices")
    CONSTANT = "constant", _("constant prices")
    PPP = "ppp", _("purchasing power parities")


class LabourUnit(models.TextChoices):
    NONE = "none", _("no labour in it")
    PERSON = "person", _("per person employed")
    HOUR = "hour", _("per hour worked")


class Aggregation(models.TextChoices):
    """How values of several reporters become one."""

    SUM = "sum", _("sum")
    RATIO = "ratio", _("sum of numerators over sum of denominators")
    WEIGHTED = "weighted", _("mean weighted by denominators")
    LAST = "last", _("last value")
    NONE = "none", _("not added up")


class Quality(models.TextChoices):
    A = "a", _("A: official statistics, documented")
    B = "b", _("B: administrative records, checked")
    C = "c", _("C: reported by agencies, not checked")
    D = "d", _("D: estimate")


class Path(models.TextChoices):
    LINEAR = "linear", _("a straight line")
    COMPOUND = "compound", _("a constant rate of growth")


class Comparator(models.TextChoices):
    OVER = "over", _("over")
    AT_LEAST = "at_least", _("at least")
    ABOUT = "about", _("about")
    RANGE = "range", _("between")
    AT_MOST = "at_most", _("at most")
    UNDER = "under", _("under")


class Measure(models.TextChoices):
    """What a target speaks of: the level, its growth a year, or its change since the base."""

    LEVEL = "level", _("the value itself")
    GROWTH = "growth", _("its growth in % a year")
    CHANGE = "change", _("its change since the base year in %")


class ObservationState(models.TextChoices):
    ENTERED = "entered", pgettext_lazy("value", "entered")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")


class ValueStatus(models.TextChoices):
    PROVISIONAL = "provisional", _("provisional")
    FINAL = "final", pgettext_lazy("value", "final")
    REVISED = "revised", _("revised")


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("agencies report")
    CLOSED = "closed", _("closed")


class NoticeKind(StrEnum):
    """What somebody is told of by mail."""

    DECIDED = "decided"
    RETURNED = "returned"
    OPENED = "opened"
    ISSUED = "issued"
    ANSWERED = "answered"


class Light(models.TextChoices):
    ON = "on", _("on the path")
    NEAR = "near", _("near the path")
    OFF = "off", _("off the path")
    NO_DATA = "no_data", _("no data")


class Likelihood(models.TextChoices):
    HIGHLY_LIKELY = "highly_likely", _("will be met")
    LIKELY = "likely", _("can be met")
    DOUBTFUL = "doubtful", _("in doubt")
    UNLIKELY = "unlikely", _("will hardly be met")


class StocktakeState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    HELD = "held", _("held")


# ---- accounts and indices


class RunKind(models.TextChoices):
    GROWTH = "growth", _("growth accounting")
    SHIFT_SHARE = "shift_share", _("shift-share")
    TARGETS = "targets", _("target arithmetic")


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting for its computation")
    DONE = "done", _("computed")
    FAILED = "failed", _("not computed")


class SplitConvention(models.TextChoices):
    """How growth is split between growth within sectors and shifts between them."""

    MR = "mr", _("McMillan and Rodrik")
    THREE = "three", _("three terms")
    MIDPOINT = "midpoint", _("midpoint")
    TORNQVIST = "tornqvist", _("Törnqvist")
    CHAINED = "chained", _("chained year by year")


class SectorColumn(models.TextChoices):
    """Quantities that the accounts ask for."""

    VALUE_ADDED = "value_added", _("value added")
    VALUE_ADDED_CURRENT = "value_added_current", _("value added in current prices")
    EMPLOYMENT = "employment", _("employment")
    LABOUR = "labour", _("labour")
    CAPITAL = "capital", _("capital")
    QUALITY = "quality", _("quality of labour")
    LABOUR_SHARE = "labour_share", _("labour share")


class ModelPurpose(models.TextChoices):
    PROVINCE = "province", _("provinces")
    INSTITUTE = "institute", _("research institutes")
    ORGANISATION = "organisation", _("evaluation of organisations")
    ECONOMY = "economy", _("economies")
    OTHER = "other", _("any other units")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("being built")
    WAITING = "waiting", _("waiting for its computation")
    COMPUTED = "computed", _("computed")
    FAILED = "failed", _("not computed")
    FROZEN = "frozen", _("frozen")
    PUBLISHED = "published", _("published")


# ---- the acts on plans in the words of the record

PLANS_RECORDED = {
    "strategies.draft_plan": _("plan begun"),
    "strategies.change_plan": _("head of the plan changed"),
    "strategies.keep_goal": _("goal kept"),
    "strategies.remove_goal": _("goal removed"),
    "strategies.keep_action": _("action of the plan kept"),
    "strategies.remove_action": _("action of the plan removed"),
    "strategies.set_dependencies": _("dependencies of an action set"),
    "strategies.keep_envelope": _("envelope kept"),
    "strategies.remove_envelope": _("envelope removed"),
    "strategies.keep_assignment": _("agency of an action kept"),
    "strategies.remove_assignment": _("agency of an action removed"),
    "strategies.keep_milestone": _("milestone of the plan kept"),
    "strategies.remove_milestone": _("milestone of the plan removed"),
    "strategies.keep_risk": _("risk kept"),
    "strategies.close_risk": _("risk closed"),
    "strategies.keep_budget_line": _("money of an action planned"),
    "strategies.remove_budget_line": _("planned money removed"),
    "strategies.open_consultation": _("plan opened for comments"),
    "strategies.comment_on_plan": _("comment made on the plan"),
    "strategies.answer_comment": _("comment answered"),
    "strategies.issue_plan": _("plan issued"),
    "strategies.load_plan": _("plan taken over from a file"),
    "strategies.amend_plan": _("plan amended"),
    "strategies.load_card": _("indicator card taken over from a file"),
    "strategies.bring_in_force": _("plan brought in force"),
    "strategies.begin_review": _("mid-term review begun"),
    "strategies.end_review": _("mid-term review ended"),
    "strategies.close_plan": _("plan closed"),
    "strategies.follow_action": _("state of an action of the plan changed"),
    "strategies.finish_milestone": _("milestone of the plan reached"),
    "strategies.note_money": _("money of an action noted"),
}

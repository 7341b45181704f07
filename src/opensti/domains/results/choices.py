"""The words for acceptance and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


# Keys of a result's details: what was written as its goal and its indicator before plans
# were kept here, where no code of a plan or card was the same.
GOAL_SAID = "goal_said"
INDICATOR_SAID = "indicator_said"
SAID_BEFORE = (GOAL_SAID, INDICATOR_SAID)


class Served(models.TextChoices):
    """What serves a goal of a plan once there are results."""

    RESULT = "result", _("result")
    UPTAKE = "uptake", _("uptake")


class ResultKind(models.TextChoices):
    """What a task brought forth; the kinds a contract promises, under the same names."""

    PRODUCT = "product", _("product or material")
    PROTOTYPE = "prototype", _("prototype or equipment")
    PROCESS = "process", _("process or technology")
    SOFTWARE = "software", _("software")
    STANDARD = "standard", _("standard or regulation")
    ADVICE = "advice", _("policy advice")
    PUBLICATION = "publication", _("publication")
    DATASET = "dataset", _("dataset")
    VARIETY = "variety", _("variety or breed")
    TRAINING = "training", _("training")
    RIGHT = "right", _("industrial property right")
    REPORT = "report", _("report")


class OpinionGround(models.TextChoices):
    """Why independent experts are asked about a council's conclusion."""

    NOT_UNANIMOUS = "not_unanimous", _("the council was not of one mind")
    RULES_BROKEN = "rules_broken", _("the council broke the rules of its work")
    COMPLAINT = "complaint", _("there is a complaint")


class Judge(models.TextChoices):
    """Who found what is said of a product."""

    COUNCIL = "council", _("the acceptance council")
    OFFICE = "office", _("the office, on the evidence")


# Acts of acceptance that move no case, as the record shows them.
ACCEPTANCE_RECORDED: dict[str, Text] = {
    "acceptances.rated": _("what the council found was kept"),
    "acceptances.ask_opinion": _("independent expert asked"),
    "acceptances.enter_opinion": _("independent opinion entered"),
    "acceptances.drop_opinion": _("request for an opinion given up"),
    "acceptances.prepare_handover": _("dossier for the national system made"),
    "acceptances.note_handover": _("sending to the national system noted"),
}


class Secrecy(models.TextChoices):
    """Who may know of a result; ``EMBARGO`` is open from its day on."""

    OPEN = "open", pgettext_lazy("secrecy", "open")
    EMBARGO = "embargo", _("open from a day on")
    INTERNAL = "internal", _("for the ministry and the host")
    SECRET = "secret", _("secret: not kept here")


class RightKind(models.TextChoices):
    """What is protected, or may be."""

    INVENTION = "invention", _("invention")
    UTILITY = "utility", _("utility solution")
    DESIGN = "design", _("industrial design")
    MARK = "mark", _("trade mark")
    VARIETY = "variety", _("plant variety")
    SOFTWARE = "software", _("copyright in software")
    LAYOUT = "layout", _("layout design of circuits")
    INDICATION = "indication", _("geographical indication")


class RightState(models.TextChoices):
    IDEA = "idea", _("idea")
    DISCLOSED = "disclosed", _("disclosed to the host")
    FILED = "filed", _("filed")
    FORMAL = "formal", _("accepted in form")
    PUBLISHED = "published", _("application published")
    EXAMINED = "examined", _("examined")
    GRANTED = "granted", _("protected")
    REFUSED = "refused", _("not protected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")
    EXPIRED = "expired", _("term over")


# From which state to which; the last four are ends.
RIGHT_STEPS: dict[str, tuple[RightState, ...]] = {
    RightState.IDEA: (RightState.DISCLOSED, RightState.WITHDRAWN),
    RightState.DISCLOSED: (RightState.FILED, RightState.WITHDRAWN),
    RightState.FILED: (
        RightState.FORMAL,
        RightState.PUBLISHED,
        RightState.GRANTED,
        RightState.REFUSED,
        RightState.WITHDRAWN,
    ),
    RightState.FORMAL: (
        RightState.PUBLISHED,
        RightState.EXAMINED,
        RightState.GRANTED,
        RightState.REFUSED,
        RightState.WITHDRAWN,
    ),
    RightState.PUBLISHED: (
        RightState.EXAMINED,
        RightState.GRANTED,
        RightState.REFUSED,
        RightState.WITHDRAWN,
    ),
    RightState.EXAMINED: (
        RightState.GRANTED,
        RightState.REFUSED,
        RightState.WITHDRAWN,
    ),
    RightState.GRANTED: (RightState.LAPSED, RightState.EXPIRED),
    RightState.REFUSED: (),
    RightState.WITHDRAWN: (),
    RightState.LAPSED: (),
    RightState.EXPIRED: (),
}
RIGHT_ENDS = frozenset(state for state, after in RIGHT_STEPS.items() if not after)


class HolderKind(models.TextChoices):
    """Who holds a share of a right."""

    ORGANISATION = "organisation", _("organisation")
    PERSON = "person", _("person")
    STATE = "state", _("the State")


class DocketKind(models.TextChoices):
    HOST = "host", _("for the owner to do")
    OFFICE = "office", _("expected from the office")
    FEE = "fee", _("fee to be paid")
    TERM = "term", _("end of the term")


class DealKind(models.TextChoices):
    LICENCE = "licence", _("licence")
    ASSIGNMENT = "assignment", _("assignment")
    CAPITAL = "capital", _("contribution of capital")
    SERVICE = "service", _("technology service")
    TRANSFER = "transfer", _("technology transfer")


class PartyRole(models.TextChoices):
    GIVER = "giver", _("gives")
    TAKER = "taker", _("takes")
    BROKER = "broker", _("broker")


class Payee(models.TextChoices):
    """Who has a part of the profit; the names that the rules use."""

    AUTHORS = "authors", _("authors")
    BROKER = "broker", _("broker")
    STATE = "state", _("the State")
    RESEARCH = "research", _("research")
    WELFARE = "welfare", _("welfare and reward")
    OWNER = "owner", _("owner")


class OfferState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLIC = "public", pgettext_lazy("offer", "public")
    CLOSED = "closed", _("closed")


class OfferForm(models.TextChoices):
    """In which form a partner is looked for."""

    LICENCE = "licence", _("licence")
    TRANSFER = "transfer", _("transfer of the technology")
    TOGETHER = "together", _("development together")
    ANY = "any", _("any of these")


class AssetKind(models.TextChoices):
    """The four kinds of Decree 70/2018, Art. 3: what was bought, what came of the work."""

    EQUIPMENT_FULL = "equipment_full", _("equipment, wholly of state money")
    EQUIPMENT_PART = "equipment_part", _("equipment, partly of state money")
    RESULT_FULL = "result_full", _("result, wholly of state money")
    RESULT_PART = "result_part", _("result, partly of state money")


# What came of the work itself, not what was bought for it.
OF_RESULT = frozenset({AssetKind.RESULT_FULL, AssetKind.RESULT_PART})


class AssetState(models.TextChoices):
    """Where the handling of an asset stands."""

    HELD = "held", _("in the inventory")
    PLANNED = "planned", _("plan handed in")
    FORWARDED = "forwarded", _("plan forwarded")
    DECIDED = "decided", _("handling decided")
    DECLINED = "declined", _("declined by the host")
    OFFERED = "offered", _("offered publicly")
    HANDED_OVER = "handed_over", _("handed over")
    GONE = "gone", _("disposed of")
    RECALLED = "recalled", _("recalled")


class AssetEventKind(models.TextChoices):
    """What the book of an asset tells."""

    ENTERED = "entered", _("entered in the inventory")
    CORRECTED = "corrected", _("corrected")
    CUSTODY = "custody", _("given into other custody")
    FOUND = "found", _("found at the stocktake")
    MISSING = "missing", _("missing at the stocktake")
    VALUED = "valued", _("valued")
    GOVERNED = "governed", _("rules of ownership chosen")
    PLAN = "plan", _("plan of handling handed in")
    FORWARDED = "forwarded", _("plan forwarded")
    DECISION = "decision", _("handling decided")
    HANDED_OVER = "handed_over", _("handed over")
    DECLINED = "declined", _("declined by the host")
    OFFERED = "offered", _("offered publicly")
    BID = "bid", _("offer received")
    USE_RIGHT = "use_right", _("no taker: right of use to the host")
    DISPOSED = "disposed", _("disposed of")
    PAID = "paid", _("paid for")
    IN_USE = "in_use", _("put to use")
    RECALLED = "recalled", _("recalled")


class HandlingForm(models.TextChoices):
    """What becomes of an asset; which of them are possible says the rule of ownership."""

    ASSIGN = "assign", _("assigned to the host")
    SELL_TO_HOST = "sell_to_host", _("sold to the host")
    USE_RIGHT = "use_right", _("right of use to the host")
    TRANSFER = "transfer", _("transferred to another body")
    SELL = "sell", _("sold")
    LIQUIDATE = "liquidate", _("liquidated")
    DESTROY = "destroy", _("destroyed")
    KEEP = "keep", _("kept by the host")


class UptakeState(models.TextChoices):
    """Where the yearly question stands; a day that passed without answer is *no answer*."""

    DUE = "due", _("awaited")
    ANSWERED = "answered", _("answered")
    RETURNED = "returned", _("returned for completion")
    CHECKED = "checked", _("checked")


# What the record tells of results, assets and uptake, for the timeline.
RESULTS_RECORDED = {
    "results.add": _("result entered"),
    "results.change": _("result changed"),
    "results.choose_ownership": _("rules of ownership chosen"),
    **{f"assets.{kind.value}": kind.label for kind in AssetEventKind},
    "assets.take_stock": _("stocktake written"),
    "uptake.plan": _("yearly questions on uptake planned"),
    "uptake.answer": _("answer on uptake handed in"),
    "uptake.check": _("answer on uptake checked"),
    "uptake.return": _("answer on uptake returned"),
    "uptake.remind": _("host reminded of the answer on uptake"),
}


RIGHTS_RECORDED = {
    "results.disclose_right": _("right disclosed"),
    "results.change_right": _("what is said of the right changed"),
    "results.move_right": _("state of the right changed"),
    "results.add_docket_entry": _("day entered in the docket"),
    "results.meet_docket_entry": _("docket met"),
    "results.sign_deal": _("deal kept"),
    "results.change_deal": _("deal changed"),
    "results.report_income": _("year of a deal reported"),
    "results.share_income": _("profit shared"),
    "results.pay_payout": _("share of profit paid"),
    "results.draft_offer": _("offer drafted"),
    "results.change_offer": _("offer changed"),
    "results.publish_offer": _("offer made public"),
    "results.close_offer": _("offer closed"),
    "results.express_interest": _("interest in the offer expressed"),
    "results.answer_interest": _("interest in the offer answered"),
}

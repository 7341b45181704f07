"""Offers to enterprises: written, made public, closed; interest in them, and its answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.keeping import keep, locked
from opensti.domains.results.choices import OfferForm, OfferState, Secrecy
from opensti.domains.results.models import Interest, Offer, Result, Right
from opensti.domains.results.queries.offers import offer_subject, public_offers
from opensti.domains.results.queries.results import is_public
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import in_state, needed, refuse_if
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import AccessDenied, Invalid, Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor

READINESS = range(1, 10)


@dataclass(frozen=True, kw_only=True)
class OfferFacts:
    """What an offer says. Its period is half-open: on ``closes_on`` it is closed."""

    title_vi: str
    does_vi: str
    form: str
    contact: str
    title_en: str = ""
    does_en: str = ""
    trl: int | None = None
    conditions_vi: str = ""
    conditions_en: str = ""
    opens_on: date | None = None
    closes_on: date | None = None


@transaction.atomic
def draft_offer(
    *,
    actor: Actor,
    facts: OfferFacts,
    at: datetime,
    right_id: int | None = None,
    result_id: int | None = None,
) -> Offer:
    """Draft an offer of a right or a result that one's house keeps."""
    if right_id is not None:
        right = get_visible(actor, Right.objects.all(), pk=right_id)
        offer = Offer(right=right, contract_id=right.contract_id, host_id=right.host_id)
    else:
        rows = Result.objects.select_related("contract")
        result = get_visible(actor, rows, pk=result_id)
        offer = Offer(
            result=result,
            contract_id=result.contract_id,
            host_id=result.contract.host_id,
        )
    require(actor, "results.keep_offer", offer)
    offer.created_at = at
    _fill(offer, facts)
    offer.save()
    _record(actor, "results.draft_offer", offer, at)
    return offer


@transaction.atomic
def change_offer(
    *, actor: Actor, offer_id: int, facts: OfferFacts, version: int, at: datetime
) -> Offer:
    """Say an offer anew, until it is closed."""
    offer = locked(actor, Offer, offer_id, "results.keep_offer", version=version)
    _require(offer, OfferState.DRAFT, OfferState.PUBLIC)
    _fill(offer, facts)
    if offer.state == OfferState.PUBLIC:
        refuse_if(needed(opens_on=offer.opens_on))
    keep(offer)
    _record(actor, "results.change_offer", offer, at)
    return offer


@transaction.atomic
def publish_offer(*, actor: Actor, offer_id: int, version: int, at: datetime) -> Offer:
    """Make an offer public from its first day on, today where it names none.

    Raises ``StepNotAllowed`` where the result it rests on is not open to the public.
    """
    offer = locked(
        actor,
        Offer,
        offer_id,
        "results.keep_offer",
        version=version,
        related=("contract__case", "host", "result", "right__result"),
    )
    _require(offer, OfferState.DRAFT)
    today = localdate(at)
    result = offer.result or (offer.right.result if offer.right else None)
    if result is not None and not is_public(result, today):
        raise StepNotAllowed(
            _("The result is not open to the public: %(why)s.")
            % {
                "why": _("the work is not accepted yet")
                if _is_open(result, today)
                else result.get_secrecy_display()
            },
            mend=_("Offer it once it may be known."),
        )
    offer.opens_on = offer.opens_on or today
    if offer.closes_on is not None and offer.closes_on <= max(today, offer.opens_on):
        raise Invalid(
            [
                Problem(
                    field="closes_on",
                    message=_("It would be closed before anybody saw it."),
                    mend=_("Choose a later last day."),
                )
            ]
        )
    offer.state = OfferState.PUBLIC
    keep(offer)
    _record(actor, "results.publish_offer", offer, at, public=True)
    return offer


@transaction.atomic
def close_offer(*, actor: Actor, offer_id: int, version: int, at: datetime) -> Offer:
    """Take an offer back; what was written on it stays."""
    offer = locked(actor, Offer, offer_id, "results.keep_offer", version=version)
    _require(offer, OfferState.PUBLIC)
    offer.state = OfferState.CLOSED
    offer.closed_on = localdate(at)
    keep(offer)
    _record(actor, "results.close_offer", offer, at, public=True)
    return offer


@transaction.atomic
def express_interest(
    *, actor: Actor, offer_id: int, organisation_id: int, message: str, at: datetime
) -> Interest:
    """Write on an open offer for one's organisation: once.

    Raises ``AccessDenied`` for an organisation one does not act for, ``StepNotAllowed``
    where it wrote already, ``NotFound`` where the offer is not open.
    """
    rows = public_offers(localdate(at)).order_by()
    get_visible(actor, rows, pk=offer_id)
    offer = Offer.objects.select_for_update().get(pk=offer_id)
    require(actor, "results.express_interest", offer)
    if organisation_id not in actor.member_of | actor.manages:
        raise AccessDenied(_("You do not act for this organisation."))
    if not message.strip():
        raise Invalid(
            [Problem(field="message", message=_("Write what you want to know or do."))]
        )
    if Interest.objects.filter(offer=offer, organisation_id=organisation_id).exists():
        raise StepNotAllowed(
            _("Your organisation wrote on this offer already."),
            mend=_("Look among your messages for the answer."),
        )
    interest = Interest.objects.create(
        offer=offer,
        organisation_id=organisation_id,
        message=message.strip(),
        sent_by_id=actor.account_id,
        sent_at=at,
    )
    record(
        actor=actor,
        act="results.express_interest",
        subject=offer_subject(offer.public_id),
        at=at,
        detail={"interest": interest.public_id},
        secret={"organisation": str(organisation_id), "message": interest.message},
    )
    return interest


@transaction.atomic
def answer_interest(
    *, actor: Actor, interest_id: int, answer: str, at: datetime
) -> Interest:
    """Answer what an organisation wrote: once."""
    rows = Interest.objects.select_for_update(of=("self",)).select_related("offer")
    interest = get_visible(actor, rows, pk=interest_id)
    require(actor, "results.answer_interest", interest.offer)
    if interest.answer:
        raise StepNotAllowed(_("This was answered already."))
    if not answer.strip():
        raise Invalid([Problem(field="answer", message=_("Write the answer."))])
    interest.answer = answer.strip()
    interest.answered_by_id, interest.answered_at = actor.user_id, at
    interest.save()
    record(
        actor=actor,
        act="results.answer_interest",
        subject=offer_subject(interest.offer.public_id),
        at=at,
        detail={"interest": interest.public_id},
        secret={"answer": interest.answer},
    )
    return interest


def _is_open(result: Result, today: date) -> bool:
    if result.secrecy == Secrecy.EMBARGO:
        return result.open_from is not None and result.open_from <= today
    return result.secrecy == Secrecy.OPEN


def _require(offer: Offer, *states: OfferState) -> None:
    in_state(
        _("This is not possible while the offer is: %(state)s."),
        offer.state,
        states,
        offer.get_state_display(),
    )


def _fill(offer: Offer, facts: OfferFacts) -> None:
    problems = needed(
        title_vi=facts.title_vi, does_vi=facts.does_vi, contact=facts.contact
    )
    if facts.form not in OfferForm.values:
        problems.append(Problem(field="form", message=_("Choose a form.")))
    if facts.trl is not None and facts.trl not in READINESS:
        problems.append(
            Problem(field="trl", message=_("Readiness is a level from 1 to 9."))
        )
    if facts.opens_on and facts.closes_on and facts.closes_on <= facts.opens_on:
        problems.append(
            Problem(
                field="closes_on",
                message=_("It would be closed before anybody saw it."),
                mend=_("Choose a later last day."),
            )
        )
    refuse_if(problems)
    for name, value in asdict(facts).items():
        setattr(offer, name, value.strip() if isinstance(value, str) else value)
    offer.search_text = search_text(offer.title_vi, offer.title_en, offer.does_vi[:400])


def _record(
    actor: Actor, act: str, offer: Offer, at: datetime, *, public: bool = False
) -> None:
    """What is public of an offer is public in the record too: its title and period."""
    detail: dict[str, Any] = {"state": offer.state, "version": offer.version}
    if public:
        detail |= {
            "title": offer.title_vi,
            "opens_on": offer.opens_on,
            "closes_on": offer.closes_on,
        }
    record(
        actor=actor,
        act=act,
        subject=offer_subject(offer.public_id),
        at=at,
        public=public,
        detail=detail,
    )

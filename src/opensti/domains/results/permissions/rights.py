"""Who keeps rights, deals and offers; who may know of them, and of whose money.

The office knows of all but what hangs on a contract hidden from it, or on its own house;
the host's side knows of its own. A person knows of no deal for being an author, only of
the amounts that are his. An offer that is public is everybody's to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.queries import contract_ids, contracts, has_stake
from opensti.domains.results.choices import OfferState
from opensti.domains.results.models import (
    Deal,
    DealIncome,
    DealParty,
    DocketEntry,
    Interest,
    Offer,
    Payout,
    PayoutPayment,
    Right,
    RightAuthor,
    RightOwner,
    RightVersion,
    Split,
)
from opensti.domains.tasks.queries import closed_tasks
from opensti.kernel.access import (
    NOTHING,
    Role,
    anyone,
    grant,
    has_role,
    rule,
    sees,
    signed_in,
)
from opensti.kernel.files.serving import files_access
from opensti.kernel.record.holding import hold_back

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

OFFICE = (Role.OFFICER, Role.LEADER, Role.FINANCE, Role.AUDITOR)
SIDES = (*OFFICE, Role.APPLICANT, Role.MANAGER)


def kept_where(actor: Actor, prefix: str = "") -> Q:
    """What a host keeps (rights, deals, offers), seen from a table ``prefix`` away."""
    if actor.has(Role.ADMIN) or not actor.is_authenticated:
        return NOTHING
    known = Q(**{f"{prefix}contract_id__in": contract_ids(actor)})
    if actor.manages:
        known |= Q(**{f"{prefix}host_id__in": actor.manages})
    if actor.has(*OFFICE):
        alone = Q(**{f"{prefix}contract_id": None})
        known |= alone & ~Q(**{f"{prefix}host_id__in": actor.member_of})
    return known


@rule(
    _("You do not work for the organisation that keeps this."),
    who=_("a manager of the host, or who works on its contract"),
)
def works_for_it(actor: Actor, thing: Any) -> bool:
    """A manager of the host; or who knows of its contract without any office."""
    if thing is None:
        return False
    if thing.host_id in actor.manages:
        return True
    if thing.contract_id is None or actor.has(*OFFICE):
        return False
    return contracts(actor).filter(pk=thing.contract_id).exists()


@rule(
    _("You do not act for an organisation."),
    who=_("a member of an organisation that is in the registry"),
)
def acts_for_one(actor: Actor, _thing: Any) -> bool:
    return bool(actor.member_of | actor.manages)


@rule(_("This is your own organisation's offer."))
def is_not_its_own(actor: Actor, offer: Any) -> bool:
    return offer is None or offer.host_id not in actor.member_of | actor.manages


@rule(
    _("It is kept by your own organisation: another official must act on it."),
    who=_("another official"),
)
def is_of_another_house(actor: Actor, thing: Any) -> bool:
    if thing is None:
        return True
    if thing.host_id in actor.member_of | actor.manages:
        return False
    return thing.contract_id is None or not has_stake(actor, thing.contract_id)


host_or_officer = works_for_it | (has_role(Role.OFFICER) & is_of_another_house)

grant("results.list_rights", has_role(*SIDES), reads=True)
grant("results.list_deals", has_role(*SIDES), reads=True)
grant("results.list_payouts", signed_in, reads=True)
grant("results.list_offers", has_role(*SIDES), reads=True)
grant("results.keep_right", host_or_officer)
grant("results.keep_docket", host_or_officer)
grant("results.keep_deal", works_for_it)
grant("results.report_income", works_for_it)
grant("results.share_income", works_for_it)
grant("results.pay_payout", works_for_it)
grant("results.keep_offer", works_for_it)
grant("results.read_offers", anyone, reads=True)
grant("results.express_interest", acts_for_one & is_not_its_own)
grant("results.answer_interest", works_for_it)

sees(Right, kept_where)
for part in (RightOwner, RightAuthor, RightVersion, DocketEntry):
    sees(part, lambda actor: kept_where(actor, "right__"))
sees(Deal, kept_where)
for share in (DealParty, DealIncome):
    sees(share, lambda actor: kept_where(actor, "deal__"))
sees(Split, lambda actor: kept_where(actor, "income__deal__"))


def _payouts(actor: Actor, prefix: str = "") -> Q:
    """All of a deal that one knows of; else what is one's own."""
    known = kept_where(actor, f"{prefix}split__income__deal__")
    if actor.person_id is None or actor.has(Role.ADMIN):
        return known
    return known | Q(**{f"{prefix}person_id": actor.person_id})


sees(Payout, _payouts)
sees(PayoutPayment, lambda actor: _payouts(actor, "payout__"))


def _offers(actor: Actor) -> Q:
    """Its own side sees it always; everybody once it is, or was, public.

    Whether it is open on a day is asked by ``queries.public_offers``.
    """
    return kept_where(actor) | ~Q(state=OfferState.DRAFT)


sees(Offer, _offers)
hold_back(
    "results.offer",
    lambda: Offer.objects.filter(
        Q(contract__task__in=closed_tasks().values("pk"))
        | Q(result__contract__task__in=closed_tasks().values("pk"))
        | Q(right__contract__task__in=closed_tasks().values("pk"))
    ),
)


def _interests(actor: Actor) -> Q:
    """The owner's side and the office; of the others each organisation its own."""
    if not actor.is_authenticated or actor.has(Role.ADMIN):
        return NOTHING
    return kept_where(actor, "offer__") | Q(
        organisation_id__in=actor.member_of | actor.manages
    )


sees(Interest, _interests)


def _files(model: Any) -> Any:
    def rule_of(actor: Actor, file: StoredFile) -> bool:
        public_id = file.subject.partition(":")[2]
        where = kept_where(actor)
        return bool(model.objects.filter(where, public_id=public_id).exists())

    return rule_of


files_access("results.right", _files(Right))
files_access("results.deal", _files(Deal))

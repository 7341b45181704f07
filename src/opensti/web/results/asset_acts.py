"""What can be done with an asset now, by this person, and the page of each act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opensti.domains.results import actions, queries
from opensti.domains.results.choices import AssetEventKind as Kind
from opensti.domains.results.choices import HandlingForm
from opensti.kernel.access import may, require
from opensti.kernel.citations import cited
from opensti.ui.pages import Crumb
from opensti.web.chosen import Chooser
from opensti.web.results.forms import ActForm
from opensti.web.results.ownership import rule_words
from opensti.web.results.posting import posted
from opensti.web.results.result_pages import READS, crumbs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpResponse

    from opensti.domains.results.models import Asset
    from opensti.domains.results.queries import Ownership
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

GONE = frozenset({"gone", "recalled"})
SALES = frozenset({HandlingForm.SELL, HandlingForm.SELL_TO_HOST})


@dataclass(frozen=True, kw_only=True)
class AssetAct:
    """One act: its word in the address, its questions (a ``?`` marks what may be empty)."""

    slug: str
    label: Text
    permission: str
    act: Callable[..., Any]
    wants: Sequence[str]
    fits: Callable[[Asset, Ownership], bool]
    lead: Text = ""
    labels: Mapping[str, Text] = field(default_factory=dict)


def _by_state(
    kind: Kind, more: Callable[[Asset], bool] = lambda _asset: True
) -> Callable[[Asset, Ownership], bool]:
    """Possible where the State owns it, from the states of the act."""

    def fits(asset: Asset, found: Ownership) -> bool:
        return (
            found.rule is not None
            and found.rule.owner == "state"
            and asset.state in actions.POSSIBLE[kind]
            and more(asset)
        )

    return fits


def _here(asset: Asset, _found: Ownership) -> bool:
    return asset.state not in GONE


def _chosen(_asset: Asset, found: Ownership) -> bool:
    return len(found.candidates) > 1


def _hosts_own(asset: Asset, found: Ownership) -> bool:
    return (
        found.rule is not None and found.rule.owner == "host" and asset.state == "held"
    )


_TEXT: dict[str, Text] = {"text": _("Remarks")}
ACTS = (
    AssetAct(
        slug="ownership",
        label=_("Choose the rules of ownership"),
        permission="results.choose_ownership",
        act=actions.choose_ownership,
        wants=("rule", "reason"),
        fits=_chosen,
        lead=_(
            "It was formed under other rules than it was accepted under. No text that was read settles which govern: choose, and say why."
        ),
        labels={"reason": _("Reason")},
    ),
    AssetAct(
        slug="custody",
        label=_("Give into other custody"),
        permission="results.keep_assets",
        act=actions.move_custody,
        wants=("custodian", "place?", "on", "reason?", "file?"),
        fits=_here,
        labels={
            "custodian": _("Custodian"),
            "place": _("Place"),
            "reason": _("Reason"),
        },
    ),
    AssetAct(
        slug="value",
        label=_("Enter a valuation"),
        permission="results.keep_assets",
        act=actions.value_asset,
        wants=("amount", "valued_by", "basis", "on", "file?"),
        fits=_here,
        labels={"valued_by": _("Valued by"), "basis": _("Ground of the valuation")},
    ),
    AssetAct(
        slug="plan",
        label=_("Hand in the plan of handling"),
        permission="results.plan_handling",
        act=actions.plan_handling,
        wants=("form", "text", "on", "file?"),
        fits=_by_state(Kind.PLAN),
        labels={"text": _("Condition, and why so")},
    ),
    AssetAct(
        slug="decline",
        label=_("Decline the result"),
        permission="results.plan_handling",
        act=actions.decline_asset,
        wants=("reason", "on"),
        fits=_by_state(Kind.DECLINED, lambda asset: asset.is_result),
        lead=_("It is then offered to others, in public."),
        labels={"reason": _("Reason")},
    ),
    AssetAct(
        slug="forward",
        label=_("Forward the plan"),
        permission="results.forward_plan",
        act=actions.forward_plan,
        wants=("on", "text?"),
        fits=_by_state(Kind.FORWARDED),
        labels=_TEXT,
    ),
    AssetAct(
        slug="decide",
        label=_("Decide the handling"),
        permission="results.decide_handling",
        act=actions.decide_handling,
        wants=("form", "number", "on", "opinion?", "party?", "text?", "file?"),
        fits=_by_state(Kind.DECISION),
        labels={
            "number": _("Number of the decision"),
            "opinion": _("Number of the opinion of the Ministry of Finance"),
            "party": _("To whom (after a public offer)"),
            **_TEXT,
        },
    ),
    AssetAct(
        slug="hand-over",
        label=_("Enter the hand-over"),
        permission="results.hand_over",
        act=actions.hand_over,
        wants=("party", "on", "text?", "file?"),
        fits=_by_state(Kind.HANDED_OVER, lambda asset: asset.form in queries.TO_HOST),
        labels={"party": _("Received by"), **_TEXT},
    ),
    AssetAct(
        slug="dispose",
        label=_("Enter the disposal"),
        permission="results.hand_over",
        act=actions.dispose_asset,
        wants=("party?", "amount?", "on", "text?", "file?"),
        fits=_by_state(Kind.DISPOSED, lambda asset: asset.form in queries.AWAY),
        labels={"party": _("Received by"), **_TEXT},
    ),
    AssetAct(
        slug="own-disposal",
        label=_("Dispose of it by decision of the host"),
        permission="results.plan_handling",
        act=actions.dispose_asset,
        wants=("form", "number", "party?", "amount?", "on", "text?", "file?"),
        fits=_hosts_own,
        labels={
            "number": _("Number of the decision"),
            "party": _("Received by"),
            **_TEXT,
        },
    ),
    AssetAct(
        slug="offer",
        label=_("Enter a public offer"),
        permission="results.offer_asset",
        act=actions.offer_asset,
        wants=("where", "on", "text?"),
        fits=_by_state(Kind.OFFERED),
        labels={"where": _("Where it is offered"), **_TEXT},
    ),
    AssetAct(
        slug="bid",
        label=_("Enter who offers to take it"),
        permission="results.offer_asset",
        act=actions.note_bid,
        wants=("party", "amount?", "on", "text?"),
        fits=_by_state(Kind.BID),
        labels={"party": _("Who offers to take it"), **_TEXT},
    ),
    AssetAct(
        slug="use-right",
        label=_("No taker: give the host the right of use"),
        permission="results.decide_handling",
        act=actions.give_use_right,
        wants=("number", "on", "text?"),
        fits=_by_state(Kind.USE_RIGHT),
        labels={"number": _("Number of the decision"), **_TEXT},
    ),
    AssetAct(
        slug="payment",
        label=_("Enter a payment"),
        permission="results.hand_over",
        act=actions.note_payment,
        wants=("amount", "party?", "number", "on"),
        fits=_by_state(Kind.PAID, lambda asset: asset.form in SALES),
        labels={
            "party": _("Paid by"),
            "number": _("Number of the paper of payment"),
        },
    ),
    AssetAct(
        slug="use",
        label=_("Enter that it is used"),
        permission="results.hand_over",
        act=actions.put_to_use,
        wants=("text", "on"),
        fits=_by_state(Kind.IN_USE, lambda asset: asset.is_result),
        labels={"text": _("Where it is used, and for what")},
    ),
    AssetAct(
        slug="recall",
        label=_("Recall it"),
        permission="results.decide_handling",
        act=actions.recall_asset,
        wants=("number", "text", "on"),
        fits=_by_state(Kind.RECALLED, lambda asset: asset.is_result),
        labels={"number": _("Number of the decision"), "text": _("Reason")},
    ),
)
BY_SLUG = {act.slug: act for act in ACTS}


def acts_for(actor: Actor, asset: Asset) -> list[AssetAct]:
    """What this person can do with the asset now; some queries, however long its book."""
    found = queries.ownership_of(asset)
    verdicts: dict[str, bool] = {}
    acts = []
    for act in ACTS:
        if not act.fits(asset, found):
            continue
        if act.permission not in verdicts:
            verdicts[act.permission] = bool(may(actor, act.permission, asset))
        if verdicts[act.permission]:
            acts.append(act)
    return acts


@require_http_methods(READS)
def asset_act(request: Request, public_id: str, slug: str) -> HttpResponse:
    """One act on an asset: its questions, what the rules say of it, its refusal."""
    act = BY_SLUG.get(slug)
    if act is None:
        raise Http404
    asset = queries.asset(request.actor, public_id)
    require(request.actor, act.permission, asset)
    found = queries.ownership_of(asset)
    forms_of: Sequence[str] = found.rule.forms if found.rule else ()
    if slug == "own-disposal":
        forms_of = [f for f in forms_of if f in queries.AWAY]
    form = ActForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial={"version": asset.version, "on": localdate()},
        wants=act.wants,
        forms_of=forms_of,
        rules=[(r.id, rule_words(r)) for r in found.candidates],
        labels=dict(act.labels),
    )

    def do(data: dict[str, Any]) -> Any:
        given = {k: v for k, v in data.items() if v is not None}
        if "custodian" in act.wants:
            given |= keeper(request, data)
        if "amount" in act.wants or "amount?" in act.wants:
            given["amount"] = data.get("amount")
        return act.act(
            actor=request.actor,
            asset_id=asset.pk,
            at=now(),
            **given,
        )

    outcome = posted(request, form, do)
    if outcome.done:
        messages.success(request, _now("It is written in the book of the asset."))
        return redirect("results:asset", public_id=public_id)
    return render(
        request,
        "web/results/asset_act.html",
        {
            "title": act.label,
            "lead": act.lead,
            "breadcrumb": crumbs(
                asset.contract,
                Crumb(asset.code, reverse("results:asset", args=[public_id])),
                Crumb(act.label),
            ),
            "asset": asset,
            "form": form,
            "refusal": outcome.refusal,
            "hints": _hints(asset, found) if slug in {"plan", "decide"} else [],
            "submit": act.label,
            "back": reverse("results:asset", args=[public_id]),
        },
        status=outcome.status,
    )


def keeper(request: Request, data: dict[str, Any]) -> dict[str, str]:
    """Who keeps an asset as typed: an organisation of the registry, or any name."""
    text = data["custodian"].strip()
    if not text:
        return {"custodian": "", "custodian_id": ""}
    read = Chooser(actor=request.actor).read("organisation", text)
    return {"custodian": read["name"], "custodian_id": read.get("id", "")}


def _hints(asset: Asset, found: Ownership) -> list[str]:
    """What the rule says of this asset before anybody decides."""
    rule = found.rule
    if rule is None:
        return []
    hints = []
    if queries.needs_opinion(
        rule,
        value=asset.original_value,
        quantity=asset.quantity,
        is_car=asset.is_car,
    ):
        hints.append(
            _now(
                "The Ministry of Finance is asked for its opinion first (%(article)s)."
            )
            % {"article": cited(rule.basis)}
        )
    if queries.is_assigned_free(rule, state_share=asset.state_share):
        hints.append(
            _now(
                "The State's part is so small that it is assigned without refund (%(article)s)."
            )
            % {"article": cited(rule.basis)}
        )
    return hints

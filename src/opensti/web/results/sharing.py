"""How a year is shared: tried first, then recorded; each amount paid, each with its paper."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.results import actions, queries
from opensti.domains.results.choices import Payee
from opensti.domains.results.models import Payout
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money, in_words
from opensti.kernel.refusals import Invalid, NotFound, Refusal, Stale
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, MoneyColumn, NumberColumn, Table
from opensti.ui.templatetags.ui import day, percent
from opensti.web.lists import WorkList
from opensti.web.papers import issued, language_of_paper, official
from opensti.web.results.acting import act_page
from opensti.web.results.deals import METHODS, crumbs, income_of
from opensti.web.results.deals_forms import BASE_WORDS, PayForm, ShareForm
from opensti.web.results.fields import percent_text

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.results.actions import Worked
    from opensti.domains.results.models import Deal, DealIncome
    from opensti.domains.results.queries.sharing import Basis
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

SIGNS = {
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "equal": gettext_lazy("exactly"),
}
PAYEES = dict(Payee.choices)


@require_http_methods(METHODS)
def share(request: Request, public_id: str, year: int) -> HttpResponse:
    """Propose shares and see what comes of them; recorded only when that is pressed."""
    actor = request.actor
    deal = queries.deal(actor, public_id)
    require(actor, "results.share_income", deal)
    income = income_of(deal, year)
    if hasattr(income, "split"):
        return redirect("results:split", public_id, year)
    basis = queries.basis_of(income)
    form = ShareForm(
        basis, request.POST or None, initial=_start(basis) | {"version": income.version}
    )
    worked: Worked | None = None
    refusal: Refusal | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            proposal = form.proposal(basis)
            worked = actions.work_out(income, proposal)
            if request.POST.get("act") == "record":
                try:
                    actions.share_income(
                        actor=actor,
                        income_id=income.pk,
                        proposal=proposal,
                        version=form.cleaned_data["version"],
                        at=now(),
                    )
                except Invalid as invalid:
                    form.show(invalid.problems)
                except Stale as stale:
                    refusal, status = stale, 409
                else:
                    messages.success(request, _("The year is shared."))
                    return redirect("results:split", public_id, year)
            else:
                form.show(worked.problems)
                status = 422 if worked.problems else 200
    return render(
        request,
        "web/results/share.html",
        {
            "title": _("Share the profit of %(year)s") % {"year": year},
            "breadcrumb": crumbs(deal, Crumb(_("Share the year"))),
            "deal": deal,
            "income": income,
            "basis": basis,
            "sets": _rules(basis),
            "form": form,
            "refusal": refusal,
            "worked": worked,
            "tried": _tried(worked),
            "checks": _checks(worked),
            "back": reverse("results:deal", args=[public_id]),
        },
        status=status,
    )


def _start(basis: Basis) -> dict[str, Any]:
    """Begin with the least that the rules of the day of formation ask for."""
    start: dict[str, Any] = {
        "owned_by": "owner",
        "state_part": percent_text(basis.state_part),
    }
    if basis.sets:
        asked = basis.sets[0].least(owned_by="owner", has_broker=basis.has_broker)
        start |= {p.who: percent_text(int(p.share * 10_000)) for p in asked}
    return start


def _rules(basis: Basis) -> list[dict[str, Any]]:
    """Each set of rules in words, with articles and marks."""
    language = get_language() or "vi"
    return [
        {
            "days": each.days,
            "rules": [
                {
                    "label": fact.label(language),
                    "sign": SIGNS[fact.test],
                    "share": percent(int(fact.share * 10_000)),
                    "base": BASE_WORDS[fact.base],
                    "article": cited(fact.basis, names=basis.names),
                    "mark": fact.v.value,
                    "note": fact.note,
                    "unless_agreed": fact.unless_agreed,
                }
                for fact in each.facts
            ],
        }
        for each in basis.sets
    ]


def _tried(worked: Worked | None) -> list[tuple[Any, str, Decimal]]:
    if worked is None:
        return []
    return [(PAYEES[who], p.name, Decimal(n)) for who, p, n in worked.payees]


def _checks(worked: Worked | None) -> list[dict[str, Any]]:
    """Every rule that was tested, with what it needs and what was given."""
    if worked is None or worked.answer is None:
        return []
    return [
        {
            "who": PAYEES[c.who],
            "sign": SIGNS[c.test],
            "needed": Decimal(
                -(-c.needed // 1) if c.test == "at_least" else c.needed // 1
            ),
            "given": Decimal(c.given // 1),
            "holds": c.holds,
            "waived": c.waived,
        }
        for c in worked.answer.checks
    ]


@require_safe
def split_page(request: Request, public_id: str, year: int) -> HttpResponse:
    """Who gets how much of a year, by which rules, and what was paid."""
    actor = request.actor
    deal = queries.deal(actor, public_id)
    income = income_of(deal, year)
    if not hasattr(income, "split"):
        raise NotFound
    payouts = list(queries.payouts_of(actor, income))
    return render(
        request,
        "web/results/split.html",
        {
            "title": _("How %(year)s was shared") % {"year": year},
            "breadcrumb": crumbs(deal, Crumb(str(year))),
            "deal": deal,
            "income": income,
            "split": income.split,
            "rules": [
                {"article": cited(r["basis"], names=_names(deal)), "mark": r["mark"]}
                for r in income.split.content["rules"]
            ],
            "payouts": payouts,
            "sees_all": sum(p.amount for p in payouts) == income.split.profit,
            "may_pay": bool(may(actor, "results.pay_payout", deal)),
        },
    )


def _names(deal: Deal) -> dict[str, tuple[str, str]]:
    return queries.names_of_contract(deal.contract)


@require_http_methods(METHODS)
def pay(request: Request, payout_id: str) -> HttpResponse:
    """Say that an amount was paid, by which paper."""
    actor = request.actor
    payout = queries.payout(actor, payout_id)
    income: DealIncome = payout.split.income
    deal = queries.deal(actor, income.deal.public_id)
    require(actor, "results.pay_payout", deal)
    form = PayForm(request.POST or None)

    def act() -> None:
        actions.pay_payout(
            actor=actor, payout_id=payout.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("Pay %(name)s") % {"name": payout.name},
        lead=format_money(payout.amount),
        done=_("It is kept as paid."),
        go=reverse("results:split", args=[deal.public_id, income.year]),
        breadcrumb=crumbs(deal, Crumb(str(income.year))),
        submit=_("It was paid"),
    )


class PayoutTable(Table):
    year = NumberColumn(
        accessor="split__income__year",
        order_by=("split__income__year",),
        verbose_name=gettext_lazy("Year"),
    )
    deal = Column(
        accessor="split__income__deal__number",
        order_by=("split__income__deal__number",),
        verbose_name=gettext_lazy("Deal"),
    )
    who = Column(
        accessor="get_who_display",
        order_by=("who",),
        verbose_name=gettext_lazy("As what"),
    )
    name = Column(verbose_name=gettext_lazy("Name"))
    amount = MoneyColumn(verbose_name=gettext_lazy("Amount of money"))
    paid_on = DayColumn(
        accessor="payment__paid_on",
        order_by=("payment__paid_on",),
        verbose_name=gettext_lazy("Paid on"),
    )
    paper = Column(
        accessor="public_id",
        orderable=False,
        verbose_name=gettext_lazy("Statement"),
        linkify=lambda record: reverse(
            "results:statement", args=[record.public_id, "pdf"]
        ),
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Payout
        fields = ("year", "deal", "who", "name", "amount", "paid_on", "paper")

    def render_paper(self) -> str:
        return "PDF"


class Payouts(WorkList):
    title = gettext_lazy("Remuneration and shares")
    lead = gettext_lazy(
        "What rights and results earned for you, and for those you pay or oversee."
    )
    permission = "results.list_payouts"
    table_class = PayoutTable
    export_name = "payouts"
    searchable = False

    def rows(self, actor: Actor) -> QuerySet[Payout]:
        return queries.payouts(actor)


@require_safe
def statement(request: Request, payout_id: str, kind: str) -> HttpResponse:
    """The statement of one amount, for who gets it and for the books."""
    payout = queries.payout(request.actor, payout_id)
    return official(
        "certificate",
        statement_document(payout),
        kind=kind,
        name=f"statement-{payout.split.income.year}-{payout.public_id}",
    )


def statement_document(payout: Payout) -> dict[str, Any]:
    """Return the statement; it names this payee alone, and how the amount came about."""
    language = language_of_paper()
    split, income = payout.split, payout.split.income
    deal = income.deal
    about = deal.right or deal.result
    host = pick(deal.host.name_vi, deal.host.name_en)
    payment = getattr(payout, "payment", None)
    total = Decimal(split.content["amounts"][payout.who])
    rows = [
        [_("Paid to"), payout.name],
        [_("As what"), str(payout.get_who_display())],
        [
            _("For the right or result"),
            pick(about.title_vi, about.title_en) if about else "",
        ],
        [_("Deal"), f"{deal.number}, {day(deal.signed_on)}"],
        [_("Year"), str(income.year)],
        [_("Part of all of them together"), format_money(total)],
        [_("Own share of that part"), f"{percent(payout.share)} %"],
        [_("Amount of money"), format_money(payout.amount)],
    ]
    if language == "vi":
        rows.append([_("The amount in words"), in_words(payout.amount)])
    rows += [
        [_("Rules of the day"), day(split.ruled_on)],
        [
            _("Paid"),
            f"{day(payment.paid_on)} ({payment.reference})"
            if payment
            else _("not paid yet"),
        ],
        [_("Digest of the split"), _grouped(split.sha256)],
    ]
    head = issued(language, localtime(split.made_at).date())
    return {
        **head,
        "issuer_parent": "",
        "issuer": host,
        # The host says it, wherever it sits: the day alone.
        "place_date": head["place_date"].partition(", ")[2],
        "title": _("STATEMENT OF REMUNERATION")
        if payout.who == Payee.AUTHORS
        else _("STATEMENT OF A SHARE OF PROFIT"),
        "blocks": [{"kind": "pairs", "rows": rows}],
        "signatures": [{"capacity": _("For the organisation"), "note": "", "name": ""}],
        "footer": _("Printed on %(day)s") % {"day": day(localdate())},
    }


def _grouped(digest: str) -> str:
    """A digest in groups of 16 signs, so that a line can break."""
    return " ".join(digest[at : at + 16] for at in range(0, len(digest), 16))

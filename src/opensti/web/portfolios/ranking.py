"""The page of the calibrated ranking: what binds first, what advises beside it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.choices import Ruling
from opensti.kernel.access import may
from opensti.kernel.bilingual import pick
from opensti.kernel.searchtext import fold
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, NumberColumn, PairColumn, StateColumn, Table
from opensti.ui.templatetags.ui import number
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.portfolios.models import Ranking, Round
    from opensti.domains.portfolios.queries import RankedLine
    from opensti.kernel.access import Actor
    from opensti.ui.drawing import Chart

WHY = {
    "no_chain": gettext_lazy(
        "No reviewer joins dossiers in more than one way: severity cannot be told from merit, and the plain means stand."
    ),
    "no_difference": gettext_lazy("All scores are the same: the plain means stand."),
    "unnamed": gettext_lazy(
        "The ballots were secret: nobody can lay beside each other what one person gave to several dossiers, so severity cannot be told, and the plain means stand."
    ),
    "unsettled": gettext_lazy(
        "The scores are too few to part merit from severity: the plain means stand."
    ),
}
# So many of each list are shown on the page; the export has every line.
FEW, FEW_PANELS = 20, 10


def _share(value: float) -> str:
    return f"{number(100 * value)} %"


def _signed(value: float, places: int = 2) -> str:
    if round(value, places) == 0:
        return number(0, places)
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{number(abs(value), places)}"


class RankingTable(Table):
    code = Column(
        verbose_name=gettext_lazy("Dossier"),
        linkify=lambda record: reverse(
            "portfolios:decision", args=[record.decision_id]
        ),
        attrs={"td": {"class": "nowrap"}},
    )
    title = PairColumn("title", verbose_name=gettext_lazy("Title"))
    order = Column(verbose_name=gettext_lazy("Order"))
    council = NumberColumn(verbose_name=gettext_lazy("Rank by the council"))
    mean = NumberColumn(verbose_name=gettext_lazy("Mean score"))
    found = StateColumn(
        tones={"approve": "good", "decline": "bad"},
        labels={
            "approve": gettext_lazy("proposed"),
            "decline": gettext_lazy("not proposed"),
        },
        verbose_name=gettext_lazy("The council"),
    )
    merit = NumberColumn(verbose_name=gettext_lazy("Advice: merit (interval)"))
    low = NumberColumn(verbose_name=gettext_lazy("Advice: from"))
    high = NumberColumn(verbose_name=gettext_lazy("Advice: to"))
    place = NumberColumn(verbose_name=gettext_lazy("Advice: rank"))
    moved = NumberColumn(verbose_name=gettext_lazy("Difference"))
    rank = NumberColumn(verbose_name=gettext_lazy("Rank in the round (from, to)"))
    first = NumberColumn(verbose_name=gettext_lazy("Among as many as proposed"))
    next = NumberColumn(verbose_name=gettext_lazy("Better than the next one"))
    n = NumberColumn(verbose_name=gettext_lazy("Scores"))
    panel = NumberColumn(verbose_name=gettext_lazy("Panel"))

    class Meta(Table.Meta):
        fields = (
            "code",
            "title",
            "order",
            "council",
            "mean",
            "found",
            "merit",
            "low",
            "high",
            "place",
            "moved",
            "rank",
            "first",
            "next",
            "n",
            "panel",
        )

    def render_mean(self, value: Any) -> str:
        return number(value, 2)

    def render_merit(self, record: RankedLine) -> str:
        if record.low is None:
            return number(record.merit, 2)
        low, high = number(record.low, 1), number(record.high, 1)
        return f"{number(record.merit, 2)} ({low}\N{EN DASH}{high})"

    def value_merit(self, record: RankedLine) -> float | None:
        return record.merit

    def render_low(self, value: float) -> str:
        return number(value, 2)

    def render_high(self, value: float) -> str:
        return number(value, 2)

    def render_moved(self, value: int) -> str:
        return _signed(value, 0)

    def render_rank(self, record: RankedLine) -> str:
        return f"{record.rank} ({record.rank_low}\N{EN DASH}{record.rank_high})"

    def value_rank(self, record: RankedLine) -> int | None:
        return record.rank

    def render_first(self, value: float) -> str:
        return _share(value)

    def render_next(self, value: float) -> str:
        return _share(value)


class RankingPage(WorkList):
    title = gettext_lazy("Calibrated ranking")
    table_class = RankingTable
    permission = "portfolios.read"
    export_name = "ranking"
    template_name = "web/portfolios/ranking.html"
    hidden_columns = frozenset({"title", "low", "high", "rank", "next", "n", "panel"})

    @cached_property
    def actor(self) -> Actor:
        found: Actor = self.request.actor  # type: ignore[attr-defined]
        return found

    @cached_property
    def round(self) -> Round:
        return queries.round_to_rank(self.actor, self.kwargs["public_id"])

    @cached_property
    def ranking(self) -> Ranking | None:
        return queries.ranking_of(self.actor, self.round)

    @cached_property
    def ranked(self) -> tuple[list[RankedLine], Mapping[str, Any]]:
        if self.ranking is None:
            return [], {}
        return queries.ranked_lines(self.actor, self.round, self.ranking)

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002
        return [*self.ranked[0]]  # type: ignore[return-value]

    def search(self, rows: Any, text: str) -> Any:
        wanted = fold(text)
        return [
            line
            for line in rows
            if wanted
            in fold(f"{line.code} {line.order} {line.title_vi} {line.title_en}")
        ]

    def context(self, actor: Actor) -> dict[str, Any]:
        advice = queries.advises(self.round)
        given: dict[str, Any] = {
            "round": self.round,
            "ranking": self.ranking,
            "on": advice.calibrated,
            "may_rank": advice.calibrated
            and self.ranking is None
            and may(actor, "portfolios.prepare", self.round),
            "breadcrumb": [
                Crumb(_("Selection rounds"), reverse("portfolios:rounds")),
                Crumb(
                    pick(self.round.title_vi, self.round.title_en),
                    reverse("portfolios:round", args=[self.round.public_id]),
                ),
                Crumb(str(self.title)),
            ],
        }
        # Of a search or a sort only the rows are sent.
        partial = self.request.headers.get(
            "HX-Request"
        ) and not self.request.headers.get("HX-Boosted")
        return given if self.ranking is None or partial else given | self._told(actor)

    def _told(self, actor: Actor) -> dict[str, Any]:
        lines, told = self.ranked
        known = [line for line in lines if line.place is not None]
        moved = [line for line in known if line.moved]
        variances = told["variances"]
        return {
            "told": told,
            "why": WHY.get(told["why"], ""),
            "compared": len(known),
            "moved": sorted(moved, key=lambda x: -abs(x.moved or 0))[:FEW],
            "moves": len(moved),
            "shares": variances and _shares(variances),
            "chart": chart_of(known, told) if known else None,
            "unclear": [
                pair | {"share": _share(pair["probability"])}
                for pair in told["unclear"][:FEW]
            ],
            "unclears": len(told["unclear"]),
            "panels": [
                (n, ", ".join(codes[:5]), len(codes) - 5)
                for n, codes in enumerate(told["panels"][:FEW_PANELS], start=1)
            ],
            "reviewers": [_reviewer(r) for r in told["reviewers"]]
            if queries.reads_reviewers(actor, lines) and variances
            else [],
            "reviewer_head": [
                _("Reviewer"),
                _("Points more or fewer"),
                _("Give or take"),
                _("Spread"),
                _("Scores"),
            ],
        }

    def post(self, request: Any, public_id: str) -> HttpResponse:
        """Have the round ranked now, or computed again to compare."""
        if self.ranking is None:
            actions.rank_round(actor=self.actor, round_id=self.round.pk, at=now())
            messages.success(request, _("The dossiers are ranked."))
        elif actions.recompute_ranking(
            actor=self.actor, public_id=self.ranking.public_id
        ):
            messages.success(
                request,
                _("Computed again from the frozen bytes: the same to the byte."),
            )
        else:
            messages.error(
                request,
                _(
                    "Computed again, the result differs: the bytes were changed, or another version of the method computed them."
                ),
            )
        return redirect("portfolios:ranking", public_id=public_id)


def _reviewer(told: Mapping[str, Any]) -> tuple[Any, ...]:
    """A reviewer by number; how far single scores lie apart is not known of steps."""
    return (
        told["number"],
        _signed(told["severity"]),
        number(told["error"], 2),
        number(told["spread"], 2),
        told["n"],
    )


def _shares(variances: Mapping[str, float]) -> list[tuple[str, str]]:
    """How much of the differences between scores is what, in per cent."""
    whole = variances["merit"] + variances["severity"] + variances["residual"]
    return [
        (str(words), _share(variances[key] / whole))
        for key, words in (
            ("merit", _("merit of the dossiers")),
            ("severity", _("severity of the reviewers")),
            ("residual", _("chance")),
        )
    ]


def chart_of(lines: Sequence[RankedLine], told: Mapping[str, Any]) -> Chart:
    """Merit with its interval, the best first; beside it the mean that binds."""
    ordered = sorted(lines, key=lambda line: (line.rank or 0, line.code))
    first = next(iter(told["first"].values()))
    single = len(told["first"]) == 1 and 0 < first < len(ordered)
    return charts.intervals(
        title=_("Calibrated merit with its interval of 95 %"),
        head=(_("Dossier"), _("Merit"), _("Advice: from"), _("Advice: to")),
        rows=[
            charts.Interval(
                label=line.code,
                value=_two(line.merit),
                low=_two(line.low),
                high=_two(line.high),
                other=None if line.mean is None else float(line.mean),
                kind=0 if line.found == Ruling.APPROVE else 1,
            )
            for line in ordered
        ],
        marks=(_("proposed by the council"), _("not proposed")),
        state=_("The council"),
        other=_("mean score (binds)"),
        line=first if single else None,
        line_words=_("As many as the council proposes: %(n)d") % {"n": first}
        if single
        else "",
    )


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)

"""How many results are used, how soon acts become public, how whole published rows are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.publications import queries
from opensti.domains.registry.choices import OrganisationKind
from opensti.portal.pictures import (
    MILLION,
    PERCENT,
    Choice,
    Page,
    Table,
    Tile,
    maybe,
    share,
    too_few,
)
from opensti.ui.charts import Interval, bars, intervals
from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text
    from opensti.portal.pictures import Asked

USE_BY: dict[str, Text] = {
    "year": gettext_lazy("Year of acceptance"),
    "field": gettext_lazy("Field"),
    "kind": gettext_lazy("Kind of host"),
}


def use_page(asked: Asked) -> Page:
    """The share of accepted tasks whose results are in use."""
    by = asked.one_of("by", tuple(USE_BY))
    found = queries.use(asked.edition, asked.today, asked.chosen, by=by)
    whole, told = found.whole, [c for c in found.cohorts if c.share is not None]
    kinds = dict(OrganisationKind.choices)

    def label(one: queries.Cohort) -> str:
        if by == "kind" and one.of.key:
            return str(kinds[one.of.key])
        return str(one.of.name) or _("Not named")

    return Page(
        title=_("Are results used?"),
        lead=_(
            "Of the tasks whose work was accepted: how many hosts answered, and how many have results in use. A young year had little time."
        ),
        choices=[
            Choice(
                name="by",
                label=_("Grouped by"),
                options=[(key, str(words)) for key, words in USE_BY.items()],
                value=by,
            ),
            *asked.narrowing(),
        ],
        tiles=[
            Tile(
                label=_("In use, of those that answered"),
                value=share(whole.share),
                note=_("%(used)s of %(answered)s")
                % {"used": number(whole.used), "answered": number(whole.answered)}
                if whole.used is not None
                else "",
            ),
            Tile(
                label=_("Accepted tasks"),
                value=number(whole.accepted),
                note=_("%(n)s were asked so far") % {"n": number(whole.asked)},
            ),
            Tile(
                label=_("Value confirmed"),
                value=maybe(whole.value),
                note=_("revenue, saving, exports that %(n)s hosts stated")
                % {"n": number(whole.told)}
                if whole.value is not None
                else "",
            ),
        ],
        drawings=[
            asked.drawing("use", intervals(
                    title=_("Share of accepted tasks with results in use, %"),
                    head=(
                        USE_BY[by],
                        _("In use, of those that answered, %"),
                        _("if nobody else, %"),
                        _("if everybody else, %"),
                    ),
                    rows=[
                        Interval(
                            label=f"{label(one)} ({number(one.answered)}/{number(one.accepted)})",
                            value=_percent(one.share),
                            low=_percent(one.least),
                            high=_percent(one.most),
                        )
                        for one in told
                    ],
                ),
            )
        ]
        if told
        else [],
        tables=[
            Table(
                key="cohorts",
                title=_("Groups in figures"),
                head=(
                    str(USE_BY[by]), _("Accepted tasks"), _("Hosts asked"), _("Hosts that answered"), _("With results in use"),
                    _("Share in use"), _("Years since acceptance"), _("Value, million đồng"),
                ),
                rows=[
                    (
                        label(one),
                        number(one.accepted),
                        number(one.asked),
                        _or_few(one.answered),
                        _or_few(one.used),
                        share(one.share),
                        number(float(one.years), 1),
                        too_few() if one.value is None else number(one.value / MILLION),
                    )
                    for one in found.cohorts
                ],
                numeric=tuple(range(1, 8)),
            )
        ]
        if found.cohorts
        else [],
        data=(
            (by, "name_vi", "name_en", "accepted", "asked", "answered", "used", "years_since", "value"),
            [
                (
                    one.of.key, one.of.name.vi, one.of.name.en, one.accepted, one.asked,
                    one.answered, one.used, round(float(one.years), 2), one.value,
                )
                for one in found.cohorts
            ],
        ),
        notes=[
            _(
                "In use: in at least one yearly answer that the office checked the host names a user. The share is of those that answered; the line reaches from what it would be if nobody else's results were in use to what it would be if everybody else's were."
            ),
            _(
                "Hosts are asked each year after the task is closed. Two years of acceptance should be compared only with the years that have passed beside them."
            ),
            _("No group with fewer than %(least)s answers is told.")
            % {"least": queries.FEWEST},
        ],
        empty=_("Fewer than %(least)s hosts of accepted tasks have answered so far.")
        % {"least": queries.FEWEST}
        if whole.accepted
        else _("No task has been accepted in what you chose."),
    )  # fmt: skip


def _percent(part: Any) -> int | None:
    return None if part is None else round(float(part) * PERCENT)


def _or_few(value: int | None) -> str:
    return too_few() if value is None else number(value)


ACTS: dict[str, Text] = {
    "orders.approve": gettext_lazy("Order approved"),
    "portfolios.release": gettext_lazy("Decision on a dossier released"),
    "contracts.sign": gettext_lazy("Contract signed"),
    "acceptances.recognise": gettext_lazy("Result recognised"),
    "acceptances.register": gettext_lazy("Result registered"),
}
KINDS: dict[str, Text] = {
    "order": gettext_lazy("Order"),
    "call": gettext_lazy("Call"),
    "decision": gettext_lazy("Decision"),
    "task": gettext_lazy("Task"),
    "result": gettext_lazy("Result"),
}
FIELDS: dict[str, Text] = {
    "title_en": gettext_lazy("English title"),
    "field": gettext_lazy("Field"),
    "goal": gettext_lazy("Goal of a plan"),
    "amount": gettext_lazy("Amount"),
    "reason_vi": gettext_lazy("Reason"),
    "host": gettext_lazy("Host"),
    "start": gettext_lazy("Start"),
    "end": gettext_lazy("End"),
    "readiness": gettext_lazy("Readiness"),
    "registered_on": gettext_lazy("Registration"),
}


def openness_page(asked: Asked) -> Page:
    """How soon acts become public, and how whole the rows are."""
    found = queries.openness(asked.edition, asked.today)
    asked_for = [one for one in found.fields if one.due]
    return Page(
        title=_("How open the register is"),
        lead=_(
            "How many days pass from the day on the paper to the day on which everybody can read of it, and how many published rows say what they should."
        ),
        tiles=[
            Tile(
                label=_("Fields filled in"),
                value=share(_ratio(found.said, found.due)),
                note=_("%(said)s of %(due)s")
                % {"said": number(found.said), "due": number(found.due)},
            ),
            Tile(
                label=_("Public on the same day"),
                value=share(
                    _ratio(
                        sum(one.same_day for one in found.lags),
                        sum(one.acts for one in found.lags),
                    )
                ),
                note=_("of acts with a dated paper"),
            ),
        ]
        if found.lags
        else [],
        drawings=[
            asked.drawing("openness", bars(
                    title=_("Share of published rows that say it, %"),
                    head=(_("What it should say"), "%"),
                    rows=[
                        (
                            f"{KINDS[one.kind]}: {FIELDS[one.field]}",
                            round(one.said * PERCENT / one.due),
                        )
                        for one in asked_for
                    ],
                ),
            )
        ]
        if asked_for
        else [],
        tables=[
            Table(
                key="lags",
                title=_("Days until it was public"),
                head=(_("Kind of act"), _("How many acts"), _("Half by"), _("Nine of ten by"), _("Longest case"), _("On the same day")),
                rows=[
                    (
                        str(ACTS[one.act]), number(one.acts), number(one.median),
                        number(one.late), number(one.worst), share(one.share),
                    )
                    for one in found.lags
                ],
                numeric=(1, 2, 3, 4, 5),
            ),
            Table(
                key="fields",
                title=_("What published rows say"),
                head=(_("Kind of row"), _("What it should say"), _("Rows"), _("Rows that say it"), _("Share of rows")),
                rows=[
                    (
                        str(KINDS[one.kind]), str(FIELDS[one.field]), number(one.due),
                        number(one.said), share(one.share) if one.due else "—",
                    )
                    for one in found.fields
                ],
                numeric=(2, 3, 4),
            ),
        ],
        data=(
            ("measure", "kind", "field", "count", "median_days", "nine_of_ten_days", "longest_days", "same_day_or_said"),
            [
                *(("lag", one.act, "", one.acts, one.median, one.late, one.worst, one.same_day) for one in found.lags),
                *(("field", one.kind, one.field, one.due, None, None, None, one.said) for one in found.fields),
            ],
        ),
        notes=[
            _(
                "The lag is counted in calendar days from the day that the paper bears to the public entry in the record; both can be read in the entry."
            ),
            _(
                "Asked of each row are the fields that the standards of open data ask for. A field may be empty because it does not apply: 100 % is not owed everywhere."
            ),
        ],
        empty=_("Nothing has been published yet."),
    )  # fmt: skip


def _ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None

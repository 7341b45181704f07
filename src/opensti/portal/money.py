"""Money from the goal to what came of it, and tasks on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opensti.domains.publications import queries
from opensti.domains.registry.choices import OrganisationKind
from opensti.portal.pictures import (
    MILLION,
    Choice,
    Linked,
    Page,
    Table,
    Tile,
    brief,
    maybe,
    too_few,
)
from opensti.ui.sankey import Way, sankey
from opensti.ui.templatetags.ui import number
from opensti.ui.tilemap import layout, tilemap

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text
    from opensti.portal.pictures import Asked

ENDS: dict[str, Text] = {
    "used": gettext_lazy("Results in use"),
    "published": gettext_lazy("Results open to everybody"),
    "accepted": gettext_lazy("Work accepted"),
    "running": gettext_lazy("Under contract"),
    "approved": gettext_lazy("Approved, not signed yet"),
    "stopped": gettext_lazy("Ended without acceptance"),
}
# Good news green, bad red, the rest between; words and places tell the same.
COLOURS = {
    "used": 6, "published": 1, "accepted": 4, "running": 2, "approved": 8, "stopped": 5,
}  # fmt: skip
BY = ("field", "call")
AT = ("kind", "province")


def money_page(asked: Asked) -> Page:
    """The flow of committed money; beside it what was paid."""
    by, at = asked.one_of("by", BY), asked.one_of("at", AT)
    found = queries.money_flow(asked.edition, asked.today, asked.chosen, by=by, at=at)
    names = _names(found, at)
    heads = (
        _("Goal of a plan"),
        _("Field") if by == "field" else _("Call"),
        _("Kind of host") if at == "kind" else _("Province of the host"),
        _("How far it came"),
    )
    chart = sankey(
        title=_("From the goal to what came of it: committed money"),
        heads=heads,
        ways=[
            Way(keys=path.keys, amount=path.amount, count=path.tasks)
            for path in found.paths
        ],
        names=names,
        said=brief,
        figures=(_("Đồng"), _("Tasks")),
        colours={
            **{(column, queries.UNLINKED): 8 for column in range(3)},
            **{(column, queries.OTHERS): 7 for column in range(3)},
            **{(3, end): colour for end, colour in COLOURS.items()},
        },
        last={queries.UNLINKED, queries.OTHERS, "stopped"},
    )
    return Page(
        title=_("Money from goal to result"),
        lead=_(
            "What was committed to tasks, followed from the goal of the plan to what came of it. What was paid stands apart: committed is not paid."
        ),
        choices=[
            *asked.narrowing(),
            Choice(
                name="by",
                label=_("Second column"),
                options=[("field", _("Field")), ("call", _("Call"))],
                value=by,
            ),
            Choice(
                name="at",
                label=_("Third column"),
                options=[
                    ("kind", _("Kind of host")),
                    ("province", _("Province of the host")),
                ],
                value=at,
            ),
        ],
        tiles=[
            Tile(
                label=_("Committed"),
                value=brief(found.committed),
                note=ngettext("%(n)s task", "%(n)s tasks", found.tasks)
                % {"n": number(found.tasks)},
            ),
            Tile(label=_("Paid so far"), value=maybe(found.paid)),
            Tile(
                label=_("Without a goal"),
                value=brief(found.unlinked),
                note=_("names no goal of a plan"),
            ),
        ],
        drawings=[asked.drawing("money", chart)] if found.tasks else [],
        tables=[_spent(found, heads[1])] if found.spent else [],
        data=(
            ("column", "from", "from_name", "to", "to_name", "tasks", "committed"),
            _links(found, names),
        ),
        notes=_money_notes(found),
        empty=_("No task has been approved in what you chose."),
    )


def _names(found: queries.MoneyFlow, at: str) -> dict[tuple[int, str], str]:
    names: dict[tuple[int, str], str] = {
        (column, key): str(one.name)
        for column, of in enumerate(found.names)
        for key, one in of.items()
    }
    if at == "kind":
        names |= {(2, kind.value): str(kind.label) for kind in OrganisationKind}
    names |= {(3, key): str(words) for key, words in ENDS.items()}
    unlinked = (_("No goal named"), _("Not named"), _("Not known"))
    names |= {(c, queries.UNLINKED): words for c, words in enumerate(unlinked)}
    return names | {(c, queries.OTHERS): _("All others") for c in range(3)}


def _links(
    found: queries.MoneyFlow, names: dict[tuple[int, str], str]
) -> list[list[Any]]:
    """What goes between neighbours: whole ways would tell of few what a band does not."""
    sums: dict[tuple[int, str, str], list[Any]] = {}
    for path in found.paths:
        for column in range(len(path.keys) - 1):
            at = (column, path.keys[column], path.keys[column + 1])
            held = sums.setdefault(at, [0, 0])
            held[0] += path.tasks
            held[1] += path.amount
    return [
        [
            column + 1,
            source,
            names.get((column, source), source),
            target,
            names.get((column + 1, target), target),
            *figures,
        ]
        for (column, source, target), figures in sorted(sums.items())
    ]


def _spent(found: queries.MoneyFlow, head: str) -> Table:
    return Table(
        key="spent",
        title=_("Committed and paid"),
        head=(head, _("Tasks"), _("Committed, million đồng"), _("Paid, million đồng")),
        rows=[
            (
                str(one.of.name) or _("Not named"),
                number(one.tasks),
                number(one.committed / MILLION),
                too_few() if one.paid is None else number(one.paid / MILLION),
            )
            for one in found.spent
        ],
        numeric=(1, 2, 3),
    )


def _money_notes(found: queries.MoneyFlow) -> list[str]:
    notes = [
        _(
            "Each band is committed money: the amount of the decision of approval. Its thickness is its share; what enters a place leaves it."
        ),
        _(
            "Paid and in use are told in sum alone, and for no group of fewer than %(least)s tasks."
        )
        % {"least": queries.FEWEST},
    ]
    if found.hidden:
        notes.append(
            ngettext(
                "%(n)s task with results in use stands with results open or work accepted, for its group is too small.",
                "%(n)s tasks with results in use stand with results open or work accepted, for their groups are too small.",
                found.hidden,
            )
            % {"n": number(found.hidden)}
        )
    if found.withheld:
        notes.append(withheld_note(found.withheld))
    return notes


def withheld_note(count: int) -> str:
    return ngettext(
        "%(n)s task is in no sum: the disclosure policy does not show its amount.",
        "%(n)s tasks are in no sum: the disclosure policy does not show their amounts.",
        count,
    ) % {"n": number(count)}


MEASURES: dict[str, tuple[Text, Text]] = {
    "tasks": (gettext_lazy("Tasks by province"), gettext_lazy("Tasks")),
    "money": (
        gettext_lazy("Committed money by province, million đồng"),
        gettext_lazy("Million đồng"),
    ),
    "results": (
        gettext_lazy("Open results by province"),
        gettext_lazy("Results"),
    ),
    "used": (
        gettext_lazy("Tasks with results in use, by province"),
        gettext_lazy("Tasks in use"),
    ),
}


def map_page(asked: Asked) -> Page:
    """Provinces of the hosts as tiles, one measure at a time."""
    measure = asked.one_of("show", queries.MEASURES)
    rows = queries.by_province(asked.edition, asked.today, asked.chosen)
    placed = [row for row in rows if row.place.key]
    values = {
        row.place.key: round(value / MILLION) if measure == "money" else value
        for row in placed
        if (value := row.value(measure)) is not None
    }
    title, unit = MEASURES[measure]
    withheld = sum(row.withheld for row in rows)
    return Page(
        title=_("Map of tasks"),
        lead=_("Where the hosts of funded tasks are: how many tasks, how much money, what came of them."),
        choices=[
            Choice(
                name="show",
                label=_("What is shown"),
                options=[(key, str(words[1])) for key, words in MEASURES.items()],
                value=measure,
            ),
            *asked.narrowing(),
        ],
        drawings=[
            asked.drawing("map", tilemap(
                    title=title,
                    head=(_("Province"), unit),
                    values=values,
                    names={
                        row.place.key: str(row.place.name)
                        for row in placed
                        if row.place.key not in {tile.code for tile in layout()}
                    },
                ),
            )
        ]
        if placed
        else [],
        tables=[
            Table(
                key="provinces",
                title=_("By province"),
                head=(_("Province"), _("Tasks"), _("Million đồng"), _("Open results"), _("Tasks in use")),
                rows=[_place(row) for row in rows],
                numeric=(1, 2, 3, 4),
            )
        ]
        if rows
        else [],
        data=(
            ("province", "name_vi", "name_en", "tasks", "committed", "withheld", "open_results", "used"),
            [
                (r.place.key, r.place.name.vi, r.place.name.en, r.tasks, r.money, r.withheld, r.results, r.used)
                for r in rows
            ],
        ),
        notes=[
            _("A task counts where its host is registered, wherever the work is done. Every province has a tile of one size; the figure stands in it."),
            _("No figure is given per head: the register holds no official number of inhabitants by province."),
            _("In use is told for no province with fewer than %(least)s answers.")
            % {"least": queries.FEWEST},
            *([withheld_note(withheld)] if withheld else []),
        ],
        empty=_("No task has been approved in what you chose."),
    )  # fmt: skip


def _place(row: queries.Province) -> tuple[Any, ...]:
    name = str(row.place.name) or _("Not known")
    link = f"{reverse('portal:decisions')}?{urlencode({'province': row.place.key})}"
    return (
        Linked(words=name, url=link) if row.place.key else name,
        number(row.tasks),
        number(row.money / MILLION),
        number(row.results),
        too_few() if row.used is None else number(row.used),
    )

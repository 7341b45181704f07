"""How long steps take against their legal deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.publications import queries
from opensti.kernel.access import ROLE_LABELS, Role
from opensti.kernel.documents.content import letterhead
from opensti.portal.pictures import (
    PERCENT,
    Choice,
    Drawing,
    Page,
    Table,
    Tile,
    share,
    too_few,
)
from opensti.ui.charts import line
from opensti.ui.templatetags.ui import cited, number
from opensti.ui.waits import Waited, waits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.kernel.bilingual import Words
    from opensti.portal.pictures import Asked


def deadlines_page(asked: Asked) -> Page:
    """Steps against the day the law allows, in working days."""
    every = queries.public_stages(asked.edition, asked.today, queries.Looked())
    units, versions = every.choices
    unit = asked.one_of("unit", ("", *units))
    regime = asked.one_of("procedure", ("", *sorted(versions)))
    agency = asked.one_of("agency", ("", *every.agency_names))
    looked = queries.Looked(unit=unit, regime=regime, agency=agency)
    found = queries.public_stages(asked.edition, asked.today, looked)
    whole = found.whole
    step, limit = _("Step"), _("Legal limit")
    return Page(
        title=_("How long steps take"),
        lead=_(
            "Each step that has a legal deadline, in working days: by when half of the cases were done, by when nine of ten, the longest, and what the law allows."
        ),
        choices=[
            Choice(
                name="agency",
                label=_("Agency that runs this side of the case"),
                options=[
                    ("", _("every agency")),
                    *((key, _agency(key, of)) for key, of in every.agency_names.items()),
                ],
                value=agency,
            ),
            Choice(
                name="unit",
                label=_("Whom the deadline binds"),
                options=[("", _("everybody")), *((u, _role(u)) for u in units)],
                value=unit,
            ),
            Choice(
                name="procedure",
                label=_("Version of the procedure"),
                options=[
                    ("", _("all versions")),
                    *((key, str(versions[key])) for key in sorted(versions)),
                ],
                value=regime,
            ),
        ],
        tiles=[
            Tile(label=_("Deadlines kept"), value=share(whole.share)),
            Tile(label=_("Half are done within"), value=_days(whole.median)),
            Tile(label=_("Cases"), value=number(whole.cases)),
            Tile(
                label=_("Still running"),
                value=number(whole.running),
                note=_("%(n)s of them overdue") % {"n": number(whole.overdue)},
            ),
        ]
        if whole
        else [],
        drawings=_stage_drawings(asked, found),
        tables=[
            _timings("steps", _("By step"), step, found.steps, article=True),
            _timings("agencies", _("By the agency that runs this side of the case"), _("Agency"), found.agencies),
            _timings("moves", _("By agency and quarter"), _("Agency and quarter"), found.moves),
            _timings("units", _("By whom the deadline binds"), _("Bound by it"), found.units),
            _timings("versions", _("By version of the procedure"), _("Version of the procedure"), found.versions),
            _timings("trend", _("By the quarter in which the time began"), _("Quarter"), found.trend),
        ]
        if found.steps
        else [],
        data=(
            (
                "table", "key", "label_vi", "label_en", "article", "cases", "running", "overdue",
                "limit", "median", "nine_of_ten", "longest", "longest_runs", "in_time", "over_time",
            ),
            [
                _timing_line(name, one)
                for name, those in (
                    ("step", found.steps),
                    ("agency", found.agencies),
                    ("agency_quarter", found.moves),
                    ("unit", found.units),
                    ("version", found.versions),
                    ("quarter", found.trend),
                )
                for one in those
            ],
        ),
        notes=[
            _(
                "What still runs is not dropped: half and nine of ten are estimated after Kaplan and Meier with the days that it has waited so far. Where too many still run, they are not told."
            ),
            _(
                "Counted are working days after the day on which the time began, without the days on which the clock stood still. %(limit)s is that of the middle case; a limit in months or calendar days is told in working days."
            )
            % {"limit": limit},
            _(
                "Cases that began before this quarter; of dossiers, those whose call closed before it. No group of fewer than %(least)s cases is told; steps left out: %(hidden)s."
            )
            % {"least": queries.FEWEST, "hidden": number(found.hidden)},
            _(
                "What is recorded of a case is the role that the procedure binds and the organisation that proposes or carries out, but no unit within the ministry. So figures stand by agency: the ministry for all its roles, each organisation where the disclosure policy lets it be named, the others together."
            ),
        ],
        empty=_("No step has enough cases yet to be told."),
    )  # fmt: skip


def _agency(key: str, name: Words) -> str:
    """The house by its own name, an organisation by its own, those not named together."""
    if key == queries.HOUSE:
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        return str(letterhead()[language]["house"]) or _("this agency")
    return (
        _("organisations that propose and carry out")
        if key == queries.NAMELESS
        else str(name)
    )


def _said(table: str, one: queries.Timing) -> str:
    if table == "units":
        return _role(one.key)
    if table == "agencies":
        return _agency(one.key, one.label)
    if table == "moves":
        key, _space, quarter = one.key.partition(" ")
        return f"{_agency(key, one.label)} · {quarter}"
    return str(one.label)


def _role(name: str) -> str:
    return str(ROLE_LABELS[Role(name)])


def _days(value: int | None) -> str:
    return too_few() if value is None else _("%(n)s days") % {"n": number(value)}


def _stage_drawings(asked: Asked, found: queries.Stages) -> list[Drawing]:
    if not found.steps:
        return []
    drawn = [
        asked.drawing(
            "deadlines",
            waits(
                title=_("How long steps take against their legal limit"),
                head=(
                    _("Step"),
                    _("Cases"),
                    _("Legal limit"),
                    _("Half done by"),
                    _("Nine of ten by"),
                    _("Longest case"),
                ),
                rows=[
                    Waited(
                        label=str(one.label),
                        limit=one.allowed,
                        middle=one.median,
                        late=one.late,
                        longest=one.worst,
                        longest_runs=one.worst_runs,
                        cases=one.cases,
                    )
                    for one in found.steps
                ],
            ),
        )
    ]
    trend = [(one.key, one.share) for one in found.trend]
    if len(trend) > 1:
        drawn.append(
            asked.drawing(
                "deadlines-trend",
                line(
                    title=_("Share of deadlines kept, by quarter, %"),
                    head=(_("Quarter"), _("Kept, %")),
                    rows=[
                        (key, None if of is None else round(float(of) * PERCENT))
                        for key, of in trend
                    ],
                ),
            )
        )
    return drawn


def _timings(
    key: str,
    title: str,
    head: str,
    rows: Sequence[queries.Timing],
    *,
    article: bool = False,
) -> Table:
    return Table(
        key=key,
        title=title,
        head=(
            head,
            *([_("Legal basis of the limit")] if article else []),
            _("Cases"),
            _("Legal limit"),
            _("Half done by"),
            _("Nine of ten by"),
            _("Longest case"),
            _("Share kept"),
            _("Overdue and open"),
        ),
        rows=[
            (
                _said(key, one),
                *([str(cited(one.article))] if article else []),
                number(one.cases),
                number(one.allowed),
                too_few() if one.median is None else number(one.median),
                too_few() if one.late is None else number(one.late),
                _("%(days)s, still running") % {"days": number(one.worst)}
                if one.worst_runs
                else number(one.worst),
                share(one.share),
                number(one.overdue),
            )
            for one in rows
        ],
        numeric=tuple(range(2 if article else 1, 9)),
    )


def _timing_line(table: str, one: queries.Timing) -> list[Any]:
    return [
        table, one.key, one.label.vi, one.label.en, one.article, one.cases, one.running,
        one.overdue, one.allowed, one.median, one.late, one.worst, int(one.worst_runs),
        one.in_time, one.over_time,
    ]  # fmt: skip

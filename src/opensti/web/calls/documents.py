"""Official papers of calls and dossiers: announcement, summary, eligibility sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.calls import queries
from opensti.domains.calls.choices import BudgetSource
from opensti.domains.procedures.regimes.forms import visible_fields
from opensti.domains.tasks.choices import Way
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money
from opensti.web.answers_on_paper import answer_block
from opensti.web.papers import issued, language_of_paper, signed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.calls.models import Call, Dossier
    from opensti.domains.calls.queries import CheckLine, Content


def announcement(call: Call) -> dict[str, Any]:
    """The announcement of a call with its orders."""
    at = localtime(call.published_at) if call.published_at else None
    orders = list(call.orders.all())
    blocks: list[dict[str, Any]] = [
        {
            "kind": "pairs",
            "rows": [
                [_("Code"), call.code],
                [_("Way"), str(Way(call.way).label)],
                [_("Opens"), f"{localtime(call.opens_at):%H:%M %d/%m/%Y}"],
                [_("Closes"), f"{localtime(call.closes_at):%H:%M %d/%m/%Y}"],
            ],
        }
    ]
    text = pick(call.description_vi, call.description_en)
    blocks += [
        {"kind": "paragraph", "text": part}
        for part in text.splitlines()
        if part.strip()
    ]
    if orders:
        blocks.append(
            {
                "kind": "table",
                "title": _("Orders"),
                "columns": [_("Code"), _("Title"), _("Ceiling"), _("Months")],
                "rows": [
                    [
                        o.code,
                        pick(o.title_vi, o.title_en),
                        format_money(o.budget_ceiling),
                        o.duration_months,
                    ]
                    for o in orders
                ],
                "right": [2, 3],
                "widths": [2.5, 8, 4, 1.5],
            }
        )
    return {
        **issued(language_of_paper(), at.date() if at else None),
        "subtitle": pick(call.title_vi, call.title_en),
        "blocks": blocks,
        "signatures": [signed_by(language_of_paper())],
    }


def summary(dossier: Dossier, content: Content) -> dict[str, Any]:
    """The dossier in short: who, what, team, money, answers."""
    lang = language_of_paper()
    sums = queries.totals(content.budget, ceiling=queries.ceiling_of(dossier))
    sources = [str(s.label) for s in BudgetSource]
    blocks: list[dict[str, Any]] = [
        {
            "kind": "pairs",
            "rows": [
                [_("Code"), dossier.code or "—"],
                [
                    _("Call"),
                    f"{dossier.call.code} {pick(dossier.call.title_vi, dossier.call.title_en)}",
                ],
                [_("Host organisation"), dossier.host.name],
                [_("Duration (months)"), str(content.months or "—")],
                [_("Asked from the State"), format_money(sums.state)],
                [_("Other money"), format_money(sums.other)],
            ],
        }
    ]
    for section in queries.form_of(dossier).sections:
        answered = [
            block
            for field in visible_fields(section, content.answers)
            if (block := answer_block(field, content.answers.get(field.id), lang))[
                "rows"
            ]
        ]
        if answered or section.part in ("team", "budget"):
            blocks.append({"kind": "heading", "text": section.label(lang)})
        blocks += answered
        if section.part == "team" and content.team:
            blocks.append(
                {
                    "kind": "table",
                    "columns": [_("Name"), _("Role"), _("Organisation"), _("Months")],
                    "rows": [
                        [r.full_name, r.role_label, r.organisation_name, str(r.months)]
                        for r in content.team
                    ],
                    "right": [3],
                }
            )
        if section.part == "budget" and content.budget:
            blocks.append(
                {
                    "kind": "table",
                    "columns": [_("Line"), _("Year"), *sources, _("Sum")],
                    "rows": [
                        *(
                            [
                                " · ".join(
                                    t for t in (r.category_label, r.description) if t
                                ),
                                r.year,
                                *(format_money(a, unit=False) for a in r.by_source),
                                format_money(r.total, unit=False),
                            ]
                            for r in content.budget
                        ),
                        [
                            _("Sum"),
                            "",
                            *(format_money(a, unit=False) for _s, a in sums.by_source),
                            format_money(sums.total, unit=False),
                        ],
                    ],
                    "right": [2, 3, 4, 5],
                }
            )
    return {
        **issued(lang, None),
        "title": _("SUMMARY OF THE DOSSIER"),
        "subtitle": pick(content.title_vi, content.title_en) or _("(no title)"),
        "blocks": blocks,
    }


def eligibility_sheet(dossier: Dossier, lines: Sequence[CheckLine]) -> dict[str, Any]:
    """The checklist as it was filled in, for the file."""
    on = max((line.at for line in lines if line.at), default=None)
    return {
        **issued(language_of_paper(), localtime(on).date() if on else None),
        "subtitle": f"{dossier.code} {pick(dossier.title_vi, dossier.title_en)}",
        "blocks": [
            {
                "kind": "pairs",
                "rows": [
                    [_("Host organisation"), dossier.host.name],
                    [
                        _("Call"),
                        f"{dossier.call.code} {pick(dossier.call.title_vi, dossier.call.title_en)}",
                    ],
                    [
                        _("Handed in"),
                        f"{localtime(dossier.submitted_at):%H:%M %d/%m/%Y}"
                        if dossier.submitted_at
                        else "—",
                    ],
                ],
            },
            {
                "kind": "table",
                "columns": [
                    _("No."),
                    _("Condition"),
                    _("Legal basis"),
                    _("Found"),
                    _("Note"),
                ],
                "rows": [
                    [
                        n,
                        line.text,
                        cited(line.basis),
                        line.verdict_label or "—",
                        line.note,
                    ]
                    for n, line in enumerate(lines, start=1)
                ],
                "widths": [1, 7, 2.5, 2, 4],
            },
        ],
        "signatures": [
            {
                "capacity": _("CHECKED BY"),
                "note": "",
                "name": next((line.by for line in reversed(lines) if line.by), ""),
            }
        ],
    }

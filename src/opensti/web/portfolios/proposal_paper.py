"""The proposal to the leader as an official paper."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.portfolios import queries
from opensti.domains.portfolios.choices import Basis, Ruling, TieRule
from opensti.kernel.bilingual import pick
from opensti.kernel.documents.content import letterhead
from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import number
from opensti.web.papers import issued, language_of_paper
from opensti.web.portfolios.documents import WAITING
from opensti.web.portfolios.proposal import COLUMNS, rule_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from opensti.web.portfolios.proposal import Line, Proposal

Block = dict[str, Any]


def proposal_document(proposal: Proposal) -> dict[str, Any]:
    """Return the paper; who has not signed yet is left open."""
    language = language_of_paper()
    scenario = proposal.scenario
    at = scenario.adopted_at or scenario.put_forward_at
    return {
        **issued(language, localtime(at).date() if at else None),
        "number": WAITING,
        "to": [letterhead()[language]["leader"]],
        "subtitle": _("On the dossiers to be funded: %(title)s")
        % {"title": pick(proposal.round.title_vi, proposal.round.title_en)},
        "blocks": [
            *_asked(proposal),
            *_proposed(proposal),
            *_totals(proposal),
            *_by_hand(proposal),
            *_proof(proposal),
        ],
        "signatures": [
            _signed(
                _("Put forward by"), scenario.put_forward_by, scenario.put_forward_at
            ),
            _signed(_("Adopted by"), scenario.adopted_by, scenario.adopted_at),
        ],
    }


def _signed(capacity: str, who: Any, at: datetime | None) -> dict[str, str]:
    return {
        "capacity": capacity,
        "note": "" if at is None else date_format(localtime(at), "d/m/Y, H:i"),
        "name": "" if who is None else who.full_name,
    }


def _asked(proposal: Proposal) -> Iterator[Block]:
    """Which dossiers, what counts as merit, which budgets and conditions."""
    scenario = proposal.scenario
    yield _heading(_("1. What was chosen from, and under which conditions"))
    yield {
        "kind": "paragraph",
        "text": _(
            "Call %(call)s: %(all)d dossiers were weighed, %(open)d of which can be chosen. "
            "What counts is the %(basis)s; between sets of the same total: %(ties)s."
        )
        % {
            "call": proposal.round.call.code,
            "all": len(proposal.lines),
            "open": len(proposal.lines) - len(proposal.problem["barred"]),
            "basis": Basis(scenario.basis).label,
            "ties": TieRule(scenario.ties).label,
        },
    }
    budgets = list(proposal.budgets())
    if budgets:
        yield _table(
            _("Budgets"),
            [_("Money"), _("Stated"), _("Used"), _("Still free")],
            [
                [
                    queries.measure_words(measure),
                    *(_money(n) for n in (stated, used, stated - used)),
                ]
                for measure, stated, used in budgets
            ],
            right=[1, 2, 3],
            widths=[4, 3, 3, 3],
        )
    lines = [
        ": ".join(part for part in (name, _ends(measure, least, most)) if part)
        for name, measure, least, most in rule_lines(
            proposal.problem["rules"], proposal.labels
        )
    ]
    if lines:
        yield {"kind": "paragraph", "text": _("Further conditions:")}
        yield {"kind": "list", "items": lines}


def _ends(measure: str, least: float | None, most: float | None) -> str:
    said = []
    if least is not None:
        said.append(_("at least %(n)s") % {"n": queries.amount_words(measure, least)})
    if most is not None:
        said.append(_("at most %(n)s") % {"n": queries.amount_words(measure, most)})
    return ", ".join(said)


def _proposed(proposal: Proposal) -> Iterator[Block]:
    scenario, chosen = proposal.scenario, proposal.chosen
    yield _heading(_("2. What is proposed"))
    yield {
        "kind": "pairs",
        "rows": [
            [
                _("Scenario"),
                f"{scenario.number}. {pick(scenario.title_vi, scenario.title_en)}",
            ],
            [_("Standing of the scenario"), scenario.get_state_display()],
            [_("Dossiers to be funded"), str(len(chosen))],
            [_("From the state budget"), _money(sum(line.state for line in chosen))],
            [_("Total score"), number(proposal.solution["objective"], 2)],
            *([[_("Grounds"), scenario.grounds]] if scenario.grounds else []),
        ],
    }
    if proposal.round.proposal:
        yield {"kind": "paragraph", "text": proposal.round.proposal}
    yield _list(_("To be funded, the best score first"), chosen)
    if proposal.reserve:
        yield _list(
            _("Reserve list, in the order in which they would move up"),
            proposal.reserve,
        )
    others = [line for line in proposal.left if line.reserve is None]
    if others:
        yield _list(_("Not to be funded"), others)


def _list(title: str, lines: Sequence[Line]) -> Block:
    years = any(_years(line) for line in lines)
    others = any(line.amounts.get("other") for line in lines)
    partial = any(line.level for line in lines)
    columns = [
        (_("No."), 1.0, True),
        (_("Dossier"), 5.0, False),
        (_("Host"), 3.5, False),
        (_("Rank"), 1.2, True),
        (_("Mean score"), 1.6, True),
        (_("State budget"), 3.0, True),
        *([(_("By year"), 4.0, True)] if years else []),
        *([(_("Others"), 2.8, True)] if others else []),
        *([(_("Level of funding"), 1.8, False)] if partial else []),
        (_("Reason"), 6.5, False),
    ]
    rows = []
    for place, line in enumerate(lines, start=1):
        dossier = line.decision.dossier
        rows.append(
            [
                place,
                f"{line.code}\n{pick(dossier.title_vi, dossier.title_en)}",
                pick(dossier.host.name_vi, dossier.host.name_en),
                line.decision.rank or "",
                _score(line),
                _plain(line.state),
                *([_years(line)] if years else []),
                *([_plain(line.amounts.get("other", 0))] if others else []),
                *([line.level] if partial else []),
                line.why,
            ]
        )
    return _table(
        f"{title} ({_('money in đồng')})",
        [name for name, _width, _right in columns],
        rows,
        right=[n for n, (_name, _width, right) in enumerate(columns) if right],
        widths=[width for _name, width, _right in columns],
    )


def _years(line: Line) -> str:
    """The state's money of each year, one line each: as many columns would not fit."""
    return "\n".join(
        f"{measure.partition('_')[2]}: {_plain(amount)}"
        for measure, amount in sorted(line.amounts.items())
        if measure.startswith("state_")
    )


def _score(line: Line) -> str:
    """The mean of the regime; beside it the merit that counted, where it is another."""
    mean = "" if line.mean is None else number(line.mean, 2)
    merit = number(line.merit, 2)
    return mean if mean == merit or not line.merit else f"{mean}\n({merit})"


def _totals(proposal: Proposal) -> Iterator[Block]:
    yield _heading(_("3. Totals of what is proposed"))
    chosen = proposal.chosen
    yield _table(
        _("By year and source"),
        [_("Money"), _("Total")],
        [
            [
                queries.measure_words(measure),
                _money(sum(line.amounts.get(measure, 0) for line in chosen)),
            ]
            for measure in proposal.measures
        ],
        right=[1],
        widths=[2, 1],
    )
    for column in COLUMNS:
        rows = proposal.totals(column)
        if rows:
            yield _table(
                _("By category: %(name)s") % {"name": queries.column_words(column)},
                [
                    queries.column_words(column).capitalize(),
                    _("Dossiers"),
                    _("State budget"),
                ],
                [[name, count, _money(money)] for name, count, money in rows],
                right=[1, 2],
                widths=[4, 1, 2],
            )


def _by_hand(proposal: Proposal) -> Iterator[Block]:
    """What was fixed by hand, and what is proposed otherwise than advised."""
    locked = [line for line in proposal.lines if line.decision.pk in proposal.locks]
    deviating = proposal.deviations()
    yield _heading(_("4. Fixed by hand, and otherwise than advised"))
    if not locked and not deviating:
        yield {"kind": "paragraph", "text": _("Nothing.")}
    if locked:
        yield _table(
            _("Fixed by hand"),
            [_("Dossier"), _("Fixed as"), _("Fixed by"), _("Reason")],
            [
                [
                    line.code,
                    _("to be funded") if lock.must else _("not to be funded"),
                    f"{lock.made_by.full_name}, {date_format(localtime(lock.made_at), 'd/m/Y')}",
                    lock.reason,
                ]
                for line in locked
                for lock in [proposal.locks[line.decision.pk]]
            ],
            widths=[2, 2, 3, 6],
        )
    if deviating:
        yield _table(
            _("Otherwise than advised"),
            [_("Dossier"), _("Advised"), _("Proposed or decided"), _("Reason")],
            [
                [
                    d.dossier.code,
                    _ruling(d.advised, d.advised_amount),
                    _ruling(d.ruling or d.proposed, d.amount),
                    d.deviation,
                ]
                for d in deviating
            ],
            widths=[2, 3, 3, 6],
        )


def _ruling(ruling: str, amount: Decimal | None) -> str:
    words = str(Ruling(ruling).label)
    return words if ruling != Ruling.APPROVE else f"{words}, {format_money(amount)}"


def _proof(proposal: Proposal) -> Iterator[Block]:
    solution, scenario = proposal.solution, proposal.scenario
    yield _heading(_("5. Proof, and how to compute it again"))
    gap = solution["gap"] or 0.0
    yield {
        "kind": "paragraph",
        "text": _(
            "No other set under these conditions has a higher total score: this was proved."
        )
        if not gap
        else _(
            "No other set under these conditions has a total score higher by more than "
            "%(gap)s %%: this was proved."
        )
        % {"gap": number(100 * gap, 4)},
    }
    yield {
        "kind": "pairs",
        "rows": [
            [
                _("Total score, and its upper bound"),
                f"{number(solution['objective'], 4)}; {number(solution['bound'], 4)}",
            ],
            [_("SHA-256 of the frozen inputs"), scenario.problem_digest],
            [_("SHA-256 of the choice"), scenario.solution_digest],
            [_("SHA-256 of the reasons"), scenario.reasons_digest],
            [
                _("Computed with"),
                ", ".join(
                    f"{name} {v}" for name, v in sorted(solution["versions"].items())
                ),
            ],
            [
                _("To compute it again"),
                f"opensti portfolio rerun {scenario.public_id} --reasons",
            ],
        ],
    }
    if scenario.ties == TieRule.DRAW:
        yield {"kind": "paragraph", "text": queries.draw_words(scenario)}


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    right: Sequence[int] = (),
    widths: Sequence[float],
) -> Block:
    return {
        "kind": "table",
        "title": title,
        "columns": [*columns],
        "rows": [[*row] for row in rows],
        "right": [*right],
        "widths": [*widths],
    }


def _money(amount: int | Decimal) -> str:
    return format_money(Decimal(amount))


def _plain(amount: int | Decimal) -> str:
    return format_money(Decimal(amount), unit=False)

"""What an assessment came to: a page with pictures, and the report as Word and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from opensti.domains.assessments import queries
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import NotFound
from opensti.ui import charts
from opensti.ui.drawing import written
from opensti.ui.pages import Crumb
from opensti.ui.quadrants import Dot, quadrants
from opensti.ui.radar import radar
from opensti.web.papers import issued_by, language_of_paper, official

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from opensti.domains.assessments.frameworks import Asked
    from opensti.domains.assessments.models import Assessment, Result
    from opensti.web.requests import Request

QUADRANTS = {
    "act": gettext_lazy("Important and weak: act first"),
    "keep": gettext_lazy("Important and strong: keep"),
    "later": gettext_lazy("Less important, weak: later"),
    "ease": gettext_lazy("Less important, strong: perhaps more than needed"),
}
WHY = {
    "few_answers": gettext_lazy("too few answers"),
    "not_applicable": gettext_lazy("does not apply"),
}
BLOCKERS = {
    "not_conforming": gettext_lazy("Mandatory questions below “defined and applied”"),
    "majors": gettext_lazy("Open major nonconformities"),
    "minors": gettext_lazy("Open minor nonconformities (more than three)"),
    "unplanned": gettext_lazy("Minor nonconformities without a plan"),
    "no_audit": gettext_lazy("No internal audit in the last twelve months"),
    "no_review": gettext_lazy("No management review in the last twelve months"),
}
COUNTLESS = frozenset({"no_audit", "no_review"})
WEAKEST = 5


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A result in words: what page and report share."""

    row: Assessment
    asked: Asked
    found: Result
    earlier: list[Result]

    @property
    def said(self) -> dict[str, Any]:
        content: dict[str, Any] = self.found.content
        return content

    def clause(self, number: str) -> str:
        names = {c.number: f"{c.number}. {c}" for c in self.asked.clauses}
        return names.get(number, number)

    def item(self, code: str) -> str:
        return f"{code} · {self.asked.by_code[code]}"

    def clause_rows(self) -> list[dict[str, Any]]:
        return [self._scored(one, self.clause(one["clause"])) for one in self.said["clauses"]]  # fmt: skip

    def whole(self) -> dict[str, Any]:
        return self._scored(self.said["whole"], _("All parts"))

    def _scored(self, one: Mapping[str, Any], name: str) -> dict[str, Any]:
        levels = self.asked.base.scale
        return {
            "name": name,
            "claimed": score_text(one["claimed"]),
            "verified": score_text(one["verified"]),
            "level": "—" if one["level"] is None else str(one["level"]),
            "level_name": "" if one["level"] is None else str(levels[one["level"]]),
            "n": one["n"],
            "why": str(WHY[one["why"]]) if one["why"] else "",
            "held_back": [self.item(code) for code in one["held_back"]],
        }

    def blockers(self) -> list[str]:
        return [
            str(BLOCKERS[kind]) if kind in COUNTLESS else f"{BLOCKERS[kind]}: {n}"
            for kind, n in self.said["readiness"]["blockers"]
        ]

    def grades(self) -> list[tuple[str, str]]:
        """Mandatory questions with their grade: a finding's, else whether it conforms."""
        ready = self.said["readiness"]
        graded = {one["item"]: one["grade"] for one in self.said["findings"]}
        words = {
            "observation": _("observation"),
            "minor": _("minor nonconformity"),
            "major": _("major nonconformity"),
        }
        return [
            (
                self.item(code),
                words[graded[code]]
                if code in graded
                else _("conforms")
                if code in ready["conforming"]
                else _("does not conform yet"),
            )
            for code in [
                i["code"] for i in self.said["items"] if i["mandatory"] and i["applies"]
            ]
        ]

    def apart(self) -> list[tuple[str, str]]:
        """Questions on which people disagree, with r_wg."""
        return [
            (self.item(one["code"]), score_text(one["within"]["r_wg"], 2))
            for one in self.said["items"]
            if one["within"] and one["within"]["talk_first"]
        ]

    def weakest(self) -> list[tuple[str, str, str]]:
        """What lies furthest below the target, with what the next step looks like."""
        target = self.said["target"]
        rows = [
            one
            for one in self.said["items"]
            if one["verified"] is not None and one["verified"] < target
        ]
        rows.sort(key=lambda one: (one["verified"], not one["mandatory"]))
        return [
            (
                self.item(one["code"]),
                score_text(one["verified"]),
                str(self.asked.by_code[one["code"]].anchors[int(one["verified"]) + 1]),
            )
            for one in rows[:WEAKEST]
        ]

    def quadrants(self) -> list[tuple[str, list[str]]]:
        plane = self.said["plane"]
        if plane is None:
            return []
        return [
            (
                str(words),
                [self.clause(g["key"]) for g in plane["gaps"] if g["quadrant"] == kind],
            )
            for kind, words in QUADRANTS.items()
        ]

    def radar(self) -> charts.Chart:
        return radar(
            title=_("Maturity by part, 0 to 5"),
            head=[_("Part"), _("As claimed"), _("With evidence")],
            rows=[
                (self.clause(one["clause"]), (one["claimed"], one["verified"]))
                for one in self.said["clauses"]
            ],
        )

    def bars(self) -> charts.Chart:
        return charts.bars(
            title=_("Score with evidence, in percent of the highest"),
            head=[_("Part"), _("Percent")],
            rows=[
                (self.clause(one["clause"]), round(one["percent"], 1))
                for one in self.said["clauses"]
                if one["percent"] is not None
            ],
        )

    def plane(self) -> charts.Chart | None:
        plane = self.said["plane"]
        if plane is None:
            return None
        return quadrants(
            title=_("Importance and performance, parted at the means"),
            head=[_("Part"), _("Score with evidence"), _("Importance")],
            rows=[
                Dot(
                    label=self.clause(g["key"]),
                    mark=g["key"],
                    x=g["current"],
                    y=g["importance"],
                )
                for g in plane["gaps"]
            ],
            x_line=plane["score_line"],
            y_line=plane["importance_line"],
        )

    def past(self) -> dict[str, Any] | None:
        """The own past in a table: only what asked the same, part by part."""
        if not self.earlier:
            return None
        rounds = [*self.earlier, self.found]
        by_round = [
            {one["clause"]: one["verified"] for one in r.content["clauses"]}
            for r in rounds
        ]
        return {
            "head": [_("Part"), *(f"{localdate(r.scored_at):%d/%m/%Y}" for r in rounds)],
            "rows": [
                [self.clause(c["clause"]), *(score_text(of[c["clause"]]) for of in by_round)]
                for c in self.said["clauses"]
            ],
        }  # fmt: skip


def score_text(value: float | None, places: int = 1) -> str:
    """A score as people read it; a dash where there is none, which is no zero."""
    return "—" if value is None else written(round(value, places), places)


def _shown(request: Request, public_id: str) -> Shown:
    row = queries.assessment(request.actor, public_id)
    found = queries.result(request.actor, row)
    if found is None:
        raise NotFound
    return Shown(
        row=row,
        asked=queries.asked_of(row),
        found=found,
        earlier=queries.earlier_results(request.actor, row, found),
    )


@never_cache
@require_safe
def result(request: Request, public_id: str) -> HttpResponse:
    """Maturity by part, conformity apart from it, what to do first, the own past."""
    shown = _shown(request, public_id)
    ready = shown.said["readiness"]
    return render(
        request,
        "web/assessments/result.html",
        {
            "title": _("Result: %(name)s") % {"name": shown.row.title},
            "breadcrumb": [
                Crumb(_("Innovation assessments"), reverse("assessments:assessments")),
                Crumb(
                    shown.row.title,
                    reverse("assessments:assessment", args=[public_id]),
                ),
            ],
            "row": shown.row,
            "shown": shown,
            "whole": shown.whole(),
            "clauses": shown.clause_rows(),
            "charts": [shown.radar(), shown.bars()],
            "plane": shown.plane(),
            "past": shown.past(),
            "ready": None if ready["ready"] is None else round(100 * ready["ready"]),
            "for_audit": ready["for_audit"],
            "agreement": shown.said["agreement"],
        },
    )


@never_cache
@require_safe
def report(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The report in the language of the page, as Word (``docx``) or PDF (``pdf``)."""
    shown = _shown(request, public_id)
    language = language_of_paper()
    host = shown.row.organisation
    context = issued_by(
        language,
        pick(host.name_vi, host.name_en).upper(),
        localdate(shown.found.scored_at),
    ) | {
        "title": _("REPORT ON INNOVATION MANAGEMENT"),
        "subtitle": shown.row.title,
        "blocks": blocks_of(shown),
        "signatures": [{"capacity": _("FOR THE ORGANISATION"), "note": "", "name": ""}],
        "footer": _("Result %(digest)s, revision %(n)d")
        % {"digest": shown.found.sha256[:16], "n": shown.found.revision},
    }
    name = f"assessment-{public_id}"
    return official("report", context, kind=kind, name=name)


def blocks_of(shown: Shown) -> list[dict[str, Any]]:
    """The report part by part: brief, maturity, conformity, what to do, every answer."""
    row, said = shown.row, shown.said
    whole = shown.whole()
    people = said["people"]
    blocks: list[dict[str, Any]] = [
        _heading(_("1. What was assessed")),
        {
            "kind": "pairs",
            "rows": [
                [_("Purpose"), row.purpose or "—"],
                [_("Scope"), row.scope or "—"],
                [_("How it was done"), str(row.get_approach_display())],
                [_("Framework"), f"{shown.asked.base.framework.title} ({shown.asked.base.framework.edition}), {row.get_form_display()}"],
                [_("Answered by"), ngettext("%(n)d person", "%(n)d people", people) % {"n": people}],
                [_("Validated from outside"), _validated(shown.found)],
            ],
        },
        _heading(_("2. Maturity")),
        _paragraph(
            _("Level %(level)s; mean %(verified)s of 5 with evidence (%(claimed)s as claimed). A level is reached where four fifths of the weight lie, and no mandatory question more than one below.")
            % whole
        ),
        {
            "kind": "table",
            "columns": [_("Part"), _("As claimed"), _("With evidence"), _("Level"), _("Answers by"), _("Remark")],
            "rows": [
                [c["name"], c["claimed"], c["verified"], c["level"], str(c["n"]), c["why"]]
                for c in shown.clause_rows()
            ],
            "right": [1, 2, 3, 4],
            "widths": [40, 12, 14, 9, 12, 20],
        },
    ]  # fmt: skip
    if whole["held_back"]:
        blocks += [
            _paragraph(_("These mandatory questions alone keep the next level away:")),
            {"kind": "list", "items": whole["held_back"]},
        ]
    blocks += _conformity(shown)
    blocks += _priorities(shown)
    past = shown.past()
    if past is not None:
        blocks += [
            _heading(_("5. Compared with the own past")),
            {"kind": "table", "columns": past["head"], "rows": past["rows"]},
        ]
    return [*blocks, *_answers(shown)]


def _conformity(shown: Shown) -> list[dict[str, Any]]:
    ready = shown.said["readiness"]["ready"]
    blockers = shown.blockers()
    return [
        _heading(_("3. Conformity, apart from maturity")),
        _paragraph(
            _("Nothing mandatory applies here.")
            if ready is None
            else _("%(part)d %% of what is mandatory conforms.")
            % {"part": round(100 * ready)}
        ),
        {
            "kind": "list",
            "items": blockers or [_("Nothing stands in the way of an audit.")],
        },
        {
            "kind": "table",
            "columns": [_("Mandatory question"), _("Grade")],
            "rows": [list(pair) for pair in shown.grades()],
            "widths": [75, 25],
        },
    ]


def _priorities(shown: Shown) -> list[dict[str, Any]]:
    blocks = [_heading(_("4. What to do first"))]
    for words, clauses in shown.quadrants():
        blocks.append(_paragraph(f"{words}: {'; '.join(clauses) or '—'}"))
    weakest = shown.weakest()
    if weakest:
        blocks.append(
            {
                "kind": "table",
                "columns": [
                    _("Furthest below the target"),
                    _("With evidence"),
                    _("What the next step looks like"),
                ],
                "rows": [list(one) for one in weakest],
                "right": [1],
                "widths": [45, 12, 43],
            }
        )
    return blocks


def _answers(shown: Shown) -> list[dict[str, Any]]:
    blocks = [_heading(_("Annex. Every question"))]
    for clause in shown.asked.clauses:
        rows = [
            [
                shown.item(one["code"]),
                _("does not apply") if not one["applies"] else score_text(one["claimed"]),
                score_text(one["verified"]),
                one["evidence"],
            ]
            for one in shown.said["items"]
            if one["clause"] == clause.number
        ]  # fmt: skip
        blocks.append(
            {
                "kind": "table",
                "title": shown.clause(clause.number),
                "columns": [
                    _("Question"),
                    _("As claimed"),
                    _("With evidence"),
                    _("Evidence"),
                ],
                "rows": rows,
                "right": [1, 2],
                "widths": [60, 14, 14, 12],
            }
        )
    blocks.append(
        _paragraph(
            _("Evidence: e0 a claim, e1 a document, e2 a document with records of its use, e3 checked by an assessor. They carry at most the scores that the framework states.")
        )
    )  # fmt: skip
    buy = shown.asked.base.framework
    if buy.aligned:
        blocks.append(
            _paragraph(
                _("The questions are this house's own words; clause numbers follow %(standards)s, which are sold at %(where)s.")
                % {
                    "standards": ", ".join(buy.aligned),
                    "where": pick(buy.buy_vi or buy.buy, buy.buy),
                }
            )
        )  # fmt: skip
    return blocks


def _validated(found: Result) -> str:
    if found.validated_at is None:
        return _("no: a self-assessment, not validated by anybody outside")
    day = f"{localdate(found.validated_at):%d/%m/%Y}"
    return _("yes, %(day)s: %(words)s") % {"day": day, "words": found.validation}


def _heading(text: str) -> dict[str, Any]:
    return {"kind": "heading", "text": text}


def _paragraph(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text}

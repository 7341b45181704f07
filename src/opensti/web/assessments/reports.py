"""The report of an assessment: what was found, part by part, and what to do, for those who lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opensti.kernel.bilingual import pick
from opensti.kernel.money import format_money
from opensti.ui.svgfiles import for_paper
from opensti.web.assessments.reading import score_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.assessments.models import Improvement, Result
    from opensti.ui.drawing import Chart
    from opensti.web.assessments.reading import Shown

    Blocks = list[dict[str, Any]]

FEW = 3
APPLIED = 3
GLOSSARY = (
    (
        gettext_lazy("As claimed"),
        gettext_lazy(
            "What people said: the mean over roles of the means of their answers, 0 to 5."
        ),
    ),
    (
        gettext_lazy("With evidence"),
        gettext_lazy(
            "As much of it as papers carry: a claim 2, a document 3, a document with records of its use 4, an assessor's check 5, unless the framework says otherwise."
        ),
    ),
    (
        gettext_lazy("Level"),
        gettext_lazy(
            "The highest level that four fifths of the weight reach, with no mandatory question more than one below: a weak mandatory question cannot hide in a mean."
        ),
    ),
    (
        gettext_lazy("Mandatory question"),
        gettext_lazy("What a certifier would ask for. It conforms from level 3 on."),
    ),
    (
        gettext_lazy("Readiness"),
        gettext_lazy(
            "The share of what is mandatory that conforms. It says nothing of maturity, and maturity nothing of it."
        ),
    ),
    (
        gettext_lazy("Agreement"),
        gettext_lazy(
            "r_wg compares how far answers lie apart with answers by chance: 1 is agreement; below 0.5 people should talk first."
        ),
    ),
    (
        gettext_lazy("Percentile"),
        gettext_lazy(
            "How many of a hundred organisations of the class lie below, those equal counted half."
        ),
    ),
)


def blocks_of(shown: Shown, plan: Sequence[Sequence[str]] = ()) -> Blocks:
    """The report from cover to annex; ``plan`` are rows for ``plan_blocks``."""
    return [
        *_cover(shown),
        *_summary(shown),
        *_method(shown),
        *_overall(shown),
        *_parts(shown),
        *_priorities(shown),
        *_past(shown),
        *_peers(shown),
        *_evidence(shown),
        *_conformity(shown),
        _heading(_("10. What to do next")),
        *_weakest(shown),
        *plan_blocks(plan),
        *_words(shown),
        *_answers(shown),
    ]


def plan_blocks(rows: Sequence[Sequence[str]]) -> Blocks:
    """The improvement plan as a table: what, who, by when, cost, what it should change."""
    if not rows:
        return [
            _paragraph(
                _("There is no improvement plan yet. Choose one to three of these, and write down who does what by when, and how you will see that it worked.")
            )
        ]  # fmt: skip
    return [
        {
            "kind": "table",
            "title": _("Improvement plan"),
            "columns": [_("What"), _("Who"), _("By when"), _("Cost"), _("What it should change")],
            "rows": [list(row) for row in rows],
            "widths": [36, 16, 12, 14, 22],
        }
    ]  # fmt: skip


def plan_row(one: Improvement) -> list[str]:
    """An improvement action as a row of the plan; what is not settled is a dash."""
    return [
        one.what,
        one.owner or "—",
        f"{one.due_on:%d/%m/%Y}" if one.due_on else "—",
        format_money(one.cost) or "—",
        _("%(items)s: to %(score)d") % {"items": ", ".join(one.items), "score": one.expected},
    ]  # fmt: skip


def _cover(shown: Shown) -> Blocks:
    row, people = shown.row, shown.said["people"]
    base = shown.asked.base.framework
    return [
        {
            "kind": "pairs",
            "rows": [
                [_("Organisation"), pick(row.organisation.name_vi, row.organisation.name_en)],
                [_("Assessment"), row.title],
                [_("Purpose"), row.purpose or "—"],
                [_("Scope"), row.scope or "—"],
                [_("Framework"), f"{base.title} ({base.edition}), {row.get_form_display()}"],
                [_("How it was done"), str(row.get_approach_display())],
                [_("Answered by"), ngettext("%(n)d person", "%(n)d people", people) % {"n": people}],
                [_("Scored on"), f"{localdate(shown.found.scored_at):%d/%m/%Y}"],
                [_("Validated from outside"), _validated(shown.found)],
            ],
        },
        _paragraph(_("This report belongs to the organisation. Whoever it is handed to may use it for what it was handed over for.")),
        {"kind": "break"},
    ]  # fmt: skip


def _summary(shown: Shown) -> Blocks:
    whole = shown.whole()
    ready = shown.said["readiness"]["ready"]
    parts = [
        (one["verified"], shown.clause(one["clause"]))
        for one in shown.said["clauses"]
        if one["verified"] is not None
    ]
    said = [
        _("The organisation stands at level %(level)s of 5 (%(level_name)s). What papers show comes to %(verified)s of 5 in the mean; people themselves claimed %(claimed)s.") % whole
        if whole["level_name"]
        else _("There are too few answers for a level.")
    ]  # fmt: skip
    if parts:
        best, worst = max(parts), min(parts)
        said.append(
            _("The strongest part is “%(best)s” (%(high)s), the weakest “%(worst)s” (%(low)s).")
            % {"best": best[1], "high": score_text(best[0]), "worst": worst[1], "low": score_text(worst[0])}
        )  # fmt: skip
    if ready is not None:
        said.append(
            _("%(part)d %% of what a certifier would ask for conforms.")
            % {"part": round(100 * ready)}
        )
    if change := _change(shown):
        said.append(change)
    first = [part for words, parts in shown.quadrants()[:1] for part in parts] or [
        item for item, _score, _next in shown.weakest()[:1]
    ]
    if first:
        said.append(_("Begin here: %(first)s.") % {"first": "; ".join(first)})
    return [
        _heading(_("1. In plain words")),
        *map(_paragraph, said),
        _paragraph(_("How to read on: section 3 shows the whole in two pictures, section 4 each part with what is strong, what is missing and what the next level looks like; section 10 says what to do. The words are explained in section 11.")),
    ]  # fmt: skip


def _change(shown: Shown) -> str:
    if not shown.earlier:
        return ""
    last = shown.earlier[-1]
    before, after = last.content["whole"]["verified"], shown.said["whole"]["verified"]
    if before is None or after is None:
        return ""
    said = {
        "day": f"{localdate(last.scored_at):%d/%m/%Y}",
        "before": score_text(before),
        "after": score_text(after),
    }
    if round(after - before, 1) > 0:
        return _("Since %(day)s it rose from %(before)s to %(after)s.") % said
    if round(after - before, 1) < 0:
        return _("Since %(day)s it fell from %(before)s to %(after)s.") % said
    return _("Since %(day)s it stayed at %(after)s.") % said


def _method(shown: Shown) -> Blocks:
    agreement = shown.said["agreement"]
    said = [
        _("Each question describes six steps from 0 (nothing) to 5 (an example for others); people chose the sentence that was true on that day, each for the part of the work that they know. “Does not apply” is left out and is no zero."),
        _("Scores were then held against papers: without one, a claim counts 2 at most. A part has a score when two thirds of its weight were answered."),
    ]  # fmt: skip
    apart = shown.apart()
    if agreement is not None:
        said.append(
            _("Several people answered: ICC(1) %(one)s, ICC(2) %(two)s.")
            % {
                "one": score_text(agreement["icc1"], 2),
                "two": score_text(agreement["icc2"], 2),
            }
        )
    return [
        _heading(_("2. How it was done")),
        *map(_paragraph, said),
        *([_paragraph(_("On these questions people see things very differently (r_wg beside them); talk about them first:")), {"kind": "list", "items": [f"{item} ({r})" for item, r in apart]}] if apart else []),
    ]  # fmt: skip


def _overall(shown: Shown) -> Blocks:
    whole = shown.whole()
    blocks: Blocks = [
        {"kind": "break"},
        _heading(_("3. Level and readiness as a whole")),
        _paragraph(
            _("Level %(level)s; mean %(verified)s of 5 with evidence (%(claimed)s as claimed). A level is reached where four fifths of the weight lie, and no mandatory question more than one below.")
            % whole
        ),
        _picture(shown.radar(), 0.72),
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
        _picture(shown.bars(), 0.8),
    ]  # fmt: skip
    if whole["held_back"]:
        blocks += [
            _paragraph(_("These mandatory questions alone keep the next level away:")),
            {"kind": "list", "items": whole["held_back"]},
        ]
    return blocks


def _parts(shown: Shown) -> Blocks:
    """About half a page each: what is strong, what is missing, what comes next."""
    blocks: Blocks = [_heading(_("4. Part by part"))]
    for clause in shown.asked.clauses:
        blocks += _part(shown, clause.number)
    return blocks


def _part(shown: Shown, number: str) -> Blocks:
    score = next(c for c in shown.said["clauses"] if c["clause"] == number)
    clause = next(c for c in shown.asked.clauses if c.number == number)
    said = shown.scored_words(score, "")
    items = [
        one
        for one in shown.said["items"]
        if one["clause"] == number and one["verified"] is not None
    ]
    strong = sorted(
        (one for one in items if one["verified"] >= APPLIED),
        key=lambda one: -one["verified"],
    )
    weak = sorted(
        (one for one in items if one["verified"] < shown.said["target"]),
        key=lambda one: (one["verified"], not one["mandatory"]),
    )
    blocks = [
        _heading(_("Clause %(name)s") % {"name": shown.clause(number)}),
        _paragraph(f"{clause.about}."),
        _paragraph(
            _("With evidence %(verified)s, as claimed %(claimed)s, level %(level)s.")
            % said
            if score["verified"] is not None
            else _("No score: %(why)s.") % {"why": said["why"]}
        ),
    ]
    if strong:
        blocks += [
            _paragraph(_("Strengths:")),
            {"kind": "list", "items": [f"{shown.item(one['code'])} ({score_text(one['verified'])})" for one in strong[:FEW]]},
        ]  # fmt: skip
    elif items:
        blocks.append(_paragraph(_("Nothing is shown by papers to be applied yet.")))
    if weak:
        blocks.append(
            {
                "kind": "table",
                "columns": [_("What is missing"), _("Today"), _("What the next level looks like")],
                "rows": [
                    [
                        shown.item(one["code"]),
                        f"{score_text(one['verified'])} · {_anchor(shown, one, 0)}",
                        _anchor(shown, one, 1),
                    ]
                    for one in weak[:FEW]
                ],
                "widths": [42, 29, 29],
            }
        )  # fmt: skip
        if len(weak) > FEW:
            more = len(weak) - FEW
            blocks.append(
                _paragraph(
                    ngettext(
                        "%(n)d more question lies below the target: see the annex.",
                        "%(n)d more questions lie below the target: see the annex.",
                        more,
                    )
                    % {"n": more}
                )
            )
    return blocks


def _anchor(shown: Shown, one: dict[str, Any], further: int) -> str:
    anchors = shown.asked.by_code[one["code"]].anchors
    return str(anchors[min(int(one["verified"]) + further, len(anchors) - 1)])


def _priorities(shown: Shown) -> Blocks:
    plane = shown.plane()
    blocks: Blocks = [
        _heading(_("5. Importance and performance")),
    ]
    if plane is None:
        return [*blocks, _paragraph(_("Nobody said how much the parts matter: there are no quadrants."))]  # fmt: skip
    importance = shown.said["importance"]
    return [
        *blocks,
        _paragraph(_("People also said how much each part matters for the business, 1 to 5. The lines stand at the means: what matters more than others and is weaker than others comes first.")),
        _picture(plane, 0.8),
        {
            "kind": "table",
            "columns": [_("Part"), _("Importance"), _("With evidence"), _("What to do")],
            "rows": [
                [
                    part,
                    score_text(importance.get(_number(shown, part))),
                    score_text(_verified(shown, part)),
                    words,
                ]
                for words, parts in shown.quadrants()
                for part in parts
            ],
            "right": [1, 2],
            "widths": [38, 14, 14, 34],
        },
    ]  # fmt: skip


def _number(shown: Shown, name: str) -> str:
    return next(c.number for c in shown.asked.clauses if shown.clause(c.number) == name)


def _verified(shown: Shown, name: str) -> float | None:
    number = _number(shown, name)
    found: float | None = next(
        c["verified"] for c in shown.said["clauses"] if c["clause"] == number
    )
    return found


def _past(shown: Shown) -> Blocks:
    blocks: Blocks = [
        _heading(_("6. Compared with the own past")),
    ]
    past, pictured = shown.past(), shown.past_radar()
    if past is None or pictured is None:
        return [*blocks, _paragraph(_("This is the first result with these questions: there is no past to compare it with yet."))]  # fmt: skip
    return [
        *blocks,
        _picture(pictured, 0.8),
        {"kind": "table", "columns": past["head"], "rows": past["rows"], "right": list(range(1, len(past["head"]))), "widths": [40, *[14] * (len(past["head"]) - 1)]},
    ]  # fmt: skip


def _peers(shown: Shown) -> Blocks:
    """Told to the organisation alone: whoever reads several could work out the others."""
    blocks = [_heading(_("7. Compared with peers"))]
    if shown.peers is None:
        return [*blocks, _paragraph(_("The comparison is told to the organisation alone."))]  # fmt: skip
    if not shown.peers.places or shown.peers.as_of is None:
        return [*blocks, _paragraph(shown.peer_why())]
    return [
        *blocks,
        _paragraph(
            _("As of %(day)s: how many of a hundred organisations lie below, those equal counted half; each part in the narrowest class that can be told. No class under five is told.")
            % {"day": f"{shown.peers.as_of:%d/%m/%Y}"}
        ),
        {
            "kind": "table",
            "columns": [_("Part"), _("Percentile"), _("Organisations"), _("Class")],
            "rows": [list(one) for one in shown.peer_rows()],
            "right": [1, 2],
            "widths": [34, 12, 14, 40],
        },
    ]  # fmt: skip


def _evidence(shown: Shown) -> Blocks:
    capped = [
        one
        for one in shown.said["items"]
        if one["verified"] is not None and one["verified"] < one["claimed"]
    ]
    blocks: Blocks = [_heading(_("8. Evidence, and what it does not carry"))]
    if not capped:
        return [*blocks, _paragraph(_("Every claim is carried by its papers."))]
    return [
        *blocks,
        _paragraph(
            ngettext(
                "%(n)d claim is higher than its papers carry. The cheapest way up is often to write down and file what is done already.",
                "%(n)d claims are higher than their papers carry. The cheapest way up is often to write down and file what is done already.",
                len(capped),
            )
            % {"n": len(capped)}
        ),
        {
            "kind": "table",
            "columns": [_("Question"), _("As claimed"), _("With evidence"), _("What would show it")],
            "rows": [
                [
                    shown.item(one["code"]),
                    score_text(one["claimed"]),
                    f"{score_text(one['verified'])} ({one['evidence']})",
                    str(shown.asked.by_code[one["code"]].evidence) or "—",
                ]
                for one in sorted(capped, key=lambda c: c["verified"] - c["claimed"])[: 3 * FEW]
            ],
            "right": [1],
            "widths": [46, 11, 14, 29],
        },
    ]  # fmt: skip


def _conformity(shown: Shown) -> Blocks:
    ready = shown.said["readiness"]["ready"]
    return [
        _heading(_("9. Conformity and findings, apart from maturity")),
        _paragraph(
            _("Nothing mandatory applies here.")
            if ready is None
            else _("%(part)d %% of what is mandatory conforms.")
            % {"part": round(100 * ready)}
        ),
        {
            "kind": "list",
            "items": shown.blockers() or [_("Nothing stands in the way of an audit.")],
        },
        {
            "kind": "table",
            "columns": [_("Mandatory question"), _("Grade")],
            "rows": [list(pair) for pair in shown.grades()],
            "widths": [75, 25],
        },
    ]


def _weakest(shown: Shown) -> Blocks:
    weakest = shown.weakest()
    if not weakest:
        return [_paragraph(_("Everything has reached the target: choose a higher one."))]  # fmt: skip
    return [
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
    ]


def _words(shown: Shown) -> Blocks:
    blocks: Blocks = [
        _heading(_("11. Words")),
        {
            "kind": "table",
            "columns": [_("Word"), _("What it means")],
            "rows": [[str(word), str(said)] for word, said in GLOSSARY],
            "widths": [22, 78],
        },
    ]
    buy = shown.asked.base.framework
    if buy.aligned:
        blocks += [
            _heading(_("12. Where the standards are sold")),
            _paragraph(
                _("The questions are this house's own words; clause numbers follow %(standards)s, which are sold at %(where)s.")
                % {
                    "standards": ", ".join(buy.aligned),
                    "where": pick(buy.buy_vi or buy.buy, buy.buy),
                }
            ),
        ]  # fmt: skip
    return blocks


def _answers(shown: Shown) -> Blocks:
    blocks: Blocks = [{"kind": "break"}, _heading(_("Annex. Every question"))]
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
    return blocks


def _validated(found: Result) -> str:
    if found.validated_at is None:
        return _("no: a self-assessment, not validated by anybody outside")
    day = f"{localdate(found.validated_at):%d/%m/%Y}"
    return _("yes, %(day)s: %(words)s") % {"day": day, "words": found.validation}


def _picture(chart: Chart, share: float) -> dict[str, Any]:
    return {
        "kind": "picture",
        "title": chart.title,
        "svg": for_paper(chart),
        "share": share,
    }


def _heading(text: str) -> dict[str, Any]:
    return {"kind": "heading", "text": text}


def _paragraph(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text}

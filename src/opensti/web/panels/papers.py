"""The official paper of a review, from the sheet of the council's rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.panels import queries
from opensti.domains.panels.choices import SeatRole
from opensti.kernel.citations import cited
from opensti.web.papers import issued, language_of_paper

if TYPE_CHECKING:
    from opensti.domains.panels.models import Review


def review_document(review: Review, name: str) -> dict[str, Any]:
    """Return the sheet: the case, points with comments, the opinion, and the proof."""
    language = language_of_paper()
    item, council = review.item, review.item.council
    thing: Any = item.dossier or item.order
    title = (language == "en" and thing.title_en) or thing.title_vi
    form, rule = queries.sheet_of(item), queries.rule_of(council)
    facts = [
        [_("Council"), council.title],
        [_("Rule"), cited(rule.basis)],
        [_("Case"), f"{thing.code} {title}".strip()],
    ]
    if item.dossier is not None:
        facts.append([_("Host"), item.dossier.host.name])
    facts += [
        [_("Reviewer"), name],
        [_("Confidence"), review.get_confidence_display()],
    ]
    blocks: list[dict[str, Any]] = [{"kind": "pairs", "rows": facts}]
    if form is not None:
        lines = queries.lines_of(form, review.scores, review.comments)
        words = {"pass": _("met"), "fail": _("not met")}
        blocks.append(
            {
                "kind": "table",
                "title": form.label(language),
                "columns": [_("Criterion"), _("Most"), _("Points"), _("Comment")],
                "right": [1, 2],
                "widths": [6, 1.5, 1.5, 6],
                "rows": [
                    [
                        line.label,
                        f"{line.max.normalize():f}",
                        words.get(line.score, line.score),
                        line.comment,
                    ]
                    for line in lines
                ],
            }
        )
        if review.total is not None:
            blocks.append(
                {
                    "kind": "pairs",
                    "rows": [[_("Total"), f"{review.total.normalize():f}"]],
                }
            )
        if form.stand_in:
            blocks.append(
                {
                    "kind": "paragraph",
                    "text": _(
                        "This sheet is borrowed from another text; it is not the "
                        "ministry's own."
                    ),
                }
            )
    if review.vote:
        blocks.append(
            {
                "kind": "pairs",
                "rows": [[_("Vote"), _("yes") if review.vote == "yes" else _("no")]],
            }
        )
    blocks.append({"kind": "heading", "text": _("Opinion")})
    blocks += [
        {"kind": "paragraph", "text": part}
        for part in review.opinion.split("\n\n")
        if part.strip()
    ]
    if review.digest:
        blocks.append(
            {
                "kind": "paragraph",
                "text": _("Handed in sealed; the record keeps the digest %(digest)s.")
                % {"digest": review.digest},
            }
        )
    on = localtime(review.handed_in_at).date() if review.handed_in_at else None
    return {
        **issued(language, on),
        "subtitle": title,
        "blocks": blocks,
        "signatures": [
            {"capacity": str(SeatRole.REVIEWER.label), "note": "", "name": name}
        ],
    }

"""The report of a screening, for the file of a council: what was compared, found, said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.kernel.bilingual import pick
from opensti.web.overlaps.said import (
    FIELDS,
    compared_by,
    facts,
    kind_said,
    marked,
    percent,
    translated,
)
from opensti.web.overlaps.terms import means
from opensti.web.papers import issued, language_of_paper, signed_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opensti.domains.overlaps.models import Document, Screening
    from opensti.domains.overlaps.queries import Candidate


def screening_report(
    screening: Screening, candidates: Sequence[Candidate], below: int, *, listed: float
) -> dict[str, Any]:
    """Return the report; a case that its reader may not open is only counted."""
    language = language_of_paper()
    document = screening.wording
    return {
        **issued(language, None),
        "subtitle": _called(document),
        "blocks": [
            {"kind": "pairs", "rows": _how(screening, len(candidates), below, listed)},
            *(block for c in candidates for block in _candidate(document, c)),
        ],
        "signatures": [signed_by(language)],
    }


def _called(document: Document) -> str:
    return f"{document.code} {pick(document.title_vi, document.title_en)}".strip()


def _how(
    screening: Screening, found: int, below: int, listed: float
) -> list[list[str]]:
    done = screening.done_at
    return [
        [_("Kind"), str(screening.get_kind_display())],
        [_("Compared"), f"{localtime(done):%H:%M %d/%m/%Y}" if done else ""],
        [_("Works compared with"), str(screening.corpus_size)],
        [_("Method"), compared_by(screening.base)],
        [_("Version"), screening.method],
        [_("Across languages"), means(screening.base)],
        [_("Corpus"), screening.corpus_digest],
        [_("Officers look from"), percent(listed)],
        [_("Found"), str(found)],
        [_("Below the threshold"), str(below)],
    ]


def _across(evidence: Mapping[str, Any]) -> str:
    terms = [f"{term.written} = {term.others}" for term in translated(evidence)]
    return f"{_('Found across languages, through terms:')} {'; '.join(terms)}"


def _candidate(document: Document, candidate: Candidate) -> Iterator[dict[str, Any]]:
    hit = candidate.hit
    if candidate.hidden:
        yield {"kind": "heading", "text": _("a case you may not open")}
        return
    yield {
        "kind": "heading",
        "text": f"{_called(hit.document)} - {percent(hit.probability)}",
    }
    rows = [
        [fact.label, fact.query, fact.match]
        for fact in facts(document, hit.document, hit.evidence)
        if fact.query or fact.match
    ]
    yield {
        "kind": "table",
        "columns": ["", _("This work"), _("The other work")],
        "rows": rows,
        "widths": [2, 6, 6],
    }
    kind = kind_said(hit.likeness)
    if kind.label or kind.sentence:
        yield {"kind": "paragraph", "text": str(kind.label or kind.sentence)}
    across = bool(hit.evidence.get("across"))
    if across:
        yield {"kind": "paragraph", "text": _across(hit.evidence)}
    passages = hit.evidence.get("passages", ())
    if passages:
        yield {
            "kind": "table",
            "title": _("Passages side by side; shared terms in brackets")
            if across
            else _("Passages side by side"),
            "columns": [_("Field"), _("This work"), _("The other work"), _("Alike")],
            "rows": [
                [
                    FIELDS.get(p["query"]["field"], p["query"]["field"]),
                    marked(p["query"]) if across else p["query"]["text"],
                    marked(p["match"]) if across else p["match"]["text"],
                    percent(p["score"]),
                ]
                for p in passages
            ],
            "widths": [2, 6, 6, 1.5],
        }
    verdict = candidate.verdict
    if verdict is None:
        yield {"kind": "paragraph", "text": _("Nobody has judged this likeness yet.")}
        return
    people = [verdict.given_by.full_name]
    if verdict.second_by:
        people.append(verdict.second_by.full_name)
    yield {
        "kind": "paragraph",
        "text": f"{verdict.get_finding_display()} ({verdict.get_state_display()}; "
        f"{', '.join(people)}): {verdict.grounds}",
    }

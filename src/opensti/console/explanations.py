"""An explanation of overlap in words, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.similarity import (
    CONTINUATION,
    MEANING,
    NONE,
    NOT_TOLD,
    PART_OF,
    SAME_WORK,
    SHARED_METHOD,
    SHARED_TEXT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sti_methods.similarity import Explanation, Feature, Passage, Record, Sentence

MOST_WORDS = 6


def told(explanation: Explanation, query: Record, match: Record) -> Iterator[str]:
    """Yield the lines: the kind and how sure, what is shared, the score taken apart."""
    e = explanation
    for record, name in ((query, _("Query")), (match, _("Match"))):
        yield f"{name}: {record.id}  {' '.join(record.title.split())}".rstrip()
    yield _("Kind: %(kind)s") % {"kind": kinds()[e.kind]}
    place = (
        _("not among the candidates")
        if e.rank is None
        else _("rank %(rank)s of the list “%(group)s”")
        % {"rank": e.rank, "group": e.group}
    )
    yield _("Probability %(probability)s, score %(score)s, %(place)s") % {
        "probability": f"{e.probability:.6f}",
        "score": f"{e.score:.6f}",
        "place": place,
    }
    yield from _grounds(e)
    if e.across:
        yield ""
        yield _("Found across languages, through terms:")
        seen = dict.fromkeys((t.written.lower(), t.translations) for t in e.translated)
        yield from (f"  {term} = {', '.join(others)}" for term, others in seen)
    yield from _passages(_("Passages, shared words in brackets"), e.passages)
    yield from _passages(_("Phrases common in the corpus, no evidence"), e.boilerplate)
    yield from _particulars(e)
    yield ""
    yield _("What makes up the score")
    yield from (_feature(feature, _name(feature, e)) for feature in e.features)
    if e.meaning is not None and (e.meaning.query_cut or e.meaning.match_cut):
        yield _("The model read the beginning of a long text only: %(which)s") % {
            "which": ", ".join(
                name
                for name, cut in (
                    (_("Query"), e.meaning.query_cut),
                    (_("Match"), e.meaning.match_cut),
                )
                if cut
            )
        }


def _name(feature: Feature, e: Explanation) -> str:
    if feature.name != MEANING or e.meaning is None:
        return feature.name
    return f"{feature.name} ({_('model')} {e.meaning.model})"


def kinds() -> dict[str, str]:
    """Return the kinds in the reader's language."""
    return {
        SAME_WORK: _("same work"),
        CONTINUATION: _("continuation"),
        PART_OF: _("part of the other"),
        SHARED_METHOD: _("shared method"),
        SHARED_TEXT: _("shared text only"),
        NONE: _("words in common, no more"),
        NOT_TOLD: _("cannot be told across languages: terms carry too little"),
    }


def _grounds(e: Explanation) -> Iterator[str]:
    yield _(
        "Shared: %(of_query)s of the query, %(of_match)s of the match; likeness of titles %(titles)s, of all words %(words)s"
    ) % {
        "of_query": f"{e.grounds.of_query:.0%}",
        "of_match": f"{e.grounds.of_match:.0%}",
        "titles": f"{e.grounds.titles:.2f}",
        "words": f"{e.grounds.words:.2f}",
    }


def _passages(heading: str, passages: tuple[Passage, ...]) -> Iterator[str]:
    if not passages:
        return
    yield ""
    yield heading
    for passage in passages:
        yield f"  {passage.score:.2f}  {_marked(passage.query)}"
        yield f"        {_marked(passage.match)}"


def _marked(sentence: Sentence) -> str:
    """Return a sentence on one line with its field, shared words in brackets."""
    text = sentence.text
    for term in reversed(sentence.terms):
        start, end = term.start - sentence.start, term.end - sentence.start
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return f"{sentence.field}: {' '.join(text.split())}"


def _particulars(e: Explanation) -> Iterator[str]:
    lines = [
        (_("People"), "; ".join(e.shared.people)),
        (_("Organisations"), "; ".join(e.shared.organisations)),
        (_("Keywords"), "; ".join(e.shared.keywords)),
        (_("Time"), _time(e)),
        (_("Money"), _money(e)),
    ]
    known = [(name, text) for name, text in lines if text]
    if known:
        yield ""
        yield _("Beside the texts")
    for name, text in known:
        yield f"  {name}: {text}"


def _time(e: Explanation) -> str:
    time = e.time
    if time.common_days:
        return ngettext(
            "%(days)s day together (%(years)s years)",
            "%(days)s days together (%(years)s years)",
            time.common_days,
        ) % {"days": time.common_days, "years": time.common_years}
    if time.gap_days is not None:
        return ngettext(
            "%(days)s day between them", "%(days)s days between them", time.gap_days
        ) % {"days": time.gap_days}
    if time.years_between is not None:
        return _("years from match to query: %(years)s") % {"years": time.years_between}
    return ""


def _money(e: Explanation) -> str:
    if e.money.query is None and e.money.match is None:
        return ""
    stated = [
        "?" if amount is None else f"{amount:,.0f}"
        for amount in (e.money.query, e.money.match)
    ]
    return _("query %(query)s, match %(match)s") % {
        "query": stated[0],
        "match": stated[1],
    }


def _feature(feature: Feature, name: str) -> str:
    """Return a measure on one line; a word counted in two spellings is told once."""
    added: dict[str, float] = {}
    for share in feature.words:
        word = share.written.lower()
        added[word] = added.get(word, 0) + share.value
    most = sorted(added.items(), key=lambda one: (-one[1], one[0]))
    words = ", ".join(f"{word} {value:.3f}" for word, value in most[:MOST_WORDS])
    more = ", …" if len(most) > MOST_WORDS else ""
    line = f"  {feature.contribution:+10.6f}  {name} {feature.value:.6f}"
    return f"{line}  ({words}{more})" if words else line

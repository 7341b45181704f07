"""The ranked list of a scenario with the funding line, on the page and as a file."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.portfolios.queries import value_words
from opensti.kernel.bilingual import pick
from opensti.kernel.searchtext import fold
from opensti.ui.ranked import Column, Line, Ranked, Row
from opensti.ui.templatetags.ui import number
from opensti.web.portfolios.standing import (
    BARRED,
    CHOSEN,
    RESERVE,
    TONES,
    places_of,
    standing_words,
    state_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.http import QueryDict

    from opensti.domains.portfolios.problem.contents import Contents
    from opensti.domains.portfolios.problem.contents import Line as Dossier
    from opensti.ui.ranked import Change
    from opensti.web.portfolios.standing import Place

    Interval = Mapping[str, Any]

MILLION = 1_000_000
# In an address that is asked for once, where the public id stands.
_HERE = "here"
SORTS: dict[str, Callable[[Place], Any]] = {
    "merit": lambda p: (p.rank is None, p.rank or 0),
    "-cost": lambda p: -p.cost,
    "cost": lambda p: p.cost,
    "frequency": lambda p: -(p.frequency if p.frequency is not None else -1.0),
    "code": lambda p: p.code,
}


def sort_words(*, frequency: bool) -> list[tuple[str, str]]:
    return [
        ("merit", _("Merit, best first")),
        ("-cost", _("Cost, highest first")),
        ("cost", _("Cost, lowest first")),
        ("code", _("Code")),
        *([("frequency", _("How often chosen"))] if frequency else []),
    ]


def asked_places(
    contents: Contents, lines: Mapping[str, Dossier], asked: QueryDict
) -> list[Place]:
    """Those that filters and order of the address ask for; others are ignored."""
    places = places_of(contents)
    if (state := asked.get("state")) in state_words():
        places = [p for p in places if p.state == state]
    if field := asked.get("field", ""):
        told = contents.problem["categories"]
        places = [p for p in places if told[p.code].get("field") == field]
    if q := fold(asked.get("q", "").strip()):
        places = [p for p in places if q in _searched(lines.get(p.code), p.code)]
    sort = asked.get("sort", "merit")
    return sorted(places, key=SORTS[sort]) if sort in SORTS else places


def is_narrowed(asked: QueryDict) -> bool:
    """Whether the list is another than all by merit: then no line can be drawn."""
    return any(asked.get(name) for name in ("state", "field", "q")) or (
        asked.get("sort", "merit") != "merit"
    )


def _searched(line: Dossier | None, code: str) -> str:
    if line is None:
        return fold(code)
    return fold(f"{code} {line.title_vi} {line.title_en} {line.host_vi} {line.host_en}")


def fields_of(contents: Contents) -> list[tuple[str, str]]:
    """The fields of the dossiers, for the filter."""
    labels = contents.problem["labels"]
    values = {told.get("field", "") for told in contents.problem["categories"].values()}
    return sorted(
        ((v, value_words("field", v, labels)) for v in values if v),
        key=lambda pair: pair[1],
    )


def ranked_list(
    contents: Contents,
    lines: Mapping[str, Dossier],
    places: Sequence[Place],
    *,
    narrowed: bool,
    intervals: Mapping[str, Interval],
    changes: Mapping[str, Change],
    may_lock: bool,
    money: str,
) -> Ranked:
    """The list. ``money`` says how much of which budget is spent, for the line."""
    calibrated = contents.problem["basis"] == "calibrated"
    # Beside the mean alone it must be said of what the interval is.
    interval = _("Interval") if calibrated else _("Interval of the calibrated merit")
    frequency = any(p.frequency is not None for p in places)
    columns = [
        Column(label=_("No."), kind="rank"),
        Column(label=_("Dossier"), kind="name"),
        Column(label=_("State"), kind="state"),
        Column(label=_("Mean by the regime"), kind="figure"),
        *([Column(label=_("Calibrated merit"), kind="figure")] if calibrated else []),
        *([Column(label=interval, kind="text")] if intervals else []),
        Column(label=_("State budget (million đồng)"), kind="figure"),
        Column(label=_("Margin"), kind="figure"),
        Column(label=_("Standing"), kind="figure"),
        *([Column(label=_("How often"), kind="figure")] if frequency else []),
        Column(label=_("At the slider"), kind="mark"),
    ]
    cells = _Cells(may_lock=may_lock)
    rows = []
    for place in places:
        line = lines.get(place.code)
        rows.append(
            Row(
                key=place.code,
                tone=TONES[place.state],
                cells=[
                    "—" if place.rank is None else SafeString(place.rank),
                    cells.name(place, line),
                    cells.state(place, line),
                    cells.figure(None if line is None else line.mean, 2),
                    *([cells.figure(place.merit, 2)] if calibrated else []),
                    *([cells.interval(intervals.get(place.code))] if intervals else []),
                    cells.figure(Decimal(place.cost) / MILLION, 0),
                    cells.margin(place),
                    cells.standing(place),
                    *([cells.often(place)] if frequency else []),
                    "",
                ],
            )
        )
    return Ranked(
        id="ranked",
        caption=_("Dossiers by merit with the funding line"),
        columns=columns,
        rows=rows,
        lines=[] if narrowed else _lines(places, money),
        changes=changes,
    )


def _lines(places: Sequence[Place], money: str) -> list[Line]:
    """After as many as are funded: who is chosen below it and who is not above it."""
    able = [p for p in places if p.rank is not None]
    funded = sum(p.state == CHOSEN for p in places)
    above = sum(p.state != CHOSEN for p in able[:funded])
    words = ngettext(
        "Funding line: %(n)d of %(of)d dossiers, %(money)s",
        "Funding line: %(n)d of %(of)d dossiers, %(money)s",
        funded,
    ) % {"n": funded, "of": len(able), "money": money}
    if above:
        words += " — " + ngettext(
            "%(n)d above it is left for the conditions, as many below it are chosen",
            "%(n)d above it are left for the conditions, as many below it are chosen",
            above,
        ) % {"n": above}
    found = [Line(after=min(funded, len(able)), words=words)]
    if len(able) < len(places):
        found.append(Line(after=len(able), words=_("These cannot be chosen")))
    return found


class _Cells:
    """Writes the cells of thousands of rows: words and addresses are asked for once."""

    def __init__(self, *, may_lock: bool) -> None:
        self.may_lock = may_lock
        self.why, self.fix, self.refix, self.by_hand = (
            escape(said)
            for said in (
                _("Why"),
                _("Fix by hand"),
                _("Change what is fixed"),
                _("fixed by hand"),
            )
        )
        self.decision, self.lock = (
            reverse(f"portfolios:{name}", args=[_HERE]) for name in ("decision", "lock")
        )
        self.states = {
            state: f'<span class="badge" data-tone="{TONES[state]}">{escape(said)}'
            for state, said in state_words().items()
        }
        self.standings: dict[tuple[str, bool], SafeString] = {}
        self.least = _("from %(margin)s")

    def name(self, place: Place, line: Dossier | None) -> SafeString:
        code = escape(place.code)
        if line is None:
            return SafeString(code)
        title = escape(pick(line.title_vi, line.title_en))
        host = escape(pick(line.host_vi, line.host_en))
        fix = ""
        if self.may_lock:
            fix = (
                f' <a href="{self.lock.replace(_HERE, line.decision)}">'
                f"{self.fix if line.must is None else self.refix}"
                f'<span class="visually-hidden"> {code}</span></a>'
            )
        return SafeString(
            f'<a href="{self.decision.replace(_HERE, line.decision)}">{code}</a> {title}'
            f'<details class="small"><summary>{self.why}'
            f'<span class="visually-hidden"> {code}</span></summary>'
            f"<p>{host}</p><p>{escape(place.why)}{fix}</p></details>"
        )

    def state(self, place: Place, line: Dossier | None) -> SafeString:
        said = self.states[place.state]
        if place.state == RESERVE and place.reserve:
            said += f" {place.reserve}"
        if place.level:
            said += f" ({escape(place.level)})"
        said += "</span>"
        if line is not None and line.must is not None:
            said += f'<br><span class="small soft">{self.by_hand}</span>'
        return SafeString(said)

    @staticmethod
    def figure(value: Any, places: int) -> SafeString:
        return SafeString("—" if value is None else number(value, places))

    @staticmethod
    def interval(told: Interval | None) -> str:
        if told is None or told.get("low") is None:
            return "—"
        return f"{number(told['low'], 1)}\u2013{number(told['high'], 1)}"

    def margin(self, place: Place) -> SafeString:
        """Points to spare for who is chosen, points that were wanting for who is not."""
        price = place.least if place.price is None else place.price
        if price is None or place.state == BARRED:
            return SafeString("—")
        sign = "\u2212" if place.state == CHOSEN else "+"
        said = f"{sign}{number(price, 2)}" if price else number(0, 0)
        if place.price is None:
            said = self.least % {"margin": said}
        return SafeString(said)

    def standing(self, place: Place) -> SafeString:
        key = place.standing, place.state == CHOSEN
        if key not in self.standings:
            self.standings[key] = SafeString(
                escape(standing_words(place.standing, chosen=key[1]))
            )
        return self.standings[key]

    @staticmethod
    def often(place: Place) -> SafeString:
        if place.frequency is None:
            return SafeString("—")
        return SafeString(f"{number(100 * place.frequency, 0)} %")


def file_rows(
    places: Iterable[Place],
    lines: Mapping[str, Dossier],
    intervals: Mapping[str, Interval],
) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of the whole list as a workbook: figures as figures."""
    words = state_words()
    head = [
        _("No."),
        _("Code"),
        _("Title"),
        _("Host"),
        _("State"),
        _("Level"),
        _("Mean by the regime"),
        _("Merit"),
        _("Low"),
        _("High"),
        _("State budget"),
        _("Margin"),
        _("Standing"),
        _("How often"),
        _("Fixed by hand"),
        _("Reason"),
    ]
    rows = []
    for place in places:
        line, told = lines.get(place.code), intervals.get(place.code) or {}
        rows.append(
            [
                place.rank,
                place.code,
                pick(line.title_vi, line.title_en) if line else "",
                pick(line.host_vi, line.host_en) if line else "",
                words[place.state],
                place.level,
                line.mean if line else None,
                place.merit,
                told.get("low"),
                told.get("high"),
                place.cost,
                place.price,
                standing_words(place.standing, chosen=place.state == CHOSEN),
                place.frequency,
                line.locked_because if line else "",
                place.why,
            ]
        )
    return head, rows

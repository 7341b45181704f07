"""What a wave of a survey came to, in words and pictures: for its pages and its report.

Everything here is read from the frozen tables that may be told, so that no page can tell more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from opensti.kernel.bilingual import pick
from opensti.kernel.economies import economy_name as name_of
from opensti.ui.drawing import Chart, written
from opensti.ui.intervals import Interval, intervals
from opensti.ui.quadrants import Dot, quadrants
from opensti.ui.radar import radar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.surveys.models import Wave
    from opensti.domains.surveys.queries import Own as OwnPage
    from opensti.domains.surveys.queries import ToldWave

VERDICTS = {
    "compared": gettext_lazy("may be compared"),
    "indicative": gettext_lazy("indicative: no ranking"),
    "items": gettext_lazy("question by question: no mean, no ranking"),
    "suppressed": gettext_lazy("kept back"),
}
WHY = {
    "low_omega": gettext_lazy("reliability (omega) below .70"),
    "few_units": gettext_lazy("fewer than 30 organisations"),
    "not_invariant": gettext_lazy("the scale does not mean the same everywhere"),
    "improper": gettext_lazy("the model of the scale does not fit"),
    "no_fit": gettext_lazy("the model of the scale does not fit"),
    "no_spread": gettext_lazy("everybody gave the same answer"),
    "not_identified": gettext_lazy("too few questions for a scale"),
    "dependent": gettext_lazy("a question repeats others"),
    "shape": gettext_lazy("too few questions for a scale"),
    "few_groups": gettext_lazy("nobody to compare with"),
}
KEPT_BACK = {
    "suppressed": gettext_lazy("kept back"),
    "items": gettext_lazy("question by question"),
}
CHANGES = {
    "gone": gettext_lazy("no longer recommended"),
    "still": gettext_lazy("still recommended"),
    "new": gettext_lazy("newly recommended"),
}
BY = {"size": gettext_lazy("By size"), "sector": gettext_lazy("By sector")}
TRAINING = "train_"
LEAST_P = 0.001
Rows = list[list[str]]


@dataclass(frozen=True)
class Grid:
    """A table in words."""

    title: str
    head: list[str]
    rows: Rows
    numeric: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """A wave in the language of the moment; ``wanted`` is the economy that is looked at."""

    told: ToldWave
    wanted: str = ""

    @property
    def wave(self) -> Wave:
        return self.told.wave

    @cached_property
    def cells(self) -> list[dict[str, str]]:
        return self.told.tables["cells.csv"]

    @cached_property
    def gates(self) -> dict[tuple[str, str], dict[str, str]]:
        rows = self.told.tables["reliability.csv"]
        return {(one["economy"], one["clause"]): one for one in rows}

    @cached_property
    def economies(self) -> list[tuple[str, str]]:
        codes = dict.fromkeys(one["economy"] for one in self.cells)
        return [(code, name_of(code)) for code in codes]

    @property
    def economy(self) -> str:
        codes = [code for code, _name in self.economies]
        return self.wanted if self.wanted in codes else codes[0]

    @property
    def economy_name(self) -> str:
        return name_of(self.economy)

    # ---- words

    def clause(self, number: str) -> str:
        names = {
            c.number: f"{c.number}. {c}" for c in self.told.instrument.asked.clauses
        }
        return names.get(number, number)

    def item(self, code: str) -> str:
        found = self.told.instrument.asked.by_code.get(code)
        return f"{code} · {found}" if found else code

    def figure(self, name: str) -> str:
        known = {
            one.figure: str(one) for one in self.told.instrument.questionnaire.questions
        }
        return known.get(name, name)

    def programme(self, code: str) -> str:
        return pick(*self.told.instrument.rules.titles.get(code, (code, code)))

    def _of(self, economy: str, measure: str, by: str = "") -> list[dict[str, str]]:
        return [
            one
            for one in self.cells
            if (one["economy"], one["measure"], one["by"]) == (economy, measure, by)
        ]

    # ---- one economy

    def pictures(self) -> list[Chart]:
        """Practice of each clause, its importance, and both against each other."""
        clauses, important = (
            {c["key"]: _number(c["mean"]) for c in self._of(self.economy, measure)}
            for measure in ("clause", "importance")
        )
        found = [
            radar(
                title=_("%(economy)s: practice (0 to 5) and importance (1 to 5) by part")
                % {"economy": self.economy_name},
                head=[_("Part"), _("Practice"), _("Importance")],
                rows=[(self.clause(c), (v, important.get(c))) for c, v in clauses.items()],
            )
            if len(clauses) > 2  # noqa: PLR2004 -- rays of a radar
            else None,
            self.practice(),
            self._plane(clauses, important),
        ]  # fmt: skip
        return [one for one in found if one is not None]

    def practice(self) -> Chart:
        return self._spread(
            _("%(economy)s: practice by part, with intervals"),
            _("Part"),
            [(self.clause(c["key"]), c) for c in self._of(self.economy, "clause")],
        )

    def _plane(
        self, clauses: Mapping[str, float | None], important: Mapping[str, float | None]
    ) -> Chart | None:
        both = [
            (c, v, w)
            for c, v in clauses.items()
            if v is not None and (w := important.get(c)) is not None
        ]
        if not both:
            return None
        return quadrants(
            title=_("%(economy)s: importance and practice, parted at the means")
            % {"economy": self.economy_name},
            head=[_("Part"), _("Practice"), _("Importance")],
            rows=[Dot(label=self.clause(c), mark=c[:2], x=v, y=w) for c, v, w in both],
            x_line=sum(v for _c, v, _w in both) / len(both),
            y_line=sum(w for _c, _v, w in both) / len(both),
        )

    def needs_said(self) -> list[Chart]:
        """Barriers and wishes for training, the greatest first."""
        cells = self._of(self.economy, "barrier")
        parts = (
            (
                _("%(economy)s: what holds innovation back (1 to 5)"),
                _("Barrier"),
                False,
            ),
            (_("%(economy)s: which help would be of use (1 to 5)"), _("Help"), True),
        )
        found = []
        for title, head, training in parts:
            rows = [
                (self.figure(c["key"]), c)
                for c in cells
                if c["key"].startswith(TRAINING) == training
            ]
            rows.sort(key=lambda row: -(_number(row[1]["mean"]) or 0.0))
            if rows:
                found.append(self._spread(title, head, rows))
        return found

    def _spread(
        self, title: str, head: str, rows: Sequence[tuple[str, Mapping[str, str]]]
    ) -> Chart:
        return intervals(
            title=title % {"economy": self.economy_name},
            head=[head, _("Mean"), _("Lower end"), _("Upper end")],
            rows=[
                Interval(
                    label=f"{label} ({KEPT_BACK[c['kept_back']]})"
                    if c["kept_back"] in KEPT_BACK
                    else label,
                    value=_number(c["mean"]),
                    low=_number(c["low"]),
                    high=_number(c["high"]),
                )
                for label, c in rows
            ],
        )

    def breakdowns(self) -> list[Grid]:
        """Parts by size and by sector; what is kept back says so."""
        clauses = [c["key"] for c in self._of(self.economy, "clause")]
        found = []
        for by, words in BY.items():
            cells = {(c["group"], c["key"]): c for c in self._of(self.economy, "clause", by)}  # fmt: skip
            groups = dict.fromkeys(group for group, _key in cells)
            if groups:
                found.append(
                    Grid(
                        str(words),
                        [_("Group"), *(self.clause(c) for c in clauses)],
                        [
                            [self.group(by, g), *(_cell(cells.get((g, c))) for c in clauses)]
                            for g in groups
                        ],
                        list(range(1, len(clauses) + 1)),
                    )
                )  # fmt: skip
        return found

    def group(self, by: str, code: str) -> str:
        return self.told.size(code) if by == "size" else code

    def items(self) -> Grid:
        """Every question: where a part is not measured well enough, this is the result."""
        return Grid(
            _("Question by question"),
            [_("Question"), _("Mean"), _("Interval"), _("Organisations")],
            [
                [self.item(c["key"]), _cell(c), _interval(c), c["n"] or "—"]
                for c in self._of(self.economy, "item")
            ],
            [1, 3],
        )

    # ---- all economies

    def reliability(self) -> Grid:
        return Grid(
            _("Whether parts may be compared"),
            [_("Economy"), _("Part"), _("Organisations"), "ω", "\u03b1", _("What is told"), _("Why")],
            [
                [
                    name_of(economy),
                    self.clause(clause),
                    one["n"] or "—",
                    _short(one["omega"]),
                    f"{_short(one['alpha'])} ({_short(one['alpha_low'])} \u2013 {_short(one['alpha_high'])})"
                    if one["alpha"]
                    else "—",
                    str(VERDICTS[one["verdict"]]),
                    "; ".join(str(WHY.get(why, why)) for why in one["why"].split()) or "—",
                ]
                for (economy, clause), one in self.gates.items()
            ],
            [2, 3, 4],
        )  # fmt: skip

    def compared(self) -> list[tuple[Chart, Grid, Grid]]:
        """Each part that may be compared: means, places, differences between economies."""
        places = self.told.tables["places.csv"]
        pairs = self.told.tables["comparisons.csv"]
        means = {
            (c["economy"], c["key"]): c
            for c in self.cells
            if c["measure"] == "clause" and not c["by"]
        }
        found = []
        for clause in dict.fromkeys(one["clause"] for one in places):
            ranked = [one for one in places if one["clause"] == clause]
            title = self.clause(clause)
            chart = intervals(
                title=_("%(part)s: means of economies") % {"part": title},
                head=[_("Economy"), _("Mean"), _("Lower end"), _("Upper end")],
                rows=[
                    Interval(
                        label=name_of(one["economy"]),
                        value=_number((c := means[one["economy"], clause])["mean"]),
                        low=_number(c["low"]),
                        high=_number(c["high"]),
                    )
                    for one in ranked
                ],
            )
            found.append(
                (
                    chart,
                    Grid(
                        _("%(part)s: places") % {"part": title},
                        [_("Economy"), _("Mean"), _("Place among economies")],
                        [
                            [
                                name_of(one["economy"]),
                                _short(one["mean"]),
                                one["place_best"]
                                if one["place_best"] == one["place_worst"]
                                else f"{one['place_best']} \u2013 {one['place_worst']}",
                            ]
                            for one in ranked
                        ],
                        [1, 2],
                    ),
                    Grid(
                        _("%(part)s: differences") % {"part": title},
                        [_("Economies"), _("Difference"), _("Interval"), "g", _("p (Holm)")],
                        [
                            [
                                f"{name_of(one['first'])} \u2013 {name_of(one['second'])}",
                                _short(one["difference"]),
                                _interval(one),
                                _short(one["g"]),
                                _chance(one["p_holm"]),
                            ]
                            for one in pairs
                            if one["clause"] == clause
                        ],
                        [1, 3, 4],
                    ),
                )
            )  # fmt: skip
        return found

    def programmes(self, economy: str = "") -> Grid:
        """Recommended programmes with seats, coaches and budget, and which were declined."""
        rows = [
            one
            for one in self.told.tables["needs.csv"]
            if not economy or one["economy"] == economy
        ]
        return Grid(
            _("Recommended training programmes and implementation projects"),
            [_("Economy"), _("Programme"), _("Organisations it is for"), _("Places in training"), _("Coaches"), _("Budget"), _("Declined")],
            [
                [
                    name_of(one["economy"]),
                    self.programme(one["programme"]),
                    *self._amounts(one),
                    d.reason if (d := self.told.declined.get((one["economy"], one["programme"]))) else "—",
                ]
                for one in rows
            ],
            [2, 3, 4, 5],
        )  # fmt: skip

    def _amounts(self, one: Mapping[str, str]) -> list[str]:
        if one["kept_back"]:
            return [str(KEPT_BACK["suppressed"]), "—", "—", "—"]
        budget = one["budget"]
        return [
            written(round(float(one["organisations"])), 0),
            written(int(one["seats"]), 0),
            written(int(one["coaches"]), 0),
            f"{written(round(float(budget)), 0)} {one['currency']}" if budget else "—",
        ]

    def findings(self) -> list[str]:
        """What rules say of economies as such."""
        found = []
        for one in self.told.tables["findings.csv"]:
            ahead = f" ({_('ahead:')} {name_of(one['ahead'])})" if one["ahead"] else ""
            found.append(
                f"{name_of(one['economy'])}, {self.clause(one['clause'])}{ahead}: {pick(one['vi'], one['en'])} [{one['causes']}]"
            )
        return found

    def since(self) -> Grid | None:
        """What became of the recommendations of the wave before."""
        if not self.told.changes:
            return None
        return Grid(
            _("Since the wave before"),
            [_("Economy"), _("Programme"), pgettext("difference", "Change"), _("Seats then"), _("Seats now")],
            [
                [
                    name_of(one.economy),
                    self.programme(one.programme),
                    str(CHANGES[one.kind]),
                    "—" if one.before is None else written(one.before, 0),
                    "—" if one.now is None else written(one.now, 0),
                ]
                for one in self.told.changes
            ],
            [3, 4],
        )  # fmt: skip

    def about(self) -> list[list[str]]:
        """Who answered, how it was cleaned, weighed and drawn."""
        said = self.told.outcome.summary
        left_out = ", ".join(f"{_REASONS[r]}: {n}" for r, n in said["excluded"].items() if n)  # fmt: skip
        return [
            [_("Answers"), _("%(kept)d kept of %(all)d") % {"kept": said["kept"], "all": said["answers"]}],
            [_("Left out"), left_out or "—"],
            [_("Organisations"), "; ".join(f"{name_of(e['economy'])}: {e['organisations']}" for e in said["economies"])],
            [_("Effective number"), "; ".join(f"{name_of(e['economy'])}: {written(round(e['effective'], 1), 1)}" for e in said["economies"])],
            [_("Silent"), ", ".join(name_of(e) for e in said["silent_economies"]) or "—"],
            [_("Bootstrap"), _("%(runs)d draws, seed %(seed)d") % {"runs": said["runs"], "seed": said["seed"]}],
            # In parts: it must not run over the edge of a paper.
            [_("SHA-256 of the results"), " ".join(wrap(self.told.outcome.sha256, 16))],
        ]  # fmt: skip


_REASONS = {
    "no_consent": gettext_lazy("no consent"),
    "twice": gettext_lazy("came twice"),
    "copy": gettext_lazy("copy of another"),
    "straight": gettext_lazy("all answers alike"),
    "quick": gettext_lazy("too quick"),
    "gaps": gettext_lazy("too many gaps"),
}


@dataclass(frozen=True)
class Own:
    """One person's page: the own answers beside the class."""

    page: OwnPage

    @property
    def wave(self) -> Wave:
        return self.page.answering.wave

    @property
    def unit(self) -> Any:
        return self.page.answering.person.unit

    @property
    def economy(self) -> str:
        return name_of(self.unit.economy)

    def clause(self, number: str) -> str:
        clauses = self.page.answering.instrument.asked.clauses
        return {c.number: f"{c.number}. {c}" for c in clauses}[number]

    def chart(self) -> Chart:
        return intervals(
            title=_("Your answers (stroke) beside organisations like yours (dot)"),
            head=[_("Part"), _("Mean of the class"), _("Lower end"), _("Upper end")],
            other=_("Yours"),
            rows=[
                Interval(
                    label=self.clause(one.clause),
                    value=one.mean,
                    low=one.low,
                    high=one.high,
                    other=None if one.own is None else round(one.own, 2),
                )
                for one in self.page.clauses
            ],
        )

    def grid(self) -> Grid:
        return Grid(
            _("Part by part"),
            [_("Part"), _("Yours"), _("The class"), _("Which class"), _("Organisations")],
            [
                [
                    self.clause(one.clause),
                    "—" if one.own is None else written(round(one.own, 2), 2),
                    str(KEPT_BACK["suppressed"]) if one.mean is None else written(round(one.mean, 2), 2),
                    "—" if one.mean is None else self._class(one.by, one.group),
                    "—" if one.n is None else str(one.n),
                ]
                for one in self.page.clauses
            ],
            [1, 2, 4],
        )  # fmt: skip

    def _class(self, by: str, group: str) -> str:
        if by == "sector":
            return f"{self.economy}, {group}"
        if by == "size":
            return f"{self.economy}, {self.page.size(group)}"
        return self.economy

    def advice(self) -> list[tuple[str, str]]:
        """What the rules say of the own answers, and the programme that would help."""
        rules = self.page.answering.instrument.rules
        return [
            (
                pick(*rules.texts[one.rule]),
                pick(*rules.titles[one.programme]) if one.programme else "",
            )
            for one in self.page.advice
        ]


def _number(text: str) -> float | None:
    return round(float(text), 3) if text else None


def _short(text: str, places: int = 2) -> str:
    return written(round(float(text), places), places) if text else "—"


def _chance(text: str) -> str:
    return (
        f"< {written(LEAST_P, 3)}"
        if text and float(text) < LEAST_P
        else _short(text, 3)
    )


def _cell(one: Mapping[str, str] | None) -> str:
    if one is None:
        return "—"
    if one["kept_back"] in KEPT_BACK:
        return str(KEPT_BACK[one["kept_back"]])
    return _short(one["mean"])


def _interval(one: Mapping[str, str]) -> str:
    return f"{_short(one['low'])} \u2013 {_short(one['high'])}" if one["low"] else "—"

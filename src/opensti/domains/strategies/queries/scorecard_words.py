"""What a scorecard says in words: what is wanted, how far it is, what it would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opensti.domains.strategies.choices import Comparator, Light, Measure
from opensti.domains.strategies.queries.coherence_words import figure

if TYPE_CHECKING:
    from opensti.domains.strategies.queries.scorecard import Line, Scorecard
    from opensti.kernel.refusals import Text

TONES = {
    Light.ON.value: "good",
    Light.NEAR.value: "warn",
    Light.OFF.value: "bad",
    Light.NO_DATA.value: "neutral",
}
NOTES: dict[str, Text] = {
    "no_value": gettext_lazy("No approved value yet."),
    "only_base": gettext_lazy("No value after the base year yet."),
    "no_base": gettext_lazy("No base: the value is compared with the target itself."),
    "target_is_base": gettext_lazy("The target is the base: no achievement to count."),
    "no_rate": gettext_lazy("No constant rate leads from the base to the target."),
    "no_pace": gettext_lazy("No rate leads from the latest value to the target."),
    "ended": gettext_lazy("The last year of the target is over."),
    "few_windows": gettext_lazy(
        "The past is too short to say how likely it is: fewer than three stretches."
    ),
}


def light_words(light: str) -> str:
    return str(Light(light).label)


def wanted_words(line: Line) -> str:
    """What the act wants: the comparator and the value with its unit, and the year."""
    unit = f" {line.unit}" if line.measure == Measure.LEVEL else " %"
    value = figure(float(line.value), 6)
    if line.high:
        value = f"{value}\u2013{figure(float(line.high), 6)}"
    said = f"{Comparator(line.comparator).label} {value}{unit}"
    if line.measure == Measure.GROWTH or line.chained:
        return _("%(said)s a year to %(year)s") % {"said": said, "year": line.to_year}
    if line.measure == Measure.CHANGE:
        return _("%(said)s since %(base)s, by %(year)s") % {
            "said": said,
            "base": line.rating.base_year or "\u2014",
            "year": line.to_year,
        }
    return _("%(said)s by %(year)s") % {"said": said, "year": line.to_year}


def value_words(line: Line) -> str:
    """The newest value with its unit and year; a mark where it stands in for a late one."""
    found = line.latest
    if found is None:
        return _("no data")
    said = f"{figure(float(found.value), line.decimals)} {line.unit} ({found.year})"
    if found.carried:
        return _("%(said)s, last value of whoever is late") % {"said": said}
    if found.status == "provisional":
        return _("%(said)s, provisional") % {"said": said}
    return said


def percent_words(share: float | None) -> str:
    """A share as a percentage, not clipped; a dash for none."""
    return "\u2014" if share is None else f"{figure(share * 100, 1)} %"


def pace_words(line: Line, pace: float | None) -> str:
    """A pace: % a year, or units a year."""
    if pace is None:
        return "\u2014"
    if line.rating.pace == "rate":
        return _("%(rate)s %% a year") % {"rate": figure(pace)}
    return _("%(step)s %(unit)s a year") % {"step": figure(pace), "unit": line.unit}


def required_words(line: Line) -> str:
    """What it takes from here against what was achieved, as one sentence; "" for nothing."""
    found = line.rating
    if found.required is None:
        return ""
    said = {
        "required": pace_words(line, found.required),
        "achieved": pace_words(line, found.achieved),
        "year": line.to_year,
    }
    if found.ratio is None:
        return (
            _("It takes %(required)s to %(year)s; so far it went %(achieved)s.") % said
        )
    return _(
        "It takes %(required)s to %(year)s; so far it went %(achieved)s: %(ratio)s times that."
    ) % {**said, "ratio": figure(found.ratio)}


def likelihood_words(line: Line) -> str:
    """How often the past went as fast as is required now, with the numbers; "" for nothing."""
    found = line.rating.windows
    if found is None:
        return ""
    return ngettext(
        "In %(met)s of %(count)s past stretch of %(years)s years it went as fast as is required now.",
        "In %(met)s of %(count)s past stretches of %(years)s years it went as fast as is required now.",
        found.count,
    ) % {"met": found.met, "count": found.count, "years": found.years}


def note_words(line: Line) -> list[str]:
    """What is to be known beside the numbers."""
    return [str(NOTES[code]) for code in line.rating.notes]


def scorecard_head() -> list[str]:
    """The columns of a scorecard as a file."""
    return [
        _("Strategy or plan"), _("Code"), _("Indicator"), _("Unit"), _("Target"), _("Text of the act"),
        _("Article"), _("Light"), _("Base year"), _("Base"), _("Year"), _("Value"),
        _("Level aimed at"), _("Path in that year"), _("Gap to the path"),
        _("Achievement, %"), _("Share of the path, %"), _("Achieved pace"),
        _("Required pace"), _("Required over achieved"), _("Pace in"),
        _("Past stretches"), _("of which fast enough"), _("Vintage"), _("Body that keeps it"),
    ]  # fmt: skip


def scorecard_rows(card: Scorecard) -> list[list[Any]]:
    """One row a target, figures as figures (not rounded, not clipped)."""
    return [_row(line) for line in (*card.lines, *card.others)]


def _row(line: Line) -> list[Any]:
    found, latest = line.rating, line.latest
    windows = found.windows

    def times_100(share: float | None) -> float | None:
        return None if share is None else share * 100

    return [
        line.plan, line.code, line.name, line.unit, wanted_words(line), line.text,
        line.article, light_words(line.light), found.base_year, found.base, found.year,
        found.value, found.aim, found.on_path, found.gap, times_100(found.achievement),
        times_100(found.share), found.achieved, found.required, found.ratio,
        _("% a year") if found.pace == "rate" else line.unit,
        windows.count if windows else None, windows.met if windows else None,
        latest.vintage if latest else "", line.owner,
    ]  # fmt: skip

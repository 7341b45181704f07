"""Files of ``opensti flags``: releases and settings, refused by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sti_methods.redflags import BadSettings, Settings, read_releases, settings_of

from opensti.console.panels_files import Findings, text_of
from opensti.console.portfolio_files import read_document

if TYPE_CHECKING:
    from pathlib import Path

    from sti_methods.redflags import Problem, Release

    Places = dict[tuple[str, ...], int]

RELEASE_WORDS = {
    "json": gettext_lazy(
        "this is not JSON (%(why)s); write one compiled release on each line."
    ),
    "object": gettext_lazy(
        "this is no object in braces { }; write one compiled release on each line."
    ),
    "package": gettext_lazy(
        "this is a package; write each compiled release in it on a line of its own."
    ),
    "ocid": gettext_lazy("the release has no ocid; write it as a text in quotes."),
    "twice": gettext_lazy(
        "line %(line)s has the ocid “%(ocid)s” already; merge both into one compiled release."
    ),
    "empty": gettext_lazy(
        "there is no release; write one compiled release on each line."
    ),
}
SETTING_WORDS = {
    "unknown": gettext_lazy("“%(name)s” is not known; there are: %(known)s."),
    "none": gettext_lazy("no flag is named; begin a section with one of: %(known)s."),
    "section": gettext_lazy(
        "“%(name)s” has options below it, no value of its own; write it as a section."
    ),
    "both": gettext_lazy(
        "only one of “%(name)s” and “%(known)s” can be given; leave one of the two out."
    ),
    "whole": gettext_lazy("“%(stated)s” is no whole number from 0 on; write one."),
    "positive": gettext_lazy("“%(stated)s” is no whole number from 1 on; write one."),
    "percentile": gettext_lazy(
        "“%(stated)s” is no whole number from 0 to 100; write one."
    ),
    "share": gettext_lazy(
        "“%(stated)s” is no number from 0 on; write one like 0.05, with a point."
    ),
    "text": gettext_lazy(
        "“%(stated)s” cannot be read; write texts, several parted by |."
    ),
}


def read_release_file(path: Path, found: Findings) -> dict[int, Release]:
    """Releases of a file of JSON lines by their line; what is wrong is noted."""
    # A text in JSON may hold other ends of line: only this one parts releases.
    releases, faults = read_releases(text_of(path).split("\n"))
    for fault in faults:
        what = str(RELEASE_WORDS[fault.code]) % dict(fault.values)
        found.add_line(path, fault.line, 1, what)
    return releases


def read_settings(path: Path | None, found: Findings) -> Settings | None:
    """Settings of an INI file, or of YAML by its name; without a file, every flag as published."""
    if path is None:
        return Settings()
    places: Places = {}
    before = found.count
    if path.suffix.lower() in {".yaml", ".yml"}:
        document = read_document(path, found)
        data = document.data
        for key, mark in document.keys.items():
            places[tuple(str(part) for part in key)] = mark.line + 1
        if data is not None and not isinstance(data, dict):
            found.add_line(path, 1, 1, _("this is no mapping; begin with a name and a colon."))  # fmt: skip
    else:
        data = _ini(path, places, found)
    if found.count > before or not isinstance(data, dict):
        return None
    try:
        return settings_of(data)
    except BadSettings as refusal:
        for problem in refusal.problems:
            found.add_line(path, _line(problem, places), 1, _words(problem))
    return None


def _line(problem: Problem, places: Places) -> int:
    for length in range(len(problem.place), 0, -1):
        if problem.place[:length] in places:
            return places[problem.place[:length]]
    return 1


def _words(problem: Problem) -> str:
    return str(SETTING_WORDS[problem.code]) % {
        "name": ".".join(problem.place),
        "stated": problem.stated,
        "known": ", ".join(problem.known) or "—",
    }


def _ini(path: Path, places: Places, found: Findings) -> dict[str, Any]:
    """Sections and options as texts; a dot in the name of a section puts it into another."""
    data: dict[str, Any] = {}
    section: dict[str, Any] = data
    here: tuple[str, ...] = ()
    for number, raw in enumerate(text_of(path).split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in ";#":
            continue
        if line[0] == "[" and line[-1] == "]":
            here = tuple(line[1:-1].strip().split(".", 1))
            section = _section(data, here)
            _place(path, here, number, places, found, new=here not in places)
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            found.add_line(path, number, 1, _("this is neither [a section] nor “option = value”; write one of them."))  # fmt: skip
            continue
        place = (*here, name.strip())
        _place(path, place, number, places, found, new=place not in places)
        section[name.strip()] = value.strip()
    return data


def _section(data: dict[str, Any], here: tuple[str, ...]) -> dict[str, Any]:
    for part in here:
        inner = data.setdefault(part, {})
        if not isinstance(inner, dict):
            inner = data[part] = {}
        data = inner
    return data


def _place(
    path: Path,
    place: tuple[str, ...],
    number: int,
    places: Places,
    found: Findings,
    *,
    new: bool,
) -> None:
    if not new:
        found.add_line(
            path,
            number,
            1,
            _("“%(name)s” is in line %(line)s already; leave one of the two out.")
            % {"name": ".".join(place), "line": places[place]},
        )
    places.setdefault(place, number)

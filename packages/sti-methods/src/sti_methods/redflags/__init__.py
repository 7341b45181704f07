"""Red flags: what deserves a second look, by published definitions and stated thresholds.

    releases, faults = read_releases(lines)
    report = flags_of(releases.values(), settings_of({"currency": "VND", "R018": None}))

``flags_of`` asks the eleven flags of open contracting of compiled releases; the functions
of ``programmes`` and ``texts`` ask those of research funding of plain records. Everything is
counted in exact fractions; the order of what is given changes no answer. A flag is a
question for a person, never a finding against one.
"""

from sti_methods.redflags.asking import SeveralCurrencies, flags_of
from sti_methods.redflags.fences import Fences, quantile
from sti_methods.redflags.findings import (
    BUYER,
    ENTITY,
    GROUPS,
    PROCESS,
    TENDERER,
    Finding,
    Report,
)
from sti_methods.redflags.programmes import (
    Course,
    Duty,
    Extended,
    Late,
    Mark,
    Near,
    OwnTopic,
    Price,
    Repeated,
    Swing,
    Topic,
    Win,
    late_registrations,
    many_extensions,
    near_prices,
    own_topics,
    repeated_winners,
    swinging_reviewers,
)
from sti_methods.redflags.reading import Fault, read_releases
from sti_methods.redflags.releases import Award, Bid, Release, release_of
from sti_methods.redflags.settings import (
    FLAGS,
    PREPARING,
    BadSettings,
    Problem,
    Settings,
    settings_of,
)
from sti_methods.redflags.texts import Overlap, Text, overlapping_texts, shingles

__all__ = [
    "BUYER",
    "ENTITY",
    "FLAGS",
    "GROUPS",
    "PREPARING",
    "PROCESS",
    "TENDERER",
    "Award",
    "BadSettings",
    "Bid",
    "Course",
    "Duty",
    "Extended",
    "Fault",
    "Fences",
    "Finding",
    "Late",
    "Mark",
    "Near",
    "Overlap",
    "OwnTopic",
    "Price",
    "Problem",
    "Release",
    "Repeated",
    "Report",
    "Settings",
    "SeveralCurrencies",
    "Swing",
    "Text",
    "Topic",
    "Win",
    "flags_of",
    "late_registrations",
    "many_extensions",
    "near_prices",
    "overlapping_texts",
    "own_topics",
    "quantile",
    "read_releases",
    "release_of",
    "repeated_winners",
    "settings_of",
    "shingles",
    "swinging_reviewers",
]

"""Printed names of people, Vietnamese ones first: what can be the same name, what cannot.

A Vietnamese name is surname, middle names, given name; few surnames are shared by most.
Abroad it is printed in other orders, without its marks, with initials, or without the
middle names. A printed name is therefore kept as all the ways in which it can be read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

# Family names borne by nearly all Vietnamese, without marks (Đ as d).
SURNAMES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "huynh",
        "hoang",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dao",
        "doan",
        "vuong",
        "trinh",
        "truong",
        "dinh",
        "lam",
        "phung",
        "mai",
        "to",
        "ta",
        "luu",
        "luong",
        "thai",
        "ha",
        "cao",
        "chau",
        "quach",
        "lai",
        "kieu",
        "tang",
        "tong",
        "thach",
        "giang",
        "nghiem",
        "hua",
        "bach",
        "khuc",
        "quan",
        "diep",
        "mac",
        "nong",
        "vi",
        "be",
        "la",
        "ma",
        "dam",
        "than",
        "chu",
        "trieu",
        "tu",
        "ninh",
        "khong",
        "an",
        "au",
        "ung",
        "uong",
    ]
)
TITLES = frozenset(
    [
        "gs",
        "pgs",
        "ts",
        "ths",
        "tskh",
        "ks",
        "cn",
        "bs",
        "kts",
        "dr",
        "prof",
        "professor",
        "assoc",
        "phd",
        "msc",
        "mr",
        "mrs",
        "ms",
        "ong",
        "ba",
        "anh",
        "chi",
        "eng",
    ]
)
_WORDS = re.compile(r"[^\W\d_]+")
_ALL = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "ø": "o", "ł": "l", "ß": "ss"})
LONGEST = 7


def fold(text: str) -> str:
    """Lower case without marks, words joined by single spaces."""
    return " ".join(_words(text))


def fold_all(text: str) -> str:
    """The same for what is no person: numbers are kept ("Viện số 2" is not "Viện số 3")."""
    return " ".join(_ALL.findall(_bare(text)))


def _words(text: str) -> list[str]:
    return _WORDS.findall(_bare(text))


def _bare(text: str) -> str:
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
        text = "".join(c for c in marked if not unicodedata.combining(c))
    return text.lower()


def marks(text: str) -> str:
    """The name with its marks, one way written; empty if it was printed without any."""
    if text.isascii():
        return ""
    whole = unicodedata.normalize("NFC", text).casefold()
    return " ".join(w for w in _WORDS.findall(whole) if fold(w) not in TITLES)


@dataclass(frozen=True)
class Reading:
    """One way to read a name: surname, and the rest in the order printed."""

    surname: str
    rest: tuple[str, ...]
    # Which of the rest is the given name; ``None``: it cannot be known.
    given: int | None = None


@dataclass(frozen=True)
class Name:
    """A printed name with all its readings."""

    printed: str
    folded: str
    marked: str
    readings: tuple[Reading, ...]

    @property
    def initials(self) -> bool:
        """Whether some part is only a letter."""
        return any(len(word) == 1 for word in self.folded.split())


@lru_cache(maxsize=200_000)
def read(printed: str) -> Name:
    """Read a printed name in every way that makes sense."""
    before, comma, after = printed.partition(",")
    surname = [w for w in _words(before) if w not in TITLES]
    others = [w for w in _words(after) if w not in TITLES]
    found: list[Reading] = []
    if comma and surname and others:
        words = [*surname, *others][:LONGEST]
        found.append(Reading(surname[-1], (*surname[:-1], *others), None))
        if len(surname) > 1:
            found.append(Reading(surname[0], (*surname[1:], *others), None))
    else:
        words = surname or [w for w in _words(printed) if w not in TITLES]
        words = words[:LONGEST]
        found += _in_order(words)
    return Name(
        printed=printed,
        folded=" ".join(words),
        marked=marks(printed),
        readings=tuple(dict.fromkeys(found)),
    )


def _in_order(words: list[str]) -> list[Reading]:
    if not words:
        return []
    if len(words) == 1:
        return [Reading(words[0], (), None)]
    first = Reading(words[0], tuple(words[1:]), len(words) - 2)
    last = Reading(words[-1], tuple(words[:-1]), None)
    known_first = words[0] in SURNAMES
    known_last = words[-1] in SURNAMES and len(words[-1]) > 1
    if known_first and not known_last:
        return [first]
    if known_last and not known_first:
        # "N. V. An" has a letter for the surname and a given name like a surname.
        return [last, first] if len(words[0]) == 1 else [last]
    return [first, last]


SAME, FOLDED, REORDERED, SHORTER, INITIALS, NOT = (
    "same",
    "folded",
    "reordered",
    "shorter",
    "initials",
    "not",
)


@lru_cache(maxsize=500_000)
def likeness(one: str, other: str) -> str:
    """How far two printed names can be the same: ``same`` … ``initials``, or ``not``."""
    a, b = read(one), read(other)
    if a.marked and b.marked and not (a.initials or b.initials):
        if sorted(a.marked.split()) == sorted(b.marked.split()):
            return SAME if a.marked == b.marked else REORDERED
        if len(a.marked.split()) == len(b.marked.split()):
            return NOT  # Ân is not An: both were printed with their marks
    if a.folded == b.folded and a.folded:
        return INITIALS if a.initials else FOLDED
    best = NOT
    for x in a.readings:
        for y in b.readings:
            found = _alike(x, y)
            if _RANK[found] < _RANK[best]:
                best = found
    return best


_RANK = {SAME: 0, FOLDED: 1, REORDERED: 2, SHORTER: 3, INITIALS: 4, NOT: 5}


def _fits(a: str, b: str) -> bool:
    return a == b or (len(a) == 1 and b[:1] == a) or (len(b) == 1 and a[:1] == b)


def _alike(x: Reading, y: Reading) -> str:
    if not _fits(x.surname, y.surname):
        return NOT
    if not x.rest or not y.rest:
        return NOT
    short, long = (x, y) if len(x.rest) <= len(y.rest) else (y, x)
    if not _placed(short, long):
        return NOT
    letters = any(len(w) == 1 for w in (x.surname, y.surname, *x.rest, *y.rest))
    if letters:
        return INITIALS
    if len(x.rest) < len(y.rest) or len(y.rest) < len(x.rest):
        return SHORTER
    return FOLDED if x.rest == y.rest else REORDERED


def _placed(short: Reading, long: Reading) -> bool:
    """Whether every part of the shorter stands in the longer, the given name among them."""
    size = len(short.rest)
    places = range(len(long.rest))
    for chosen in permutations(places, size):
        if not all(_fits(short.rest[n], long.rest[p]) for n, p in enumerate(chosen)):
            continue
        if long.given is not None and long.given not in chosen:
            continue
        if (
            short.given is not None
            and long.given is not None
            and chosen[short.given] != long.given
        ):
            continue
        return True
    return False

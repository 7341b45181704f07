"""Words of the interface that a page says in the other language.

What people wrote, and names in the data, may be in any language; the site's own words
may not. The catalogue knows those: as English msgids and as Vietnamese msgstrs.
"""

from __future__ import annotations

import re
from functools import cache

import polib

from tests.journeys.house import ROOT

CATALOGUE = ROOT / "src" / "opensti" / "locale" / "vi" / "LC_MESSAGES" / "django.mo"
CONTEXT = "\x04"
SLOT = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
WORD = re.compile(r"[^\W\d_]{2,}")


@cache
def catalogue() -> polib.MOFile:
    return polib.mofile(str(CATALOGUE))


@cache
def vietnamese() -> dict[str, str]:
    """Vietnamese by English; a context stands before the text, as gettext writes it."""
    return {
        f"{e.msgctxt}{CONTEXT}{e.msgid}" if e.msgctxt else e.msgid: e.msgstr
        for e in catalogue()
        if e.msgstr
    }


@cache
def _words(language: str) -> frozenset[str]:
    """Every text of the interface in a language."""
    texts = set()
    for entry in catalogue():
        if language == "en":
            texts |= {entry.msgid, entry.msgid_plural}
        else:
            texts |= {entry.msgstr, *entry.msgstr_plural.values()}
    return frozenset(" ".join(t.split()) for t in texts if t)


@cache
def _foreign(reader: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """What this reader must not meet: whole texts, and texts with slots for data."""
    own, other = _words(reader), _words("vi" if reader == "en" else "en")
    texts = {t for t in other - own if WORD.search(t)}
    slotted = {t for t in texts if SLOT.search(t)}
    # a slot takes anything, so what stands around it must be more than a word
    told = sorted(t for t in slotted if len(WORD.findall(SLOT.sub(" ", t))) > 1)
    pattern = "|".join(
        ".+".join(re.escape(piece) for piece in SLOT.split(t)) for t in told
    )
    return frozenset(texts - slotted), re.compile(pattern or r"(?!)")


@cache
def amiss(text: str, reader: str) -> bool:
    """Whether a text of a page is the interface's own, but in the other language."""
    plain, slotted = _foreign(reader)
    if text in plain:
        return True
    if text in _words(reader):
        return False
    return slotted.fullmatch(text) is not None

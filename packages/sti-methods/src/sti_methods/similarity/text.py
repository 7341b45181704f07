"""Words as they are compared: one spelling for what people write in many.

A text becomes NFC, then *folded*: lower case, no diacritics, ``đ`` as ``d``, so that
"Đổi mới" and "doi moi" meet. A folded word of Latin letters is cut to its stem
(Snowball's English, M. F. Porter, 2001); Vietnamese syllables are too short to be cut.
What folding loses is kept beside it: a word written with diacritics is also a term of
its own, so that "máy" prefers "máy" to "may". Words of other languages lend their
groups of four letters, which meet across inflections and kindred languages.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from Stemmer import Stemmer

LONGEST_WORD = 40
GROUP = 4
_LETTERS = {ord("đ"): "d", ord("ø"): "o", ord("ł"): "l", ord("ß"): "ss"}
_LETTERS |= {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th", ord("ð"): "d"}
_MARKS = re.compile("[\u0300-\u036f]+")
_MARKED = re.compile("[\u0300-\u036f]*")
_PIECE = re.compile(r"[^\W_]+")
_RUN = re.compile("[A-Za-z0-9]+")
_WORD = string.ascii_letters + string.digits
_KEEP = bytes(ord(chr(c).lower()) if chr(c) in _WORD else 32 for c in range(256))
_END = re.compile(r"(?<=[.!?;])[\"'\u201d\u2019)\]]*\s+|\s*\n\s*|\s*•\s*")
_TOO_SHORT = 3
# Short words that only one language has, for telling whose words get groups of letters.
_PLAIN = (
    "the of and to in for is that with this are will be on by as from we it or an "
    "va cua cac cho duoc trong la co voi de khong nay khi tu den nhung ve tai mot"
)
_OTHERS = (
    "der die das und den von zu mit im des ist für auf dem nicht eine ein wird werden "
    "les des une est dans pour par sur qui avec sont cette au aux du la le et "
    "di il che della delle per con una dei nel sono alla gli è più questo "
    "el los las en del para como una por con se sus es esta "
    "het een van voor met zijn wordt door bij aan naar deze dit "
    "uma não dos das os como mais pela pelo são ao "
    "och att som på för av med är till den det ett"
)
_OURS = frozenset(_PLAIN.encode().split())
# Words that say nothing when two sentences share them: as stems where they are written
# in ASCII, else as `settled`; "may" is plain and "máy" is not.
PLAIN_WORDS = _OURS | frozenset(
    b"a at s t has have had been was were can may these those their its they which who "
    b"not but more most than such into also our us all any both each other do does "
    b"theo hay ra".split()
)
_SPELLED = (
    "và của các được là có với để không này từ đến những về tại một như sẽ đã đang hoặc "
    "bị bởi vào cũng trên dưới nhằm giữa đó thì mà"
)
PLAIN_SPELLED = frozenset(_SPELLED.split())


def fold(text: str) -> str:
    """Return a text in lower case and without diacritics; letters only change spelling."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower()).lower()
    return _MARKS.sub("", apart).translate(_LETTERS)


def folded_words(text: str) -> list[bytes]:
    """Return the folded words of a text in their order, as ASCII bytes, uncut.

    Letters of other scripts (Greek, Cyrillic, Chinese) separate words: they are no
    terms. Cost: about 0.1 µs a character where the text is ASCII.
    """
    if not text.isascii():
        text = fold(text)
    return text.encode("ascii", "replace").translate(_KEEP).split()


_FOREIGN = frozenset(folded_words(_OTHERS)) - _OURS


class Stems(dict[bytes, bytes]):
    """Each word's stem, worked out once; words over 40 letters are cut first."""

    def __init__(self) -> None:
        super().__init__()
        self._stem = Stemmer("english").stemWord

    def __missing__(self, word: bytes) -> bytes:
        plain = word[:LONGEST_WORD].decode()
        if len(plain) > _TOO_SHORT and plain.isalpha():
            plain = self._stem(plain)
        self[word] = cut = plain.encode()
        return cut


def other_terms(text: str, words: list[bytes]) -> list[str]:
    """Return what folding loses: words with their diacritics, or groups of four letters.

    ``words`` are the text's `folded_words`. Nothing for an ASCII text in English. Terms
    begin with a mark that no word has.
    """
    if foreign(words):
        return [
            f"~{word[n : n + GROUP]}"
            for word in map(bytes.decode, words)
            if len(word) > GROUP
            for n in range(len(word) - GROUP + 1)
        ]
    if text.isascii():
        return []
    pieces = _PIECE.findall(text.lower())
    return [f"'{settled(piece)}" for piece in pieces if not piece.isascii()]


def foreign(words: list[bytes]) -> bool:
    """Say whether folded words are neither English nor Vietnamese, by the short ones."""
    theirs = _FOREIGN.intersection(words)
    return bool(theirs) and len(theirs) > len(_OURS.intersection(words))


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LATE_TONE = re.compile(rf"(o[ae]|uy)([{_TONES}])$")


@lru_cache(maxsize=65536)
def settled(word: str) -> str:
    """Return a Vietnamese syllable with its tone where the older rule puts it.

    ``hoà`` and ``hòa`` are one word; both become ``hòa``.
    """
    apart = unicodedata.normalize("NFD", word)
    moved = _LATE_TONE.sub(lambda m: f"{m[1][0]}{m[2]}{m[1][1]}", apart)
    return unicodedata.normalize("NFC", moved)


class Piece(NamedTuple):
    """A word where it stands: ``text[start:end]``, and its folded, cut form."""

    start: int
    end: int
    stem: bytes


def pieces(text: str, stems: Stems) -> list[Piece]:
    """Return the words of a text with their places; the same words as `folded_words`.

    Cost: 0.3 µs a word where the text is ASCII, 0.3 µs a character where it is not.
    """
    if text.isascii():
        return [
            Piece(*match.span(), stems[match[0].lower().encode()])
            for match in _RUN.finditer(text)
        ]
    letters: list[str] = []
    places: list[int] = []  # which character each folded letter came from
    for place, character in enumerate(text):
        apart = fold(character)
        letters.append(apart)
        places += [place] * len(apart)
    return [
        Piece(
            places[match.start()],
            _MARKED.match(text, places[match.end() - 1] + 1).end(),  # type: ignore[union-attr]
            stems[match[0].lower().encode()],
        )
        for match in _RUN.finditer("".join(letters))
    ]


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends; ends at . ! ? ; a line or a bullet."""
    spans, start = [], 0
    for end in [*_END.finditer(text), None]:
        stop = len(text) if end is None else end.start()
        inner = text[start:stop]
        if inner.strip():
            lead = len(inner) - len(inner.lstrip())
            spans.append((start + lead, start + len(inner.rstrip())))
        if end is not None:
            start = end.end()
    return spans

"""Vietnamese or not: told by the shape of the words, with diacritics or without.

Vietnamese writes every syllable apart, and its syllables are few: an initial and one of
some 160 rhymes. Of the words of a Vietnamese text nearly all have that shape, of an
English one about a quarter (*a, on, the, can*).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sti_methods.similarity.text import folded_words

if TYPE_CHECKING:
    from sti_methods.similarity.records import Record

VIETNAMESE, ENGLISH = "vi", "en"
LANGUAGES = (VIETNAMESE, ENGLISH)
FEWEST_WORDS = 3
SHARE = 0.65
_HEAD = 300  # characters of a text that are looked at
_INITIALS = "ngh nghi ng nh gh gi g kh k ch c ph qu th tr t b d h l m n p r s v x"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu "
    "i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on "
    "ong ooc oong op ot u ua uac uan uang uat uay uao uc ue uech uenh ui um un ung uo "
    "uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu "
    "y yem yen yet yeu"
)
_SYLLABLE = re.compile(
    f"(?:{_INITIALS.replace(' ', '|')})?(?:{_RHYMES.replace(' ', '|')})"
)


@lru_cache(maxsize=65536)
def syllable(word: bytes) -> bool:
    """Say whether a folded word has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word.decode()) is not None


def language(text: str) -> str | None:
    """Return ``vi``, or ``en`` for whatever is not Vietnamese; ``None`` for next to nothing.

    Looks at the first 300 characters; fewer than three words tell nothing.
    Cost: some 10 µs.
    """
    words = [word for word in folded_words(text[:_HEAD]) if not word.isdigit()]
    if len(words) < FEWEST_WORDS:
        return None
    shaped = sum(map(syllable, words))
    return VIETNAMESE if shaped >= SHARE * len(words) else ENGLISH


def other_than(name: str) -> str:
    """Return the other one of the two languages."""
    return LANGUAGES[1 - LANGUAGES.index(name)]


def main_language(record: Record) -> str | None:
    """Return the language of a record's body, or of its title where it has none."""
    return language(record.body) or language(record.title.partition("\n")[0])


def languages(record: Record) -> frozenset[str]:
    """Return the languages of a record: of each line of its title, and of its body."""
    texts = (*record.title.split("\n"), record.body)
    return frozenset(said for text in texts if (said := language(text)))

"""Letters that nobody sees: marks that turn a text round, controls, joiners, private ones.

Asked at the doors of the house and nowhere else: forms of every page lose such letters
(``project.middleware``), bodies of programs are refused with them (``api.bodies``), texts
of strangers lose them once more where they are compared (``supervision``). What comes in by
files and commands is not asked: whoever runs them may read the bytes.
"""

from __future__ import annotations

import unicodedata

# Ends of lines and tabs are controls that people type.
TYPED = frozenset("\n\r\t")
# Controls, format (direction, width, joiners), private, halves of pairs, unassigned.
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def is_unseen(letter: str) -> bool:
    """Whether one letter shows nothing, or changes how its neighbours are shown."""
    return letter not in TYPED and unicodedata.category(letter) in UNSEEN


def without_unseen(text: str) -> str:
    """The text as it is read: ``"a\\u202eb"`` gives ``"ab"``; the same text where all is seen."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text if not is_unseen(letter))


def first_unseen(text: str) -> str:
    """Which letter is not seen, as ``U+202E``; empty where there is none."""
    found = next((letter for letter in text if is_unseen(letter)), "")
    return f"U+{ord(found):04X}" if found else ""

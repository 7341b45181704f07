"""Why a receipt does not hold, in the reader's language.

The ledger package speaks English only (it serves other projects too): what it says is
known here by its words; the part it quotes is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Iterator

_REASONS = (
    _("this is not a verifier key (name+id+key)."),
    _("the verifier key's id does not belong to its name and key."),
    _("a note has no control characters."),
    _("a note is a text, an empty line and signature lines."),
    _("the note has too many signatures."),
    _("%s is not a signature line."),
    _("the signature of %s is not valid."),
    _("the note is not signed by a known key."),
    _("a checkpoint has an origin, a size and a root."),
    _("the checkpoint is of another log than its signer's."),
    _("the checkpoint is of another log."),
    _("this is no decision bundle, or a file in it was altered."),
    _("a file of the bundle is too long."),
    _("a tile of the log is not as long as it must be."),
    _("the entry is not under the root that was signed."),
    _("a proof begins with %s."),
    _("the proof lacks its index."),
    _("%s is not a number of entries."),
    _("%s is not a SHA-256 hash."),
    _("%s is not base64."),
    _("%s is not base64 as it is written."),
    _("this is too long to be a receipt."),
    _("the entry names another position than the receipt."),
    _("the receipt does not carry its entry."),
    _("the entry is not JSON."),
    _("the receipt's salt is not hexadecimal."),
    _("the body shown is not the one that the log commits to."),
    _("fewer witnesses have seen the checkpoint than the policy asks."),
    _("a policy has no control characters."),
    _("a policy has exactly one quorum line."),
    _("the key is of another kind than such a line needs."),
    _("the key stands in the policy already."),
    _("the name %s is taken."),
    _("nothing above is called %s."),
    _("a name belongs to one group, once."),
    _("a group is all, any or a number from 1 to %s."),
    _("this is no log, witness, group or quorum line."),
)


def in_words(error: Exception) -> str:
    """Return the reason in the active language; of a fault of reading what to do."""
    if isinstance(error, UnicodeDecodeError):
        return gettext(
            "the file is not UTF-8 text; take the .tlog-proof file as it was."
        )
    if isinstance(error, OSError):
        return gettext("the file cannot be read.")
    said = str(error)
    if match := re.fullmatch(r"line (\S+) of the policy: (.+)", said, re.DOTALL):
        return gettext("line %(number)s of the policy: %(reason)s") % {
            "number": match[1],
            "reason": in_words(ValueError(match[2])),
        }
    return next(_translated(said), said)


def _translated(said: str) -> Iterator[str]:
    for reason in _REASONS:
        before, _mark, after = reason.partition("%s")
        if said == reason:
            yield gettext(reason)
        elif _mark and (
            match := re.fullmatch(
                f"{re.escape(before)}(.+){re.escape(after)}", said, re.DOTALL
            )
        ):
            yield gettext(reason) % match[1]

"""Texts that only the house itself can read: AES-GCM with a key outside the database.

Who holds the database alone reads nothing. A sealed text is bound to what it belongs
to: moved to another row it does not open. No time stands in it.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from opensti.kernel.record.keys import read_seed
from opensti.kernel.refusals import StepNotAllowed

NONCE = 12


def seal(data: bytes, *, key: str, about: str) -> bytes:
    """Seal ``data`` with the named key of the data directory, made at first use."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(key).encrypt(nonce, data, about.encode())


def unseal(sealed: bytes, *, key: str, about: str) -> bytes:
    """Return what was sealed; raises ``StepNotAllowed`` when the key is another one."""
    try:
        return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except InvalidTag:
        raise StepNotAllowed(
            _("This cannot be read: the key in the data directory is not the one."),
            mend=_("Bring the key file back from its own backup."),
        ) from None


def _cipher(key: str) -> AESGCM:
    return AESGCM(read_seed(Path(settings.OPENSTI_DATA_DIR) / f"{key}.key"))

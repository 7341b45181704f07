from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PersonErased:
    """A person and the doubles merged into the entry were erased: forget them too.

    ``addresses`` are the mail addresses that the entries had.
    """

    person_ids: tuple[int, ...]
    addresses: tuple[str, ...]
    at: datetime

"""One thing that is wrong with a procedure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong: which, where, in words, and how to mend it."""

    code: str
    path: str
    message: str
    mend: str
    level: Literal["fault", "remark"] = "fault"

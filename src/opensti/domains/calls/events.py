"""What happens to calls and dossiers that higher domains may want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CallPublished:
    call_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CallChanged:
    """A published call was extended or cancelled: ``state`` is its state now."""

    call_id: int
    state: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DossiersOpened:
    call_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted:
    dossier_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierMoved:
    """Any step of a dossier: ``act`` was taken, ``state`` is where it stands now."""

    dossier_id: int
    act: str
    state: str
    at: datetime

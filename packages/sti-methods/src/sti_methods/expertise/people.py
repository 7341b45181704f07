"""Who is asked and what about: experts with what they wrote, proposals to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from json import dumps

# What an expert is known by.
WORK, REVIEW, DECLARED = "work", "review", "declared"
KINDS = (WORK, REVIEW, DECLARED)
# How much is known of an expert: works are counted, declarations are not.
NOTHING, FEW, ENOUGH = "none", "few", "enough"
ENOUGH_WORKS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Something an expert is known by: a work, a review once written, a declaration.

    Parameters
    ----------
    id : str
        Unique within an expert.
    title, abstract : str
        Either may be empty. Of a review: those of what was reviewed; of a declaration:
        keywords and names of fields.
    year : int, optional
        When it came out.
    kind : str
        ``work``, ``review`` or ``declared``.
    """

    id: str
    title: str = ""
    abstract: str = ""
    year: int | None = None
    kind: str = WORK

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is none of {', '.join(KINDS)}")

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.abstract}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Expert:
    id: str
    pieces: tuple[Piece, ...] = ()

    @property
    def evidence(self) -> str:
        """``none``, ``few`` or ``enough``: how many works the scores rest on."""
        works = sum(piece.kind == WORK and bool(piece.text) for piece in self.pieces)
        return ENOUGH if works >= ENOUGH_WORKS else FEW if works else NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    id: str
    title: str = ""
    abstract: str = ""

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.abstract}".strip()


def digest(things: tuple[Expert, ...] | tuple[Proposal, ...]) -> str:
    """Return a name for exactly these experts or proposals in this order (SHA-256)."""
    whole = sha256()
    for thing in things:
        said: list[object] = [thing.id]
        if isinstance(thing, Expert):
            said += [[p.id, p.title, p.abstract, p.year, p.kind] for p in thing.pieces]
        else:
            said += [thing.title, thing.abstract]
        whole.update(dumps(said, ensure_ascii=True).encode() + b"\n")
    return whole.hexdigest()

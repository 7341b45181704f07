"""What there is to disclose: every kind with its fields, from where and since when.

A field without an entry here can have no rule, and so is never shown. Whoever makes more
of a kind public adds the field in ``fields_cases.py`` or ``fields_registry.py``, and a rule
in ``disclosure/default.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from opensti.domains.publications.disclosure import Form, Nature
from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from collections.abc import Iterable

_FITTING: dict[Nature, frozenset[Form]] = {
    Nature.TEXT: frozenset(),
    Nature.NUMBER: frozenset(),
    Nature.MONEY: frozenset({Form.ROUNDED}),
    Nature.DAY: frozenset({Form.YEAR}),
    Nature.LIST: frozenset({Form.COUNT}),
}
_ALWAYS = frozenset({Form.EXACT, Form.NONE})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a kind.

    ``reads`` is the attribute path that gives its value; what reads ``pk`` has no value of
    its own, the page asks whether it may show the part. ``columns`` are the attributes by
    path that are emptied where it is withheld, and by which nobody sorts then.
    ``since`` (paths of days) overrides that of the kind. ``consent`` is the path of a
    person's consent, ``publication`` what a procedure calls publishing it, with the path of
    the procedure in ``regime``. ``searched``: the kind's search text is made of it.
    ``named_by``: the field (``order.code``) of another kind that it is shown and sorted by.
    """

    key: str
    label_vi: str
    label_en: str
    reads: str
    columns: tuple[str, ...] = ()
    nature: Nature = Nature.TEXT
    since: tuple[str, ...] = ()
    consent: str = ""
    publication: str = ""
    regime: str = ""
    searched: bool = False
    named_by: str = ""

    @property
    def label(self) -> str:
        return pick(self.label_vi, self.label_en)

    @property
    def forms(self) -> frozenset[Form]:
        """The forms that it can be shown in."""
        found = _ALWAYS | _FITTING[self.nature]
        if self.consent:
            found |= {Form.CONSENT}
        if self.publication:
            found |= {Form.REGIME}
        return found


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of thing the public may see.

    ``since``: paths of the days that must all have passed before it may be public; the
    latest that is known counts, and where none is known a delay never ends. ``counted``:
    its rows may be shown as a count alone; ``consent`` is the path of a person's consent. ``holds``:
    paths of rows of other kinds that come with it, each under the rules of its own kind.
    """

    key: str
    label_vi: str
    label_en: str
    since: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    consent: str = ""
    counted: bool = False
    holds: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        return pick(self.label_vi, self.label_en)

    @property
    def forms(self) -> frozenset[Form]:
        """The forms that the existence of a row can take."""
        found = _ALWAYS | ({Form.COUNT} if self.counted else frozenset())
        return found | ({Form.CONSENT} if self.consent else frozenset())

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def searched(self) -> frozenset[str]:
        """The fields that its search text is made of."""
        return frozenset(field.key for field in self.fields if field.searched)


def field(
    said: str, reads: str, columns: str = "", nature: Nature = Nature.TEXT, **more: str
) -> Field:
    """Read ``key | nhãn | label`` and the paths; by default the path is the column."""
    key, vi, en = (part.strip() for part in said.split("|"))
    regime = more.get("regime", "")
    return Field(
        key=key,
        label_vi=vi,
        label_en=en,
        reads=reads,
        columns=tuple(one for one in (columns or reads).split() if one != "pk"),
        nature=nature,
        since=tuple(more.get("since", "").split()),
        consent=more.get("consent", ""),
        publication=more.get("publication", ""),
        regime=regime,
        searched=bool(more.get("searched", "")),
        named_by=more.get("named_by", ""),
    )


def pair(said: str, path: str, *, searched: str = "") -> Field:
    """A text in both languages."""
    return field(said, path, f"{path}_vi {path}_en", searched=searched)


def kinds_of(*groups: Iterable[Kind]) -> dict[str, Kind]:
    """All kinds by key."""
    return {kind.key: kind for group in groups for kind in group}

"""What an audience is shown at a moment, by the policy in force: rows, fields, columns.

Asked the same way by pages, lists, the API and every file. What no rule names is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import DateTimeField, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.queries import publishes
from opensti.domains.publications.disclosure import (
    WHOLE_ROW,
    Audience,
    Form,
    Nature,
)
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.publications.queries.days import midnight
from opensti.domains.publications.queries.masking import emptied, masked
from opensti.domains.publications.queries.policies import policy_in_force
from opensti.domains.publications.queries.searching import found_by
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from opensti.domains.publications.disclosure import Policy, Rule
    from opensti.domains.publications.queries.fields import Field
    from opensti.kernel.refusals import Text

M = TypeVar("M")
_MILLION = Decimal(1_000_000)
# Forms in which the value is not shown as it is kept.
_CHANGED = frozenset({Form.ROUNDED, Form.YEAR, Form.COUNT})
_REASONS: dict[Form | None, Text] = {
    None: _("No rule of the policy makes this public."),
    Form.NONE: _("The policy withholds this."),
    Form.CONSENT: _("The person has not agreed."),
    Form.REGIME: _("The procedure of this case does not publish it."),
    Form.COUNT: _("Shown as a count only."),
}
_NOT_YET = _("It becomes public later.")
_NAMELESS = _("What it leads to is not public.")


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A field that is not shown: why, on what basis, and until which day, if one is known."""

    field: str
    label: str
    reason: Text
    basis: str = ""
    until: date | None = None


class Card:
    """One row as its reader may see it: ``card.title`` or ``card["title"]``; None is withheld.

    A value is read when it is asked for, so that a card of a list costs no query.
    """

    def __init__(self, sight: Sight, kind: str, row: Any) -> None:
        self._sight, self._kind, self._row = sight, CATALOGUE[kind], row

    @property
    def row(self) -> Any:
        """The row itself, masked as it was read."""
        return self._row

    @cached_property
    def withheld(self) -> tuple[Withheld, ...]:
        """What is not shown, in the order of the catalogue."""
        told = (self._told(one, read=False)[1] for one in self._kind.fields)
        return tuple(fault for fault in told if fault is not None)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of what is not shown, for templates: ``"amount" not in card.hidden``."""
        return frozenset(one.field for one in self.withheld)

    @cached_property
    def missing(self) -> tuple[Withheld, ...]:
        """What a page tells its reader is not shown: facts, not whole parts of pages."""
        parts = {one.key for one in self._kind.fields if one.reads == "pk"}
        return tuple(one for one in self.withheld if one.field not in parts)

    @property
    def plain(self) -> list[tuple[str, Any]]:
        """Label and value of every fact that is shown and says something."""
        shown = [one for one in self._kind.fields if one.key not in self.hidden]
        facts = [one for one in shown if one.nature is not Nature.LIST]
        return [(one.label, value) for one in facts if (value := self[one.key])]

    def shows(self, key: str) -> bool:
        """Whether the field is shown at all; it may still be empty."""
        return self._told(self._kind.by_key[key], read=False)[1] is None

    def __getitem__(self, key: str) -> Any:
        return self._told(self._kind.by_key[key], read=True)[0]

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_") or key not in self._kind.by_key:
            raise AttributeError(key)
        return self[key]

    def _told(self, one: Field, *, read: bool) -> tuple[Any, Withheld | None]:
        kept: dict[str, tuple[Any, Withheld | None]] = getattr(self._row, "_shown", {})
        if one.key in kept:
            return kept[one.key]
        return self._sight.told(self._kind.key, one, self._row, read=read)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """The policy in force for one audience on one day; asking it costs no query.

    ``since`` is the day from which it holds; None where it is the shipped one.
    """

    policy: Policy
    audience: Audience
    day: date
    since: date | None = None
    _open: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def rule(self, kind: str, key: str) -> Rule | None:
        """The rule that holds for a field (or ``*``) of a kind."""
        return self.policy.rule(kind, key, self.audience)

    def form(self, kind: str, key: str) -> Form:
        """In which form a field is shown, delays and conditions apart."""
        found = self.rule(kind, key)
        return Form.NONE if found is None else found.form

    # ---- rows

    def rows(self, kind: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows whose existence is shown now; their withheld fields come out empty.

        What is read past the rows (``values``, aggregates) is not emptied: ask
        ``open_fields`` first.
        """
        known, found = CATALOGUE[kind], self.rule(kind, WHOLE_ROW)
        if found is None or found.form in (Form.NONE, Form.COUNT):
            return queryset.none()
        if found.form is Form.CONSENT:
            queryset = queryset.filter(**{known.consent.replace(".", "__"): True})
        if found.delay_days:
            past = self._past(queryset.model, known.since, found.delay_days)
            queryset = queryset.filter(past)
        closed = self._closed(kind)
        held = [one for path, of in known.holds for one in self._under(path, of)]
        return masked(
            queryset, [*closed, *held], self._mask(kind), self._all_joins(kind)
        )

    def shows_row(self, kind: str, row: Any) -> bool:
        """Whether the row's existence is shown now."""
        known, found = CATALOGUE[kind], self.rule(kind, WHOLE_ROW)
        if found is None or found.form in (Form.NONE, Form.COUNT):
            return False
        if found.form is Form.CONSENT and _read(row, known.consent) is not True:
            return False
        until = self._until(known.since, found, row)
        return until is not None and until <= self.day

    def one(self, kind: str, row: M) -> M:
        """The row with what is withheld empty; ``NotFound`` where it is not shown at all."""
        if not self.shows_row(kind, row):
            raise NotFound
        self._mask(kind)(row)
        return row

    # ---- fields

    def open_fields(self, kind: str) -> frozenset[str]:
        """Fields shown of every row now as they are: sort, filter and search by no others."""
        if kind not in self._open:
            fields = CATALOGUE[kind].fields
            shown = (one.key for one in fields if self._is_plain(kind, one))
            self._open[kind] = frozenset(shown)
        return self._open[kind]

    def is_open(self, kind: str, key: str) -> bool:
        """Whether a field (or ``*``, the rows) is shown of every row now, as it is."""
        found = self.rule(kind, key)
        if found is None or found.form is not Form.EXACT or found.delay_days:
            return False
        return key == WHOLE_ROW or self._name_is_open(CATALOGUE[kind].by_key[key])

    def showing(self, kind: str, key: str, model: type[Model]) -> Q:
        """The rows that show a field now, as a condition: to count them and sum it up.

        None where a rule asks of each row by itself (a consent, a procedure): deny by default.
        """
        one, found = CATALOGUE[kind].by_key[key], self.rule(kind, key)
        nothing = Q(pk__in=[])
        by_row = {Form.NONE, Form.CONSENT, Form.REGIME}
        if found is None or found.form in by_row or not self._name_is_open(one):
            return nothing
        if not found.delay_days:
            return Q()
        return self._past(model, self._since(kind, one), found.delay_days)

    def column_fields(self, kind: str) -> frozenset[str]:
        """Fields shown of some rows, in some form: a list may have them as columns."""
        return frozenset(
            one.key
            for one in CATALOGUE[kind].fields
            if self.form(kind, one.key) is not Form.NONE
        )

    def search(
        self,
        kind: str,
        rows: QuerySet[Any],
        text: str,
        field: str = "search_text",
        *,
        whole: bool = True,
    ) -> QuerySet[Any]:
        """Narrow to a search text, through fields that are open alone.

        Not ``whole``: its folded text holds something of another kind that is not open.
        """
        shown = self.open_fields(kind)
        return found_by(rows, text, CATALOGUE[kind], shown, field, whole=whole)

    def card(self, kind: str, row: Any) -> Card:
        """One row with every field in the form that the policy gives it now."""
        return Card(self, kind, row)

    def shows(self, kind: str, key: str, row: Any) -> bool:
        """Whether one field of a row is shown now, in whatever form."""
        return self._fault(kind, CATALOGUE[kind].by_key[key], row) is None

    def said(self, kind: str, key: str, row: Any, value: Any) -> Any:
        """A value that stands for the field elsewhere (in a public act); None: withheld."""
        if key in self.open_fields(kind):  # a whole export asks this two million times
            return value
        one = CATALOGUE[kind].by_key[key]
        if self._fault(kind, one, row) is not None:
            return None
        return _formed(self.form(kind, key), value)

    # ---- within

    def _is_plain(self, kind: str, one: Field) -> bool:
        return self.is_open(kind, one.key)

    def _mask(self, kind: str) -> Any:
        """What empties the closed fields of a row, and keeps what is shown of them."""
        closed = self._closed(kind)
        held = [
            (path, of, self._mask(of))
            for path, of in CATALOGUE[kind].holds
            if self._closed(of) or not self.is_open(of, WHOLE_ROW)
        ]

        def mask(row: Any) -> None:
            row._shown = kept = {}
            for one in closed:
                form = self.form(kind, one.key)
                value, fault = self.told(kind, one, row, read=form in _CHANGED)
                if fault is None and form not in _CHANGED:
                    continue
                kept[one.key] = (value, fault)
                emptied(row, one.columns, value if form is Form.ROUNDED else None)
            for path, of, mask_held in held:
                other = _read(row, path)
                if other is not None and self.shows_row(of, other):
                    mask_held(other)
                elif other is not None:
                    emptied(row, (path,))

        return mask

    def _closed(self, kind: str) -> list[Field]:
        """The fields that are not shown of every row as they are."""
        return [o for o in CATALOGUE[kind].fields if not self._is_plain(kind, o)]

    def _under(self, path: str, kind: str) -> list[Field]:
        """The closed fields of a kind as those of a row that holds it at a path."""
        return [
            replace(one, columns=tuple(f"{path}.{column}" for column in one.columns))
            for one in self._closed(kind)
        ]

    def _all_joins(self, kind: str) -> tuple[str, ...]:
        found = list(self._joins(kind, self._closed(kind)))
        for path, of in CATALOGUE[kind].holds:
            if self._closed(of) or not self.is_open(of, WHOLE_ROW):
                at = path.replace(".", "__")
                found.append(at)
                found += [f"{at}__{p}" for p in self._joins(of, self._closed(of))]
        return tuple(found)

    def _joins(self, kind: str, closed: list[Field]) -> tuple[str, ...]:
        """The relations that telling the closed fields of a row apart needs."""
        paths: list[str] = []
        for one in closed:
            paths += [path for path in one.columns if "." in path]
            if (found := self.rule(kind, one.key)) is None:
                continue
            if found.delay_days:
                paths += [p.replace("__", ".") for p in self._since(kind, one)]
            if found.form is Form.REGIME:
                paths.append(f"{one.regime}.pk")
        return tuple(
            path.rpartition(".")[0].replace(".", "__") for path in paths if "." in path
        )

    def _since(self, kind: str, one: Field) -> tuple[str, ...]:
        return one.since or CATALOGUE[kind].since

    def told(
        self, kind: str, one: Field, row: Any, *, read: bool = True
    ) -> tuple[Any, Withheld | None]:
        """The value of a field as it is shown now, or why it is not."""
        fault = self._fault(kind, one, row)
        if fault is not None or not read:
            return None, fault
        if one.reads == "pk":
            return True, None
        return _formed(self.form(kind, one.key), _read(row, one.reads)), None

    def _fault(self, kind: str, one: Field, row: Any) -> Withheld | None:
        """Why the field is not shown now."""
        found = self.rule(kind, one.key)
        form = None if found is None else found.form
        until = None
        if (
            found is None
            or form is Form.NONE
            or (form is Form.CONSENT and _read(row, one.consent) is not True)
            or (form is Form.REGIME and not self._published(one, row))
        ):
            reason = _REASONS[form]
        elif not self._name_is_open(one):
            reason = _NAMELESS
        else:
            until = self._until(self._since(kind, one), found, row)
            if until is not None and until <= self.day:
                return None
            reason = _NOT_YET
        return Withheld(
            field=one.key,
            label=one.label,
            reason=reason,
            basis=found.basis if found else "",
            until=until,
        )

    def _name_is_open(self, one: Field) -> bool:
        """Whether what the field is shown by, of another kind, is open."""
        other, _dot, name = one.named_by.partition(".")
        return not other or (
            self.is_open(other, WHOLE_ROW) and self.is_open(other, name)
        )

    def _published(self, one: Field, row: Any) -> bool:
        version = _read(row, one.regime)
        return version is not None and publishes(version, one.publication)

    def _until(self, since: tuple[str, ...], found: Rule, row: Any) -> date | None:
        """The day from which it is shown; None where nobody knows since when to count."""
        if not found.delay_days:
            return self.day
        days = [_day(value) for path in since if (value := _read(row, path))]
        return max(days) + timedelta(days=found.delay_days) if days else None

    def _past(self, model: type[Model], since: tuple[str, ...], days: int) -> Q:
        """Rows whose latest known day is so many days ago."""
        end = self.day - timedelta(days=days - 1)
        every, some = Q(), Q(pk__in=[])
        for path in since:
            over = midnight(end) if _holds_moments(model, path) else end
            every &= Q(**{path: None}) | Q(**{f"{path}__lt": over})
            some |= Q(**{f"{path}__isnull": False})
        return every & some


def sight(*, at: datetime, audience: Audience = Audience.PUBLIC) -> Sight:
    """What an audience is shown at a moment; 1 query, none where the request has asked."""
    day = localdate(at)
    policy, since = policy_in_force(day)
    return Sight(policy=policy, audience=audience, day=day, since=since)


def _formed(form: Form, value: Any) -> Any:
    if value is None or value == "":
        return value
    if form is Form.ROUNDED:
        return (Decimal(value) / _MILLION).quantize(1, ROUND_HALF_UP) * _MILLION
    if form is Form.YEAR:
        return _day(value).year
    if form is Form.COUNT:
        return len(value) if hasattr(value, "__len__") else value.count()
    return value


def _holds_moments(model: Any, path: str) -> bool:
    """Whether the column at a path holds moments, not days."""
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model
    return isinstance(model._meta.get_field(last), DateTimeField)


def _day(value: date | datetime) -> date:
    return localdate(value) if isinstance(value, datetime) else value


def _read(row: Any, path: str) -> Any:
    """The value at an attribute path; None where a part of the way is missing."""
    found = row
    for name in path.replace("__", ".").split("."):
        if found is None:
            return None
        try:
            found = getattr(found, name)
        except (ObjectDoesNotExist, AttributeError):
            return None
        if callable(found) and not hasattr(found, "all"):
            found = found()
    return found

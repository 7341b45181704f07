"""Plain data → the frozen words of ``format.py``, with every fault named at once.

The classes themselves are the description: unknown keys, missing keys and wrong
kinds of value are found from their annotations. A message says the file, the place
in it, what is wrong and how to mend it.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as type_hints

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from opensti.domains.procedures.regimes.format import Regime
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
_FAULTY = object()


def read(kind: type[T], content: object, *, file: str, said: str = "") -> T:
    """Read plain data as ``kind``; ``Invalid`` names every fault, with file and place.

    ``said`` is what to say of them all, with places for ``file`` and ``count``.
    """
    inherit = {}
    if isinstance(content, dict) and isinstance(content.get("src"), str):
        inherit["src"] = content["src"]
    reader = _Reader(file, inherit)
    found = reader.value(kind, content, "")
    if reader.problems:
        count = len(reader.problems)
        raise Invalid(
            reader.problems,
            (said or _("%(file)s: %(count)d faults in the procedure file."))
            % {"file": file, "count": count},
        )
    return found  # type: ignore[no-any-return]


def read_regime(content: Mapping[str, Any], *, file: str) -> Regime:
    return read(Regime, content, file=file)


@cache
def _described(kind: type) -> dict[str, tuple[Any, Any]]:
    """The fields of a class by the key in the file, each with its kind of value."""
    hints = type_hints(kind)
    return {f.name.rstrip("_"): (f, hints[f.name]) for f in fields(kind)}


class _Reader:
    def __init__(self, file: str, inherit: Mapping[str, str]) -> None:
        self.file = file
        self.inherit = inherit
        self.problems: list[Problem] = []

    def fault(self, path: str, message: str, mend: str) -> object:
        self.problems.append(
            Problem(
                field=f"{self.file}: {path or _('(whole file)')}",
                message=message,
                mend=mend,
            )
        )
        return _FAULTY

    def value(self, kind: Any, data: Any, path: str) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            inner = [a for a in get_args(kind) if a is not type(None)]
            return None if data is None else self.value(inner[0], data, path)
        if origin is tuple:
            return self.sequence(get_args(kind)[0], data, path)
        if origin is Literal:
            return self.one_of([str(a) for a in get_args(kind)], data, path)
        if is_dataclass(kind):
            return self.thing(kind, data, path)  # type: ignore[arg-type]
        if isinstance(kind, type) and issubclass(kind, str) and issubclass(kind, Enum):
            chosen = self.one_of([str(m.value) for m in kind], data, path)
            return chosen if chosen is _FAULTY else kind(chosen)
        return self.plain(kind, data, path)

    def sequence(self, kind: Any, data: Any, path: str) -> Any:
        if not isinstance(data, list):
            return self.fault(
                path, _("A list is expected here."), _("Write one “- …” per line.")
            )
        items = []
        for number, item in enumerate(data):
            key = number
            if isinstance(item, dict):
                key = item.get("id") or item.get("code") or item.get("act") or number
            items.append(self.value(kind, item, f"{path}[{key}]"))
        return tuple(items)

    def one_of(self, known: list[str], data: Any, path: str) -> Any:
        if isinstance(data, str) and data in known:
            return data
        near = get_close_matches(str(data), known, n=1)
        return self.fault(
            path,
            _("“%(value)s” is not a word of the format.") % {"value": data},
            _("Did you mean “%(near)s”?") % {"near": near[0]}
            if near
            else _("Use one of: %(known)s.") % {"known": ", ".join(known)},
        )

    def thing(self, kind: type, data: Any, path: str) -> Any:
        if not isinstance(data, dict):
            return self.fault(
                path,
                _("“key: value” lines are expected here."),
                _("Write the fields of %(kind)s.") % {"kind": kind.__name__},
            )
        known = _described(kind)
        for key in data:
            if key not in known:
                near = get_close_matches(str(key), known, n=1)
                self.fault(
                    f"{path}.{key}".lstrip("."),
                    _("“%(key)s” is not known here.") % {"key": key},
                    _("Did you mean “%(near)s”?") % {"near": near[0]}
                    if near
                    else _("Remove it, or use one of: %(known)s.")
                    % {"known": ", ".join(sorted(known))},
                )
        given: dict[str, Any] = {}
        for key, (f, kind_of_value) in known.items():
            if key in data:
                place = f"{path}.{key}".lstrip(".")
                given[f.name] = self.value(kind_of_value, data[key], place)
            elif key in self.inherit:
                given[f.name] = self.inherit[key]
            elif f.default is MISSING and f.default_factory is MISSING:
                given[f.name] = self.fault(
                    f"{path}.{key}".lstrip("."),
                    _("“%(key)s” is missing.") % {"key": key},
                    _("Add the line “%(key)s: …”.") % {"key": key},
                )
        if any(v is _FAULTY for v in given.values()):
            return _FAULTY
        return kind(**given)

    def plain(self, kind: Any, data: Any, path: str) -> Any:
        convert = _PLAIN[kind]
        found = convert(data)
        if found is not None:
            return found
        message, mend = _WANTED[kind]
        return self.fault(
            path,
            _("“%(value)s” is not %(wanted)s.") % {"value": data, "wanted": _(message)},
            _(mend),
        )


def _text(data: Any) -> str | None:
    if isinstance(data, bool) or not isinstance(data, str | int | float):
        return None
    return str(data)


def _whole(data: Any) -> int | None:
    return data if isinstance(data, int) and not isinstance(data, bool) else None


def _yesno(data: Any) -> bool | None:
    return data if isinstance(data, bool) else None


def _decimal(data: Any) -> Decimal | None:
    if isinstance(data, bool) or not isinstance(data, int | float | str):
        return None
    try:
        number = Decimal(str(data))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _fraction(data: Any) -> Fraction | None:
    if not isinstance(data, str | int) or isinstance(data, bool):
        return None
    try:
        return Fraction(data)
    except (ValueError, ZeroDivisionError):
        return None


def _date(data: Any) -> date | None:
    if isinstance(data, datetime):
        return None
    if isinstance(data, date):
        return data
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError):
        return None


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    bool: _yesno,
    Decimal: _decimal,
    Fraction: _fraction,
    date: _date,
}


_WANTED: dict[Any, tuple[str, str]] = {
    str: (gettext_noop("a text"), gettext_noop("Put the text in quotation marks.")),
    int: (
        gettext_noop("a whole number"),
        gettext_noop("Write digits only, such as 15."),
    ),
    bool: (gettext_noop("yes or no"), gettext_noop("Write true or false.")),
    Decimal: (gettext_noop("a number"), gettext_noop("Write a number such as 70.")),
    Fraction: (
        gettext_noop("a fraction"),
        gettext_noop("Write a fraction in quotation marks, such as “2/3”."),
    ),
    date: (
        gettext_noop("a date"),
        gettext_noop("Write year-month-day, such as 2026-05-14."),
    ),
}

"""What an act is told, as JSON can say it: the classes of its arguments, and values of them."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    Unpack,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.core.files.base import File
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model

from opensti.api.bodies import DIGITS

# Names that signatures use and modules import for type checkers only.
NAMES: dict[str, Any] = {
    "Any": Any,
    "Callable": Callable,
    "Collection": Collection,
    "Decimal": Decimal,
    "File": File,
    "Iterable": Iterable,
    "Mapping": Mapping,
    "Sequence": Sequence,
    "date": date,
    "datetime": datetime,
}
PAIR = 2
PLAIN: dict[Any, Any] = {
    datetime: AwareDatetime,
    # As text it may carry an exponent, which to write out would fill the memory.
    Decimal: Annotated[Decimal, Field(max_digits=DIGITS)],
}
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def kind_of(annotation: Any, module: str) -> Any:
    """The class an annotation names; what only type checkers import is looked up."""
    if not isinstance(annotation, str):
        return annotation
    found = _values(".".join(module.split(".")[:3]))
    own = {**NAMES, **vars(sys.modules[module])}
    for name in set(re.findall(r"\w+", annotation)) - own.keys():
        if len(found.get(name, ())) > 1:
            raise TypeError(f"{module}: {annotation} names more than one class.")
    names = {**{name: of[0] for name, of in found.items()}, **own}
    return eval(annotation, names)  # noqa: S307 -- our own source, read once


def named_in(kind: Any) -> dict[str, Any]:
    """What an act is told by name beside its own arguments: a typed dictionary's fields."""
    (told,) = get_args(kind) if get_origin(kind) is Unpack else (None,)
    if not is_typeddict(told):
        raise TypeError(f"{kind} does not say what may be told.")
    return get_type_hints(told, localns=NAMES)


def _free(value: Any) -> Any:
    """What has no class of its own, as JSON can keep it: decimals become text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {k: _free(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_free(v) for v in value]
    return value


def _is_plain(kind: Any) -> bool:
    """Whether it is a plain value of a domain: a dataclass."""
    return isinstance(kind, type) and is_dataclass(kind)


def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a plain value, each with its class."""
    return {f.name: kind_of(f.type, kind.__module__) for f in fields(kind) if f.init}


@cache
def _model(kind: Any) -> type[BaseModel]:
    """What a program sends for a plain value of a domain."""
    given: dict[str, Any] = {}
    classes = _fields(kind)
    for f in fields(kind):
        if not f.init:
            continue
        default: Any = ...
        if f.default is not MISSING:
            default = f.default
        elif f.default_factory is not MISSING:
            default = Field(default_factory=f.default_factory)
        given[f.name] = (sent_as(classes[f.name]), default)
    return create_model(kind.__name__, __config__=STRICT, **given)


def sent_as(kind: Any) -> Any:
    """A class as JSON can say it: plain values become objects of their fields."""
    if isinstance(kind, type) and (kind in PLAIN or _is_plain(kind)):
        return PLAIN.get(kind) or _model(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if not inner or origin is Literal:
        return kind
    parts = tuple(sent_as(part) if part is not Ellipsis else part for part in inner)
    if origin in {Union, UnionType}:
        return Union[parts]  # noqa: UP007 -- built, not written
    if origin in {Collection, Iterable, Sequence}:
        return list[parts[0]]  # type: ignore[valid-type]
    if origin is Mapping:
        return dict[parts]  # type: ignore[misc, valid-type]
    return origin[parts]


def built(value: Any, kind: Any) -> Any:
    """The value an action is handed, of what was sent and checked."""
    if isinstance(value, BaseModel) and _is_plain(kind):
        return kind(
            **{
                name: built(getattr(value, name), inner)
                for name, inner in _fields(kind).items()
                if name in value.model_fields_set
            }
        )
    if kind is Any:
        return _free(value)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        plain = next((k for k in inner if _is_plain(k)), None)
        nested = next((k for k in inner if get_args(k)), None)
        return built(value, plain or nested) if plain or nested else value
    if isinstance(value, dict) and len(inner) == PAIR:
        return {built(k, inner[0]): built(v, inner[1]) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and inner:
        return [built(v, inner[0]) for v in value]
    return value


@cache
def _values(domain: str) -> dict[str, list[Any]]:
    """The classes and types of a domain by their names: what its actions may be handed."""
    home = f"{domain}."
    found: dict[str, list[Any]] = {}
    for name, loaded in sorted(sys.modules.items()):
        if name.startswith(home):
            for key, value in vars(loaded).items():
                known = found.setdefault(key, [])
                if _is_type(value) and not any(value is k or value == k for k in known):
                    known.append(value)
    return {key: known for key, known in found.items() if known}


def _is_type(value: Any) -> bool:
    return inspect.isclass(value) or get_origin(value) is not None


def of_files(kind: Any) -> bool | None:
    """Whether an argument is several papers, one, or none at all."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is File or origin is File:
        return False
    found = [of_files(part) for part in inner if part is not type(None)]
    if not any(f is not None for f in found):
        return None
    return origin in {Sequence, Iterable, Collection, list, tuple} or any(found)

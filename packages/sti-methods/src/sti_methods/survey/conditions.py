"""Conditions of rules: a small language, checked when it is read, answered with its causes.

    clause(5) < 2 and importance(5) >= 4
    item(C06, mgr) >= 3 and item(C06, all) < 2
    share(item(S06) < 2) > 50

Numbers, ``micro small medium large``, ``and or not``, brackets, ``< <= > >= == !=``, names with
arguments. What is not known makes neither true nor false; a rule speaks only where it is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZES = ("micro", "small", "medium", "large")
DEEPEST = 20
_TOKEN = re.compile(r"\s*(<=|>=|==|!=|[<>(),]|\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_]*)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS = frozenset({"and", "or", "not", *SIZES})
Compare = Literal["<", "<=", ">", ">=", "==", "!="]


class Miswritten(ValueError):  # noqa: N818 -- a refusal of the input
    """A condition that cannot be read: ``kind``, at which letter (from 1), what stands there.

    Kinds: ``sign``, ``end``, ``name``, ``argument``, ``arguments``, ``compare``, ``nested``,
    ``deep``.
    """

    def __init__(self, kind: str, at: int, found: str) -> None:
        super().__init__(f"{kind} at {at}: {found}")
        self.kind, self.at, self.found = kind, at, found


@dataclass(frozen=True, kw_only=True)
class Known:
    """The words of one level.

    ``names``: each with the arguments that it takes: None for none at all, else for each
    place the words that may stand there; ``many``: names that take one or more of the words
    of their only place; ``optional``: names whose last argument may be left out; ``shares``:
    the words inside ``share(…)``, where that is allowed.
    """

    names: Mapping[str, tuple[frozenset[str], ...] | None]
    many: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    shares: Known | None = None


class Source(Protocol):
    """Where values come from; None is not known."""

    def value(self, name: str, arguments: tuple[str, ...]) -> float | None: ...


@runtime_checkable
class Together(Source, Protocol):
    """Several, of whom a share may be asked."""

    def share(self, condition: Condition) -> float | None: ...


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One comparison that made a condition true: what was asked, and what was found."""

    asked: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``holds`` is None where it is not known; ``causes`` are of what made it true."""

    holds: bool | None
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A number, or a name with its arguments, or the share of those for whom it holds."""

    text: str
    number: float | None = None
    name: str = ""
    arguments: tuple[str, ...] = ()
    share: Condition | None = None

    def of(self, source: Source) -> float | None:
        if self.number is not None:
            return self.number
        if self.share is not None:
            if not isinstance(source, Together):
                message = f"{self.text}: a share is asked of several"
                raise TypeError(message)
            return source.share(self.share)
        return source.value(self.name, self.arguments)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    left: Operand
    sign: Compare
    right: Operand

    @property
    def text(self) -> str:
        return f"{self.left.text} {self.sign} {self.right.text}"

    def holds(self, source: Source) -> Answer:
        a, b = self.left.of(source), self.right.of(source)
        if a is None or b is None:
            return Answer(holds=None)
        told = {
            "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b,
        }[self.sign]  # fmt: skip
        told_of = b if self.left.number is not None else a
        return Answer(holds=told, causes=(Cause(asked=self.text, value=told_of),))


@dataclass(frozen=True, kw_only=True)
class Not:
    part: Condition

    @property
    def text(self) -> str:
        return f"not ({self.part.text})"

    def holds(self, source: Source) -> Answer:
        told = self.part.holds(source)
        if told.holds is None:
            return told
        return Answer(holds=not told.holds, causes=told.causes)


@dataclass(frozen=True, kw_only=True)
class All:
    """Every part, or (``either``) one of them at least."""

    parts: tuple[Condition, ...]
    either: bool = False

    @property
    def text(self) -> str:
        joint = " or " if self.either else " and "
        return f"({joint.join(part.text for part in self.parts)})"

    def holds(self, source: Source) -> Answer:
        told = [part.holds(source) for part in self.parts]
        deciding = [one for one in told if one.holds is self.either]
        if deciding:
            chosen = deciding
        elif any(one.holds is None for one in told):
            return Answer(holds=None)
        else:
            chosen = told
        return Answer(
            holds=chosen[0].holds,
            causes=tuple(cause for one in chosen for cause in one.causes),
        )


Condition = Comparison | Not | All


def read(text: str, known: Known) -> Condition:
    """Read a condition in the words of its level. Raises ``Miswritten``."""
    return _Reader(text, known).whole()


class _Reader:
    def __init__(self, text: str, known: Known) -> None:
        self.text, self.known, self.deep = text, known, 0
        self.tokens: list[tuple[str, int]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                rest = text[at:].lstrip()
                raise Miswritten("sign", len(text) - len(rest) + 1, rest[:1])
            self.tokens.append((found[1], found.start(1) + 1))
            at = found.end()
        self.place = 0

    def whole(self) -> Condition:
        found = self._any()
        if self.place < len(self.tokens):
            self._fail("end")
        return found

    def _fail(self, kind: str) -> None:
        word, at = self._here()
        raise Miswritten(kind, at, word)

    def _here(self) -> tuple[str, int]:
        if self.place < len(self.tokens):
            return self.tokens[self.place]
        return "", len(self.text) + 1

    def _next(self, *wanted: str) -> bool:
        if self._here()[0] in wanted and self._here()[0]:
            self.place += 1
            return True
        return False

    def _take(self, wanted: str) -> None:
        if not self._next(wanted):
            self._fail("sign")

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._next("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else All(parts=tuple(parts), either=True)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._next("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(parts=tuple(parts))

    def _one(self) -> Condition:
        self.deep += 1
        if self.deep > DEEPEST:
            self._fail("deep")
        try:
            if self._next("not"):
                return Not(part=self._one())
            if self._next("("):
                inside = self._any()
                self._take(")")
                return inside
            left = self._operand()
            sign, _at = self._here()
            if sign not in {"<", "<=", ">", ">=", "==", "!="}:
                self._fail("compare")
            self.place += 1
            return Comparison(left=left, sign=sign, right=self._operand())  # type: ignore[arg-type]
        finally:
            self.deep -= 1

    def _operand(self) -> Operand:
        word, _at = self._here()
        if _NUMBER.fullmatch(word):
            self.place += 1
            return Operand(text=word, number=float(word))
        if word in SIZES:
            self.place += 1
            return Operand(text=word, number=float(SIZES.index(word)))
        if word == "share":
            return self._share()
        if word in _WORDS or word not in self.known.names:
            self._fail("name")
        self.place += 1
        places = self.known.names[word]
        if places is None:
            return Operand(text=word, name=word)
        arguments = self._arguments(word, places)
        return Operand(
            text=f"{word}({', '.join(arguments)})", name=word, arguments=arguments
        )

    def _arguments(
        self, name: str, places: tuple[frozenset[str], ...]
    ) -> tuple[str, ...]:
        self._take("(")
        found: list[str] = []
        many = name in self.known.many
        while True:
            word, _at = self._here()
            if not many and len(found) == len(places):
                self._fail("arguments")
            if word not in places[0 if many else len(found)]:
                self._fail("argument")
            found.append(word)
            self.place += 1
            if not self._next(","):
                break
        least = len(places) - (name in self.known.optional)
        if not many and len(found) < least:
            self._fail("arguments")
        self._take(")")
        return tuple(found)

    def _share(self) -> Operand:
        if self.known.shares is None:
            self._fail("nested")
        self.place += 1
        self._take("(")
        outer, self.known = self.known, self.known.shares or self.known
        inside = self._any()
        self.known = outer
        self._take(")")
        return Operand(text=f"share({inside.text})", share=inside)

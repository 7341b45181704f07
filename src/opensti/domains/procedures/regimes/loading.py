"""Procedure files → one whole content per regime, with its digest.

A file may take parts from other files with ``include: forms/need.yaml``; what is
frozen is the whole, so that a case never depends on a file that changed later. The
answers to switches are written in last.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import Resolver

from opensti.domains.procedures.regimes.reading import read_regime
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.procedures.regimes.format import Regime

LARGEST = 2_000_000
_STATES_A_PROCEDURE = re.compile(
    rb"^(transition_rules|dossier|need|kinds):", re.MULTILINE
)
DEEPEST = 4


def procedures_dir() -> Path:
    """Where the regime files are; by default ``procedures/`` beside the source."""
    return Path(settings.OPENSTI_PROCEDURES_DIR)


def regime_files(folder: Path | None = None) -> list[Path]:
    """The files that state a procedure; the folder holds other data too."""
    files = sorted((folder or procedures_dir()).glob("*.yaml"))
    return [f for f in files if _STATES_A_PROCEDURE.search(f.read_bytes())]


def load_file(path: Path) -> dict[str, Any]:
    """Read one file of a procedure or a plan with all it includes, as plain data (dates as text)."""
    content = _read_yaml(path)
    whole = _with_includes(content, path.parent, path, 0)
    if not isinstance(whole, dict):
        raise _faulty(
            path,
            "",
            _("The file must be “key: value” lines."),
            _("Start with “id: …”."),
        )
    return whole


def load_regime(path: Path, answers: Mapping[str, str] | None = None) -> Regime:
    """Read, answer the switches, and check the words of a regime file."""
    return read_regime(with_answers(load_file(path), answers or {}), file=path.name)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical content: the same facts give the same digest."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def with_answers(
    content: Mapping[str, Any], answers: Mapping[str, str]
) -> dict[str, Any]:
    """Write the answers of switches (or their defaults) where the switches say."""
    return _answered(copy.deepcopy(dict(content)), answers)


def _answered(whole: dict[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    for switch in whole.get("switches") or []:
        if not isinstance(switch, dict) or not switch.get("sets"):
            continue
        answer = answers.get(str(switch.get("id")), switch.get("default"))
        _put(whole, str(switch["sets"]).split("."), _as_data(answer))
    return whole


@lru_cache(maxsize=64)
def _parsed(
    canonical_text: str, answers: tuple[tuple[str, str], ...], file: str
) -> Regime:
    whole = _answered(json.loads(canonical_text), dict(answers))
    return read_regime(whole, file=file)


def regime_from(
    content: Mapping[str, Any], answers: Mapping[str, str], *, file: str
) -> Regime:
    """Return the regime of a frozen content; parsed once per content and answers."""
    return _parsed(canonical(content), tuple(sorted(answers.items())), file)


def _put(whole: Any, path: list[str], value: Any) -> None:
    """Set the place ``council_rules.<id>.ballot.outlier.passes``; lists go by id."""
    *way, last = path
    for key in way:
        if isinstance(whole, list):
            whole = next(
                (i for i in whole if isinstance(i, dict) and i.get("id") == key), None
            )
        elif isinstance(whole, dict):
            whole = whole.get(key)
        if whole is None:
            return
    if isinstance(whole, dict):
        if value is None:
            whole.pop(last, None)
        else:
            whole[last] = value


def _as_data(answer: Any) -> Any:
    """An answer is text; ``none`` removes the key, ``[a, b]`` is a list, digits a number."""
    if answer in (None, "none"):
        return None
    text = str(answer)
    if text.startswith("["):
        return [part.strip() for part in text.strip("[]").split(",") if part.strip()]
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isascii() and text.isdigit() else text


class _Strictly:
    """Refuses a key written twice and references that multiply (``&a``/``*a``)."""

    check_event: Any
    peek_event: Any

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(
                problem=_("references (*name) are not allowed"),
                problem_mark=event.start_mark,
            )
        return Composer.compose_node(self, parent, index)  # type: ignore[arg-type]

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        seen = set()
        for key_node, _value in node.value:
            key = key_node.value
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=_("the key “%(key)s” is written twice") % {"key": key},
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return SafeConstructor.construct_mapping(self, node, deep=deep)  # type: ignore[arg-type]


class _Strict(_Strictly, yaml.SafeLoader):
    """Says what is wrong to the letter."""


class _Quick(_Strictly, Composer, CParser, SafeConstructor, Resolver):
    """Is told the words of a file by libyaml: a quarter of the time."""

    def __init__(self, stream: str) -> None:
        CParser.__init__(self, stream)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)


def _read_yaml(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise _faulty(
                path,
                "",
                _("The file is too large for a procedure."),
                _("Keep it under 2 MB."),
            )
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _faulty(
            path, "", _("There is no such file."), _("Check the path.")
        ) from None
    except (UnicodeDecodeError, OSError) as error:
        raise _faulty(
            path,
            "",
            _("The file cannot be read: %(error)s") % {"error": error},
            _("Save it as UTF-8 text."),
        ) from None
    try:
        with suppress(yaml.YAMLError, ValueError, RecursionError):
            return _as_json(yaml.load(text, Loader=_Quick))  # type: ignore[arg-type]  # noqa: S506
        # Read again for the fault: libyaml says less exactly what and where it is.
        return _as_json(yaml.load(text, Loader=_Strict))  # noqa: S506 -- a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = (
            _("line %(line)d, column %(column)d")
            % {"line": mark.line + 1, "column": mark.column + 1}
            if mark
            else ""
        )
        raise _faulty(
            path,
            place,
            _("This is not YAML: %(error)s")
            % {"error": getattr(error, "problem", None) or error},
            _("Check indentation, quotation marks and colons there."),
        ) from None


def _as_json(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(k): _as_json(v) for k, v in data.items()}
    if isinstance(data, list):
        return [_as_json(v) for v in data]
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, float):
        return str(data)
    return data


def _with_includes(data: Any, folder: Path, file: Path, depth: int) -> Any:
    if isinstance(data, list):
        found: list[Any] = []
        for item in data:
            inner = _with_includes(item, folder, file, depth)
            if _is_include(item) and isinstance(inner, list):
                found.extend(inner)
            else:
                found.append(inner)
        return found
    if isinstance(data, dict):
        if _is_include(data):
            return _included(str(data["include"]), folder, file, depth)
        return {k: _with_includes(v, folder, file, depth) for k, v in data.items()}
    return data


def _is_include(data: Any) -> bool:
    return isinstance(data, dict) and set(data) == {"include"}


def _included(name: str, folder: Path, file: Path, depth: int) -> Any:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise _faulty(
            file,
            f"include: {name}",
            _("A file outside the procedures folder cannot be included."),
            _("Put the part into the folder."),
        )
    if depth >= DEEPEST:
        raise _faulty(
            file,
            f"include: {name}",
            _("Files include one another without end."),
            _("Remove the circle."),
        )
    return _with_includes(_read_yaml(path), folder, path, depth + 1)


def _faulty(path: Path, place: str, message: str, mend: str) -> Invalid:
    where = f"{path.name}: {place}" if place else path.name
    return Invalid([Problem(field=where, message=message, mend=mend)])

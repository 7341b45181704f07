"""Rules of a scenario as YAML: the text that analysts write for the command, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext as _

from opensti.kernel.refusals import Problem
from opensti.web.portfolios.said import Said, place_words

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 100_000
DEEPEST = 8
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_FLAGS = {"true": True, "false": False}
_PART = re.compile(r"-?(0|[1-9]\d{0,17})\.\d{1,18}")


def rules_text(rules: Mapping[str, Any]) -> str:
    """The rules as text, the same on every database; nothing for none."""
    if not rules:
        return ""
    return str(
        yaml.safe_dump(
            dict(rules),
            allow_unicode=True,
            sort_keys=True,
            default_flow_style=None,
            width=100,
        )
    )


def read_rules(text: str, *, flags: bool = False) -> Said:
    """Read plain data with the place of each part.

    With ``flags`` a bare ``true`` or ``false`` is one, as recipes have them.

    Only names, lists and values: no aliases, whose few lines can stand for millions, and
    no deeper than rules go. Numbers are numbers, everything else is text as it is written,
    so that ``yes`` and the province ``01`` stay what they are.
    """
    if len(text) > LONGEST:
        return _refused(
            _("The rules are longer than %(most)s characters.") % {"most": LONGEST}
        )
    try:
        if (fault := _unsafe(text)) is not None:
            return fault
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = place_words(mark.line + 1, mark.column + 1) if mark else ""
        return _refused(where + _("This is not YAML; check spaces and colons."))
    except yaml.YAMLError:
        return _refused(_("This is not YAML: a character is not allowed."))
    reader = _Reader(flags=flags)
    data = {} if root is None else reader.read(root, "")
    if root is not None and not isinstance(data, dict):
        reader.fault(root, _("Names with values belong here."))
        data = {}
    return Said(
        rules=data, problems=reader.problems, marks={"": (1, 1), **reader.marks}
    )


def _refused(message: str) -> Said:
    return Said(problems=[Problem(field="text", message=message)], marks={"": (1, 1)})


def _unsafe(text: str) -> Said | None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        place = place_words(*_place(event))
        if isinstance(event, yaml.AliasEvent):
            return _refused(place + _("References (*name) are not read; write it out."))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return _refused(place + _("Rules do not go that deep."))
    return None


class _Reader:
    def __init__(self, *, flags: bool) -> None:
        self.flags = flags
        self.problems: list[Problem] = []
        self.marks: dict[str, tuple[int, int]] = {}

    def fault(self, node: yaml.Node, message: str) -> None:
        self.problems.append(
            Problem(field="text", message=place_words(*_place(node)) + message)
        )

    def read(self, node: yaml.Node, path: str) -> Any:
        if path:
            self.marks[path] = _place(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.read(each, f"{path}.{place}".lstrip("."))
                for place, each in enumerate(node.value)
            ]
        if self.flags and node.tag == "tag:yaml.org,2002:bool":
            return _FLAGS.get(node.value, node.value)
        return _value(node)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(key, _("A name belongs here."))
                continue
            name = str(key.value).strip()
            if name in found:
                self.fault(key, _("“%(name)s” stands here twice.") % {"name": name})
                continue
            found[name] = self.read(value, f"{path}.{name}".lstrip("."))
            self.marks[f"{path}.{name}".lstrip(".")] = _place(key)
        return found


def _place(node: yaml.Node | yaml.Event) -> tuple[int, int]:
    """Line and column, counted from 1."""
    mark = node.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _value(node: yaml.Node) -> Any:
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:int" and _WHOLE.fullmatch(text):
        return int(text)
    if node.tag == "tag:yaml.org,2002:float" and _PART.fullmatch(text):
        return float(text)
    return text

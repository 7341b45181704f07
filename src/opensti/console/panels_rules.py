"""``RULES.yaml`` of ``opensti panels form``: what every panel must hold, checked by line.

All scalars are text (``yes`` is what the table calls “yes”); counts are whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml
from django.utils.translation import gettext as _
from sti_methods.assignment import Apart, Between, OnePer, Rule, Seat

from opensti.console.panels_files import (
    Findings,
    Pair,
    Refused,
    read_attributes,
    read_pairs,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEYS = {"name", "at_least", "at_most", "where", "per", "apart", "seats", "proposals"}


@dataclass
class Rules:
    """What the file states."""

    rules: list[Rule] = field(default_factory=list)
    locked: list[Pair] = field(default_factory=list)


class _Reader:
    def __init__(
        self, path: Path, experts: dict[str, int], proposals: dict[str, int]
    ) -> None:
        self.path, self.experts, self.proposals = path, experts, proposals
        self.about: dict[str, dict[str, str]] = {}
        self.names: set[str] = set()

    def refused(self, node: yaml.Node, what: str) -> Refused:
        line = node.start_mark.line + 1
        place = _("%(file)s: line %(line)s") % {"file": self.path.name, "line": line}
        return Refused(f"{_('Nothing was written.')}\n{place}: {what}")

    # ------------------------------------------------------------ kinds of nodes

    def mapping(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.refused(node, _("names with values are expected here."))
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if name in found:
                raise self.refused(
                    key, _("“%(name)s” stands here twice.") % {"name": name}
                )
            found[name] = value
        return found

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.refused(node, _("a list is expected here."))
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.refused(node, _("a text is expected here."))
        return str(node.value).strip()

    def number(self, node: yaml.Node, least: int) -> int:
        text = self.text(node)
        if not (text.isascii() and text.isdigit()) or int(text) < least:
            raise self.refused(
                node,
                _("“%(text)s” is no whole number from %(least)s on.")
                % {"text": text, "least": least},
            )
        return int(text)

    def known(self, node: yaml.Node, ids: dict[str, int]) -> str:
        name = self.text(node)
        if name not in ids:
            raise self.refused(
                node, _("“%(id)s” is unknown; correct it.") % {"id": name}
            )
        return name

    # ------------------------------------------------------------ the file

    def read(self) -> Rules:
        try:
            root = yaml.compose(text_of(self.path), Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = 1 if mark is None else mark.line + 1
            place = _("%(file)s: line %(line)s") % {
                "file": self.path.name,
                "line": line,
            }
            what = _("this is not YAML; check spaces and colons.")
            raise Refused(f"{_('Nothing was written.')}\n{place}: {what}") from None
        stated = Rules()
        if root is None:
            return stated
        top = self.mapping(root)
        for name, node in top.items():
            if name not in {"experts", "rules", "locked"}:
                raise self.refused(
                    node,
                    _("“%(name)s” is unknown; here stand experts, rules, locked.")
                    % {"name": name},
                )
        if "experts" in top:
            found = Findings()
            self.about = read_attributes(self.beside(top["experts"]), found)
            found.stop()
        for node in self.items(top["rules"]) if "rules" in top else []:
            stated.rules.append(self.rule(node))
        for node in self.items(top["locked"]) if "locked" in top else []:
            pair = self.items(node)
            if len(pair) != 2:  # noqa: PLR2004 -- an expert and a proposal
                raise self.refused(node, _("write [expert, proposal]."))
            stated.locked.append(
                (self.known(pair[0], self.experts), self.known(pair[1], self.proposals))
            )
        return stated

    def beside(self, node: yaml.Node) -> Path:
        place = self.path.parent / self.text(node)
        if not place.is_file():
            raise self.refused(
                node, _("there is no file “%(file)s”.") % {"file": place.name}
            )
        return place

    def rule(self, node: yaml.Node) -> Rule:
        keys = self.mapping(node)
        for name, value in keys.items():
            if name not in _KEYS:
                raise self.refused(
                    value,
                    _("“%(name)s” is unknown; a rule has %(keys)s.")
                    % {"name": name, "keys": ", ".join(sorted(_KEYS))},
                )
        if "name" not in keys:
            raise self.refused(node, _("the rule needs a name; people will read it."))
        name = self.text(keys["name"])
        if name in self.names:
            raise self.refused(
                keys["name"],
                _("another rule is called “%(name)s”; choose another name.")
                % {"name": name},
            )
        self.names.add(name)
        scope = None
        if "proposals" in keys:
            scope = tuple(
                self.known(item, self.proposals)
                for item in self.items(keys["proposals"])
            )
        kinds: dict[
            str, Callable[[str, dict[str, yaml.Node], tuple[str, ...] | None], Rule]
        ] = {"apart": self.apart, "per": self.one_per, "seats": self.seat}
        for key, make in kinds.items():
            if key in keys:
                return make(name, keys, scope)
        if "where" not in keys or not {"at_least", "at_most"} & keys.keys():
            raise self.refused(
                node,
                _(
                    "the rule needs apart, per, seats, or where with at_least or at_most."
                ),
            )
        least = self.number(keys["at_least"], 0) if "at_least" in keys else 0
        most = self.number(keys["at_most"], 0) if "at_most" in keys else None
        if most is not None and most < least:
            raise self.refused(
                keys["at_most"],
                _("at_most %(most)s is below at_least %(least)s.")
                % {"most": most, "least": least},
            )
        return Between(
            name=name,
            experts=self.those(keys["where"]),
            least=least,
            most=most,
            proposals=scope,
        )

    def column(self, node: yaml.Node) -> str:
        name = self.text(node).lower()
        if not any(name in about for about in self.about.values()):
            raise self.refused(
                node,
                _("no column of the experts' table is called “%(name)s”.")
                % {"name": name},
            )
        return name

    def those(self, node: yaml.Node) -> tuple[str, ...]:
        """Return the experts whose cells are as stated, in all columns named."""
        if not isinstance(node, yaml.MappingNode):
            raise self.refused(node, _("write where: {column: value}."))
        people = list(self.experts)
        for key, value in node.value:
            column = self.column(key)
            wanted = (
                {self.text(item) for item in self.items(value)}
                if isinstance(value, yaml.SequenceNode)
                else {self.text(value)}
            )
            people = [e for e in people if self.about.get(e, {}).get(column) in wanted]
        return tuple(people)

    def one_per(
        self, name: str, keys: dict[str, yaml.Node], scope: tuple[str, ...] | None
    ) -> Rule:
        column = self.column(keys["per"])
        groups = {e: self.about.get(e, {}).get(column, "") for e in self.experts}
        return OnePer(
            name=name,
            group_of={e: group for e, group in groups.items() if group},
            most=self.number(keys["at_most"], 0) if "at_most" in keys else 1,
            proposals=scope,
        )

    def apart(
        self, name: str, keys: dict[str, yaml.Node], scope: tuple[str, ...] | None
    ) -> Rule:
        node = keys["apart"]
        if isinstance(node, yaml.ScalarNode):
            found = Findings()
            known = (self.experts, self.experts)
            pairs = read_pairs(
                self.beside(node), ("expert", "other"), known, _("the scores"), found
            )
            found.stop()
        else:
            pairs = []
            for item in self.items(node):
                two = [self.known(e, self.experts) for e in self.items(item)]
                if len(two) != 2:  # noqa: PLR2004 -- of two experts
                    raise self.refused(item, _("write [expert, other expert]."))
                pairs.append((two[0], two[1]))
        for a, b in pairs:
            if a == b:
                raise self.refused(
                    node, _("“%(id)s” stands in a pair with itself.") % {"id": a}
                )
        return Apart(name=name, pairs=tuple(pairs), proposals=scope)

    def seat(
        self, name: str, keys: dict[str, yaml.Node], scope: tuple[str, ...] | None
    ) -> Rule:
        return Seat(
            name=name,
            count=self.number(keys["seats"], 1),
            eligible=self.those(keys["where"]) if "where" in keys else None,
            proposals=scope,
        )


def read_rules(path: Path, experts: dict[str, int], proposals: dict[str, int]) -> Rules:
    """Read the rules for known experts and proposals; refused by line."""
    return _Reader(path, experts, proposals).read()

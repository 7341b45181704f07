"""People and organisations in answers: chosen by typing, linked to the registry or not.

What is typed is a name, or "Name (public id)" as the suggestions write it. Only an entry
that the writer may know of is linked; anything else stays the text it is, and the page
says that it is not linked, so that nothing can be learnt by trying ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.forms import key_of, references
from opensti.domains.registry import queries
from opensti.kernel.identifiers import is_public_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.domains.procedures.regimes.format import Form
    from opensti.domains.registry.queries import Entry
    from opensti.kernel.access import Actor

KINDS = ("person", "organisation")
_WITH_ID = re.compile(r"(.*?)\s*\(([0-9a-z]+)\)\s*", re.DOTALL)


def text_of(value: Mapping[str, Any]) -> str:
    """An answer as it stands in an input: what is linked carries its public id."""
    name = str(value.get("name") or value.get("id") or "")
    key = key_of(value)
    return f"{name} ({key})" if isinstance(key, str) and name != key else name


def split(text: str) -> tuple[str, str]:
    """A typed text as name and public id; without the second if there is none."""
    found = _WITH_ID.fullmatch(text)
    if found is None or not is_public_id(found[2]):
        return text, ""
    return found[1], found[2]


@dataclass(kw_only=True)
class Chooser:
    """Reads typed names of one form for one writer; each kind costs one query at most.

    With ``by_name`` a full name that only one person known to the writer bears is
    linked too: who works on a dossier decides who may judge it.
    """

    actor: Actor
    by_name: bool = False
    _known: dict[tuple[str, str], Entry | None] = field(default_factory=dict)

    def look_up(self, typed: Iterable[tuple[str, str]]) -> None:
        """Find all (kind, text) at once; ``read`` then asks nothing more."""
        wanted = {pair for pair in typed if pair not in self._known and pair[1]}
        for kind in KINDS:
            texts = {text: split(text) for k, text in wanted if k == kind}
            ids = {public_id for _name, public_id in texts.values() if public_id}
            found = queries.entries(self.actor, kind, ids)
            names = {name for name, public_id in texts.values() if not public_id}
            alike = (
                queries.people_of_name(self.actor, names)
                if self.by_name and kind == "person"
                else {}
            )
            for text, (name, public_id) in texts.items():
                entry = found.get(public_id) if public_id else alike.get(name)
                self._known[kind, text] = None if entry and entry.merged else entry

    def entry(self, kind: str, text: str) -> Entry | None:
        """The entry that was chosen, of those the writer may know of."""
        self.look_up([(kind, text)])
        return self._known.get((kind, text))

    def read(self, kind: str, text: str) -> dict[str, Any]:
        """A typed text as an answer; an entry goes by the name of its own that was typed."""
        entry = self.entry(kind, text)
        if entry is None:
            return {"name": text}
        name = split(text)[0]
        return {
            "id": entry.public_id,
            "name": name if name in entry.names else entry.name,
        }


def input_attributes(kind: str) -> dict[str, Any]:
    """What makes an input suggest entries while one types; ids of the lists are fixed."""
    return {
        "list": f"{kind}-suggestions",
        "autocomplete": "off",
        "maxlength": 500,
        "data-choose": "",
        "hx-get": reverse(f"registry:{kind}_suggestions"),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": f"#{kind}-suggestions",
        "hx-sync": "this:replace",
    }


def note(value: Any) -> str:
    """Whether a kept answer is linked, in words; nothing for no answer."""
    if not isinstance(value, Mapping) or not text_of(value):
        return ""
    if key_of(value) is not None:
        return _("Linked to the registry.")
    return _("Not linked to the registry.")


def note_html(value: Any) -> str:
    said = note(value)
    return format_html("<span data-choose-note>{}</span>", said) if said else ""


@dataclass(frozen=True, kw_only=True)
class Links:
    """Addresses of the entries in answers, of those only that the reader may know."""

    urls: Mapping[tuple[str, str | int], str]

    def url(self, kind: str, value: Any) -> str:
        key = key_of(value)
        return "" if key is None else self.urls.get((kind, key), "")


def links(
    actor: Actor, form: Form, answers: Mapping[str, Any], *, team: Iterable[int] = ()
) -> Links:
    """Two queries at most, and none for answers without linked entries.

    ``team`` are the numbers of further people to be shown with the answers.
    """
    keys: dict[str, set[str | int]] = {kind: set() for kind in KINDS}
    keys["person"] |= set(team)
    for kind, value in references(form, answers):
        key = key_of(value)
        if key is not None:
            keys[kind].add(key)
    return Links(
        urls={
            (kind, key): reverse(f"registry:{kind}", args=[entry.public_id])
            for kind, wanted in keys.items()
            for key, entry in queries.entries(actor, kind, wanted).items()
        }
    )

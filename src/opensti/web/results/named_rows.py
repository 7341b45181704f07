"""Rows of people and houses that the forms of rights and deals share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions import Named
from opensti.domains.results.choices import HolderKind, PartyRole
from opensti.web.chosen import input_attributes, split
from opensti.web.results.fields import Share, percent_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.web.chosen import Chooser

MOST_ROWS = 60


class _Row(forms.Form):
    """A row of people or houses; each input says its column to a screen reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self:
            bound.field.widget.attrs["aria-label"] = bound.label


class OwnerRow(_Row):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=HolderKind.choices, required=False
    )
    name = forms.CharField(label=_("Name"), max_length=400, required=False)
    share = Share(label=_("Share, %"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= input_attributes("organisation")


class AuthorRow(_Row):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    share = Share(label=_("Share, %"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= input_attributes("person")


class PartyRow(_Row):
    role = forms.ChoiceField(
        label=_("Its part"), choices=PartyRole.choices, required=False
    )
    name = forms.CharField(label=_("Name"), max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= input_attributes("organisation")


def rows_of(row: type[forms.Form]) -> Any:
    return forms.formset_factory(
        row, extra=2, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )


Owners, Authors, Parties = rows_of(OwnerRow), rows_of(AuthorRow), rows_of(PartyRow)


def named(rows: Any, chooser: Chooser, *, kind: str = "") -> list[Named]:
    """The rows that name somebody; linked to the registry where the writer chose an entry."""
    said = [row.cleaned_data for row in rows if row.cleaned_data.get("name")]
    typed = [(_looked_up(row, kind), row["name"]) for row in said]
    chooser.look_up((k, text) for k, text in typed if k)
    found = []
    for row, (k, text) in zip(said, typed, strict=True):
        entry = chooser.entry(k, text) if k else None
        found.append(
            Named(
                name=entry.name if entry else split(text)[0],
                share=row.get("share") or 0,
                kind=row.get("kind") or row.get("role") or kind,
                organisation_id=entry.pk if entry and k == "organisation" else None,
                person_id=entry.pk if entry and k == "person" else None,
            )
        )
    return found


def _looked_up(row: dict[str, Any], kind: str) -> str:
    """In which list of the registry a name is looked up; the State is in none."""
    if kind:
        return kind
    return (
        "" if row.get("kind") == HolderKind.STATE else row.get("kind") or "organisation"
    )


def shown(people: Iterable[Any], *keys: str) -> list[dict[str, Any]]:
    """Kept rows as the inputs show them; who is linked carries the public id."""
    found = []
    for who in people:
        linked = getattr(who, "organisation", None) or getattr(who, "person", None)
        name = f"{who.name} ({linked.public_id})" if linked else who.name
        row = {"name": name} | {key: getattr(who, key) for key in keys}
        if hasattr(who, "share"):
            row["share"] = percent_text(who.share)
        found.append(row)
    return found
